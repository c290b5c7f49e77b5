import FacetGraph
import FacetTensor

extension Trace {
  /// The embeddings `[N, D]`: the value of the card's embedding layer, averaged over places where it
  /// is a map. They are not normalised; a cosine does that.
  public func embeddings(of model: Model) throws(EngineError) -> Tensor {
    let value = try value(at: model.card.embeddingLayer)
    guard value.shape.rank == 4 else { return value }
    let places = value.shape[2] * value.shape[3]
    return Tensor([value.shape[0], value.shape[1]]) { out in
      value.withUnsafeBufferPointer { source in
        for i in 0..<out.count {
          guard let plane = source.baseAddress.map({ $0 + i * places }) else { return }
          out.initializeElement(at: i, to: Sums.sum(plane, places) / Float(places))
        }
      }
    }
  }
}
