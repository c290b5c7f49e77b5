import FacetGraph

/// The small golden network with every kind of layer; images of 39x44, five classes.
struct ToyNet: Module {
  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var h = try scope.convolution("conv1", x, 8, kernel: 5, stride: 2, padding: 2, bias: false)
    h = try scope.relu("relu1", try scope.batchNorm("bn1", h))
    h = try scope.add("lrn", .localResponseNorm(size: 5, alpha: 0.5, beta: 0.75, k: 2), [h])
    h = try scope.maxPool("pool1", h, kernel: 3, stride: 2, ceilMode: true)
    h = try scope.convolution("conv2", h, 16, kernel: 3, padding: 2, dilation: 2, groups: 2)
    h = try scope.relu("relu2", try scope.batchNorm("bn2", h))
    let shortcut = h
    h = try scope.convolution("conv3", h, 16, kernel: 3, padding: 1)
    h = try scope.relu("relu3", try scope.add("add", .add, [h, shortcut]))
    let wide = Convolution(16, 8, kernel: Extent(1, 3), padding: Extent(0, 1))
    let a = try scope.relu("relu4", try scope.add("conv4", .convolution(wide), [h]))
    let b = try scope.averagePool("avg", h, kernel: 3, stride: 1, padding: 1)
    h = try scope.add("cat", .concat, [a, b])
    h = try scope.maxPool("pool2", h, kernel: 3, stride: 2, padding: 1)
    var f = try scope.flatten("flatten", try scope.adaptiveAveragePool("adapt", h, 6))
    f = try scope.dropout("drop", f, 0.5)
    f = try scope.relu("relu5", try scope.linear("fc1", f, 16))
    f = try scope.linear("fc2", f, 5)
    let g = try scope.flatten("gap_flatten", try scope.adaptiveAveragePool("gap", h, 1))
    return try scope.add("logits", .add, [f, try scope.linear("fc_gap", g, 5)])
  }
}
