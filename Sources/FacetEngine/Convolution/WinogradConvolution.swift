import CFacetKernels
import FacetGraph
import FacetThreads

/// Winograd's minimal filtering F(m x m, r x r) (Lavin and Gray 2016): inputs and weights are brought to
/// a basis where the convolution is `alpha^2 = (m + r - 1)^2` matrix products over tiles.
///
/// Where the transformed weights fit a core's cache, each item carries a block of tiles through all
/// three steps; else the steps follow each other over many tiles, so that weights are read once.
struct WinogradConvolution: Sendable {
  /// Output pixels along one side of a tile: one of the window's ``Window/minimalTiles``.
  let m: Int
  let window: Window
  let inputBlocks: Int
  let outputBlocks: Int
  let kernels: KernelTable
  let parallel: Parallel

  /// Floats of transformed weights that a core's cache holds beside a few tiles.
  private static let cachedWeights = 160 << 10
  /// Floats of transformed weights that a core can stream past many tiles.
  private static let streamedWeights = 700 << 10
  /// Floats of tiles that all cores' cache holds.
  private static let sharedTiles = 1 << 22
  /// Tiles that a core carries through all steps: more would leave its cache, fewer would read the
  /// weights too often.
  private static let carriedTiles = 28

  var alpha: Int { m + window.kernel.height - 1 }
  var products: Int { alpha * alpha }
  var tileRows: Int { (window.output.height + m - 1) / m }
  var tileColumns: Int { (window.output.width + m - 1) / m }

  /// Floats of packed weights.
  var weightCount: Int { products * inputBlocks * outputBlocks * 256 }

  func run(
    _ x: Value, weights: UnsafePointer<Float>, into y: Value, epilogue: Epilogue = .none
  ) {
    let job = Job(self, x, weights, y, epilogue)
    let tiles = x.images * tileRows * tileColumns
    let many = 4 * Self.carriedTiles
    if weightCount <= Self.cachedWeights || (weightCount <= Self.streamedWeights && tiles >= many) {
      // Few tiles are cut smaller, so that there is something for every core.
      let carried = tiles >= many ? Self.carriedTiles : Self.carriedTiles / 2
      parallel.forBlocks(of: carried, in: tiles) { job.carry($0) }
      return
    }
    let floats = products * (inputBlocks + outputBlocks) * 16
    let size = max(56, Self.sharedTiles / floats / 14 * 14)
    let blocks = (tiles + size - 1) / size
    for block in 0..<blocks {
      job.step(through: tiles * block / blocks..<tiles * (block + 1) / blocks)
    }
  }

  private struct Job: @unchecked Sendable {
    let convolution: WinogradConvolution
    let x: Value
    let weights: UnsafePointer<Float>
    let y: Value
    let epilogue: Epilogue

    init(
      _ convolution: WinogradConvolution, _ x: Value, _ weights: UnsafePointer<Float>, _ y: Value,
      _ epilogue: Epilogue
    ) {
      self.convolution = convolution
      self.x = x
      self.weights = weights
      self.y = y
      self.epilogue = epilogue
    }

    /// A block of tiles through all steps on one core.
    func carry(_ tiles: Range<Int>) {
      let c = convolution
      let space = Workspace(c, tiles.count, outputs: 2)
      transform(tiles, first: tiles.lowerBound, blocks: 0..<c.inputBlocks, space)
      for block in stride(from: 0, to: c.outputBlocks, by: 2) {
        let outputs = block..<min(block + 2, c.outputBlocks)
        multiply(0..<c.products, outputs: outputs, from: block, space)
        finish(tiles, first: tiles.lowerBound, blocks: outputs, from: block, space)
      }
    }

    /// Many tiles step by step on all cores.
    func step(through tiles: Range<Int>) {
      let c = convolution
      let space = Workspace(c, tiles.count, outputs: c.outputBlocks)
      func pieces(_ blocks: Int) -> (tiles: Int, blocks: Int) {
        // A tile's blocks are cut only when there are few tiles.
        let cuts = max(1, min(blocks, 16 / max(1, tiles.count / 14)))
        return (14, (blocks + cuts - 1) / cuts)
      }
      func forPieces(_ blocks: Int, _ body: @Sendable (Range<Int>, Range<Int>) -> Void) {
        let piece = pieces(blocks)
        let across = (blocks + piece.blocks - 1) / piece.blocks
        c.parallel.forEach((tiles.count + 13) / 14 * across) { item in
          let first = tiles.lowerBound + item / across * 14
          let block = item % across * piece.blocks
          body(first..<min(first + 14, tiles.upperBound), block..<min(block + piece.blocks, blocks))
        }
      }
      forPieces(c.inputBlocks) { transform($0, first: tiles.lowerBound, blocks: $1, space) }
      let cuts = c.outputBlocks >= 8 ? 2 : 1
      c.parallel.forEach(c.products * cuts) { item in
        let cut = item % cuts
        let half = (c.outputBlocks / 2 + 1) / 2 * 2
        multiply(
          item / cuts..<item / cuts + 1,
          outputs: cuts == 1
            ? 0..<c.outputBlocks : cut == 0 ? 0..<half : half..<c.outputBlocks, space)
      }
      forPieces(c.outputBlocks) { finish($0, first: tiles.lowerBound, blocks: $1, space) }
    }

    private func transform(
      _ tiles: Range<Int>, first: Int, blocks: Range<Int>, _ space: Workspace
    ) {
      let c = convolution
      var job = c.job(tiles)
      job.input = UnsafePointer(x.base)
      job.input_image = x.imageStride
      job.height = Int32(x.height)
      job.width = Int32(x.width)
      job.first_block = Int32(blocks.lowerBound)
      job.blocks = Int32(blocks.count)
      job.values = space.values + (tiles.lowerBound - first) * 16
      job.values_xi = space.valuesStride
      job.values_block = space.tiles * 16
      c.kernels.pointee.winograd_input(&job)
    }

    /// - Parameter start: the output block that the workspace's products begin with.
    private func multiply(
      _ xi: Range<Int>, outputs: Range<Int>, from start: Int = 0, _ space: Workspace
    ) {
      let c = convolution
      var job = facet_products()
      job.count = Int32(xi.count)
      job.tiles = Int32(space.tiles)
      job.input = UnsafePointer(space.values) + xi.lowerBound * space.valuesStride
      job.input_xi = space.valuesStride
      job.input_block = space.tiles * 16
      job.input_blocks = Int32(c.inputBlocks)
      job.weight_block = c.inputBlocks * 256
      job.weight_xi = c.outputBlocks * job.weight_block
      job.weights =
        weights + xi.lowerBound * job.weight_xi + outputs.lowerBound * job.weight_block
      job.output =
        space.products + xi.lowerBound * space.productsStride
        + (outputs.lowerBound - start) * space.tiles * 16
      job.output_xi = space.productsStride
      job.output_block = space.tiles * 16
      job.output_blocks = Int32(outputs.count)
      c.kernels.pointee.winograd_multiply(&job)
    }

    private func finish(
      _ tiles: Range<Int>, first: Int, blocks: Range<Int>, from start: Int = 0, _ space: Workspace
    ) {
      let c = convolution
      var job = c.job(tiles)
      job.first_block = Int32(blocks.lowerBound)
      job.blocks = Int32(blocks.count)
      job.products =
        UnsafePointer(space.products) + (tiles.lowerBound - first) * 16
        + (blocks.lowerBound - start) * space.tiles * 16
      job.products_xi = space.productsStride
      job.products_block = space.tiles * 16
      job.output = y.base
      job.output_image = y.imageStride
      job.output_height = Int32(y.height)
      job.output_width = Int32(y.width)
      job.residual = epilogue.residual.map { UnsafePointer($0.base) }
      job.residual_image = epilogue.residual?.imageStride ?? 0
      job.bias = epilogue.bias
      job.scale = epilogue.affine?.scale
      job.shift = epilogue.affine?.shift
      job.slopes = epilogue.slopes
      job.epilogue = epilogue.activation
      c.kernels.pointee.winograd_output(&job)
    }
  }

  /// What all steps' calls share.
  private func job(_ tiles: Range<Int>) -> facet_winograd {
    var job = facet_winograd()
    job.m = Int32(m)
    job.kernel = Int32(window.kernel.height)
    job.first_tile = Int32(tiles.lowerBound)
    job.tiles = Int32(tiles.count)
    job.tile_rows = Int32(tileRows)
    job.tile_columns = Int32(tileColumns)
    job.pad_top = Int32(window.padding.height)
    job.pad_left = Int32(window.padding.width)
    return job
  }

  /// Transformed tiles, `[xi][block][tile][16]`, in and out.
  private struct Workspace: @unchecked Sendable {
    let tiles: Int
    let valuesStride: Int
    let productsStride: Int
    private let buffer: Buffer

    init(_ c: WinogradConvolution, _ tiles: Int, outputs: Int) {
      self.tiles = tiles
      // Strides of a power of two would put all xi on the same lines of the cache.
      valuesStride = c.inputBlocks * tiles * 16 + 16
      productsStride = outputs * tiles * 16 + 16
      buffer = Buffer(c.products * (valuesStride + productsStride))
      self.productsStart = c.products * valuesStride
    }

    private let productsStart: Int
    var values: UnsafeMutablePointer<Float> { buffer.base }
    var products: UnsafeMutablePointer<Float> { buffer.base + productsStart }
  }
}
