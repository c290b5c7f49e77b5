import FacetTensor

extension Model {
  /// The same network with people for classes: in place of all that follows its embedding f, the score
  /// of a person is `scale * cos(f, reference)`, whose softmax is the person's probability. What explains
  /// or judges a classifier then works on a network that only compares faces.
  ///
  /// - Parameters:
  ///   - people: the classes' names.
  ///   - references: a direction for each person, `[people, D]`; their lengths don't count.
  ///   - scale: above 0; the inverse temperature of the softmax.
  /// - Throws: `noSite` where the references don't fit the embedding, one is 0, or the layer of class
  ///   activation maps comes after the embedding.
  public func enrolling(_ people: [String], references: Tensor, scale: Float)
    throws(SurgeryError) -> Model
  {
    do {
      let embedding = try graph.node(at: card.embeddingLayer)
      let cam = try graph.node(at: card.camLayer)
      guard cam.id.index <= embedding.id.index else {
        throw SurgeryError.noSite(
          reason: "the layer of class activation maps, '\(cam.path)', comes after the embedding, "
            + "'\(embedding.path)', where people are enrolled")
      }
      let shape = try embeddingShape(embedding)
      guard references.shape == [people.count, shape[1]], !people.isEmpty, scale > 0 else {
        throw SurgeryError.noSite(
          reason:
            "references of the shape \(references.shape) were given for \(people.count) people "
            + "and an embedding of \(shape[1]) numbers")
      }
      var nodes = Array(graph.nodes[...embedding.id.index])
      func add(_ name: String, _ op: Op, parameters: [String] = []) {
        nodes.append(
          Node(
            id: NodeID(nodes.count), path: Self.enrolment.appending(name), op: op,
            inputs: [nodes[nodes.count - 1].id], parameters: parameters))
      }
      if shape.rank == 4 {
        // Where the embedding is a map, its mean over places is compared.
        add("pool", .adaptiveAveragePool(height: 1, width: 1))
        add("flatten", .flatten)
      }
      add("normalize", .l2Normalize(epsilon: 1e-12))
      let weight = Self.enrolment.appending("people").appending("weight").name
      add(
        "people", .linear(inFeatures: shape[1], outFeatures: people.count, bias: false),
        parameters: [weight])
      let graph = try Graph(
        nodes: nodes, output: nodes[nodes.count - 1].id,
        modules: graph.modules.filter { $0.value.index <= embedding.id.index })
      var card = card
      card.classes = people
      return try Model(
        graph: graph,
        parameters: parameters.merging([weight: try Self.directions(references, scale)]) { $1 },
        card: card)
    } catch let error as GraphError {
      throw .graph(error)
    } catch let error as SurgeryError {
      throw error
    } catch {
      throw .noSite(reason: "\(error)")
    }
  }

  private static let enrolment = LayerPath("enrolment")

  private func embeddingShape(_ embedding: Node) throws -> Shape {
    let input = graph.inputShape(
      images: graph.fixedBatch ?? 1, height: card.input.height, width: card.input.width)
    let shape = try graph.shapes(input: input)[embedding.id.index]
    guard shape.rank == 2 || shape.rank == 4 else {
      throw SurgeryError.noSite(
        reason: "the embedding '\(embedding.path)' is \(shape), neither a vector nor a map")
    }
    return shape
  }

  /// The rows, each `scale` long.
  private static func directions(_ references: Tensor, _ scale: Float) throws -> Tensor {
    let width = references.shape[1]
    var rows: [Float] = []
    rows.reserveCapacity(references.count)
    for person in 0..<references.shape[0] {
      let row = references.scalars[person * width..<(person + 1) * width]
      let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard length > 0, length.isFinite else {
        throw SurgeryError.noSite(
          reason: "the reference of person \(person + 1) is 0 or not finite")
      }
      rows += row.map { Float(Double(scale) * Double($0) / length) }
    }
    return Tensor(references.shape, rows)
  }
}
