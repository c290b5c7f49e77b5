/// Which nodes of a graph are needed, in an order in which they can be computed.
enum NodeOrder {
  /// Places of nodes that the wanted values depend on. A file in order, as ONNX asks for, keeps its
  /// order.
  ///
  /// - Throws: the reason why there is no order: a value that two nodes give, or a circle.
  static func needed(_ nodes: [ONNXNode], for wanted: [String]) throws(Disorder) -> [Int] {
    var producers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        if let other = producers.updateValue(index, forKey: name) {
          throw Disorder(
            node: index, reason: "the value '\(name)' is already given by node \(other)")
        }
      }
    }
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    var open = wanted.compactMap { producers[$0] }
    while let index = open.popLast() {
      if isNeeded[index] { continue }
      isNeeded[index] = true
      open += uses(nodes[index]).compactMap { producers[$0] }
    }
    return try sorted(nodes, isNeeded, producers)
  }

  struct Disorder: Error {
    let node: Int
    let reason: String
  }

  private static func sorted(
    _ nodes: [ONNXNode], _ isNeeded: [Bool], _ producers: [String: Int]
  ) throws(Disorder) -> [Int] {
    var order: [Int] = []
    // 0: not met; 1: its inputs are being visited; 2: done.
    var state = [UInt8](repeating: 0, count: nodes.count)
    for root in nodes.indices where isNeeded[root] && state[root] == 0 {
      var stack = [root]
      while let index = stack.last {
        if state[index] == 2 {
          stack.removeLast()
          continue
        }
        if state[index] == 1 {
          state[index] = 2
          order.append(index)
          stack.removeLast()
          continue
        }
        state[index] = 1
        for name in uses(nodes[index]) {
          guard let source = producers[name] else { continue }
          if state[source] == 1 {
            throw Disorder(
              node: index, reason: "it takes '\(name)', which is computed from its own value")
          }
          if state[source] == 0 { stack.append(source) }
        }
      }
    }
    return order
  }

  /// Names of values that a node takes, those of its inner graphs included.
  static func uses(_ node: ONNXNode, depth: Int = 0) -> [String] {
    var names = node.inputs.filter { !$0.isEmpty }
    guard depth < 16, !node.attributes.isEmpty else { return names }
    for key in node.attributes.keys.sorted() {
      switch node.attributes[key] {
      case .graph(let graph): names += uses(graph, depth: depth + 1)
      case .graphs(let graphs): names += graphs.flatMap { uses($0, depth: depth + 1) }
      default: break
      }
    }
    return names
  }

  private static func uses(_ graph: ONNXGraph, depth: Int) -> [String] {
    graph.nodes.flatMap { uses($0, depth: depth) } + graph.outputs.map(\.name)
  }
}
