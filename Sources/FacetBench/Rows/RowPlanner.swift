import FacetGraph
import FacetTensor
import Foundation

/// Makes the files that a row needs, and says how it is measured.
struct RowPlanner {
  let options: BenchOptions
  let launcher: Launcher
  let workspace: Workspace
  let network: BenchNetwork

  func plan(_ key: RowKey) throws -> RowPlan {
    switch key.task {
    case .threads: return try threads(key)
    case .batch:
      return try alone(key, BenchOptions.comparedBatches.map { (images: $0, side: nil) }, network)
    case .pixels:
      return try alone(
        key, BenchOptions.comparedSides.map { (images: 1, side: $0) },
        network.fullyConvolutional(), kind: "convolutional")
    case .cold: return try cold(key)
    case .forward, .gradcam, .train, .scorecam, .ablationcam: return try compared(key)
    }
  }

  /// Facet and every variant of a peer.
  private func compared(_ key: RowKey) throws -> RowPlan {
    guard let peer = key.peer else { return RowPlan(key: key, sides: []) }
    var load = try load(key, images: key.batch)
    if peer == .onnxruntime { load.onnx = try workspace.onnx(network) }
    let variants = peer.variants.map(Optional.some)
    var sides = [facet(load)]
    sides[0].load.variant = peer.rawValue
    for variant in variants.isEmpty ? [nil] : variants {
      var side = SidePlan(
        name: peer.title, variant: variant, command: launcher.worker(peer), images: key.batch,
        pixels: sides[0].pixels, load: load)
      side.load.variant = variant
      sides.append(side)
    }
    let counts = try MultiplyAdds(network.model.graph, input: network.shape(key.batch))
    let work: Int? =
      switch key.task {
      case .forward: counts.forward
      case .train: counts.training
      case .gradcam: try counts.explaining(network.model.card.camLayer)
      default: nil
      }
    let explains = ![.forward, .train].contains(key.task)
    return RowPlan(
      key: key, sides: sides, multiplyAdds: work,
      layer: explains ? network.model.card.camLayer.name : nil)
  }

  /// Facet with all threads and with one.
  private func threads(_ key: RowKey) throws -> RowPlan {
    let all = facet(try load(key, images: key.batch))
    var one = all
    one.load.threads = 1
    one.variant = "1 thread"
    let counts = try MultiplyAdds(network.model.graph, input: network.shape(key.batch))
    return RowPlan(key: key, sides: [all, one], multiplyAdds: counts.forward)
  }

  /// Facet on inputs of several sizes.
  private func alone(
    _ key: RowKey, _ sizes: [(images: Int, side: Int?)], _ network: BenchNetwork,
    kind: String = "plain"
  ) throws -> RowPlan {
    let sides = try sizes.map { size in
      var side = facet(
        try load(key, network, kind: kind, images: size.images, side: size.side),
        pixels: pixels(network.shape(1, side: size.side)))
      side.images = size.images
      side.variant = size.side.map { "\($0)x\($0)" } ?? "batch \(size.images)"
      return side
    }
    let shape = network.shape(sizes.first?.images ?? 1, side: sizes.first?.side)
    return RowPlan(
      key: key, sides: sides,
      multiplyAdds: try MultiplyAdds(network.model.graph, input: shape).forward)
  }

  /// Two programs that each make one picture of one photo.
  private func cold(_ key: RowKey) throws -> RowPlan {
    guard FileManager.default.isExecutableFile(atPath: launcher.facet) else {
      throw BenchError.notBuilt(command: launcher.facet)
    }
    let versions = try versions(of: key.peer ?? .pytorchGradCAM)
    var load = try load(key, images: 1)
    let layer = network.model.card.camLayer.name
    let target = "\(load.labels.first ?? 0)"
    let photo = workspace.file("photo.jpg")
    load.layer = layer
    let explain = [
      launcher.facet, "explain", "--model", load.weights, "--input", photo, "--layer", layer,
      "--target", target, "--threads", "\(options.threads)",
    ]
    load.numbers = workspace.file("facet-map.npy")
    load.command = explain + ["--output", workspace.file("facet.png")]
    load.numbersCommand =
      explain + ["--dialect", "pytorch-grad-cam", "--output", workspace.file("facet-map.npy")]
    let facet = facet(load)
    let script =
      launcher.coldScript + [
        "explain", "--net", key.net, "--weights", load.weights, "--photo", photo, "--layer", layer,
        "--target", target, "--threads", "\(options.threads)", "--output",
        workspace.file("peer.png"),
      ]
    load.command = script
    load.numbers = workspace.file("peer-map.npy")
    load.numbersCommand = script + ["--numbers", workspace.file("peer-map.npy")]
    try makePhoto()
    var peer = facet
    (peer.name, peer.load, peer.versions) = (key.peer?.title ?? "", load, versions)
    return RowPlan(key: key, sides: [facet, peer], layer: layer)
  }

  /// What of a peer's packages is installed; that nothing is missing.
  private func versions(of peer: Peer) throws -> [String: String] {
    let worker = try WorkerProcess(
      peer.title, command: launcher.worker(peer), errorFile: workspace.file("errors-check.txt"))
    defer { worker.end() }
    return try worker.ask(.check, limit: options.limit).versions ?? [:]
  }

  /// The photo as a JPEG; Pillow writes it.
  private func makePhoto() throws {
    guard !FileManager.default.fileExists(atPath: workspace.file("photo.jpg")) else { return }
    var load = WorkerLoad(task: .cold, net: "", threads: 1, weights: "", input: "")
    load.command =
      launcher.coldScript + ["jpeg", try workspace.photo(), workspace.file("photo.jpg")]
    let worker = try WorkerProcess(
      "the photo's writer", command: launcher.facetWorker,
      errorFile: workspace.file("errors-photo.txt"))
    defer { worker.end() }
    _ = try worker.ask(.load(load), limit: options.limit)
    _ = try worker.ask(.run(count: 1), limit: options.limit)
  }

  private func facet(_ load: WorkerLoad, pixels: Int? = nil) -> SidePlan {
    SidePlan(
      name: "Facet", command: launcher.facetWorker, images: load.labels.count,
      pixels: pixels ?? self.pixels(network.shape(1)), load: load)
  }

  private func load(
    _ key: RowKey, _ network: BenchNetwork? = nil, kind: String = "plain", images: Int,
    side: Int? = nil
  ) throws -> WorkerLoad {
    let network = network ?? self.network
    let explains = [.gradcam, .scorecam, .ablationcam].contains(key.task)
    return WorkerLoad(
      task: key.task, net: key.net, threads: options.threads,
      weights: try workspace.weights(network, kind: kind),
      input: try workspace.images(network, images, side: side, seed: options.seed),
      labels: network.labels(images, seed: options.seed),
      layer: explains ? network.model.card.camLayer.name : nil)
  }

  private func pixels(_ shape: Shape) -> Int { shape[2] * shape[3] }
}
