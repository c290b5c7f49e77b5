import FacetTensor
import FacetThreads

/// Optimisers' arithmetic, element by element on all cores; each element is read and written once.
enum Elements {
  private static let block = 1 << 15

  /// New parameters from old ones, a state that changes in place, and gradients.
  static func updated(
    _ old: Tensor, _ state: inout Tensor, _ gradient: Tensor,
    _ rule: @Sendable (_ w: Float, _ state: inout Float, _ g: Float) -> Float
  ) -> Tensor {
    Tensor(old.shape) { out in
      state.withUnsafeMutableBufferPointer { state in
        old.withUnsafeBufferPointer { w in
          gradient.withUnsafeBufferPointer { g in
            nonisolated(unsafe) let (out, state, w, g) = (out, state, w, g)
            Parallel().forBlocks(of: block, in: out.count) { range in
              for i in range { out.initializeElement(at: i, to: rule(w[i], &state[i], g[i])) }
            }
          }
        }
      }
    }
  }

  /// The same with two states.
  static func updated(
    _ old: Tensor, _ first: inout Tensor, _ second: inout Tensor, _ gradient: Tensor,
    _ rule: @Sendable (_ w: Float, _ first: inout Float, _ second: inout Float, _ g: Float) -> Float
  ) -> Tensor {
    Tensor(old.shape) { out in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          old.withUnsafeBufferPointer { w in
            gradient.withUnsafeBufferPointer { g in
              nonisolated(unsafe) let (out, first, second) = (out, first, second)
              nonisolated(unsafe) let (w, g) = (w, g)
              Parallel().forBlocks(of: block, in: out.count) { range in
                for i in range {
                  out.initializeElement(at: i, to: rule(w[i], &first[i], &second[i], g[i]))
                }
              }
            }
          }
        }
      }
    }
  }
}
