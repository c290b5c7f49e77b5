import FacetTensor

/// The measures of how alike two candidates' saliency maps are; each is 1 for equal maps.
public enum SimilarityMeasure: String, Codable, Sendable, Equatable, CaseIterable {
  case pearson
  case cosine
  case iouTop20
  /// The same after the pool's mean map was taken off, which the common prior of faces inflates.
  case pearsonMinusMean
  case cosineMinusMean
  case iouTop20MinusMean
}

/// How alike the saliency of K candidate networks is, image by image.
///
/// Each map goes through ReLU and is scaled to sum 1. The similarity of two candidates is the mean
/// over images of the measure on that image's two maps (never the similarity of mean maps, which
/// hides differences). Images where either map is empty or constant are left out for that pair.
public struct SaliencySimilarity: Codable, Sendable, Equatable {
  public let candidates: [String]
  public let images: Int
  /// How many of each candidate's maps are empty after ReLU.
  public let emptyMaps: [Int]
  /// `pearson[i][j]` of candidates i and j, symmetric with ones on the diagonal; likewise the rest.
  public let pearson: [[Double]]
  public let cosine: [[Double]]
  public let iouTop20: [[Double]]
  public let pearsonMinusMean: [[Double]]
  public let cosineMinusMean: [[Double]]
  public let iouTop20MinusMean: [[Double]]

  public func matrix(_ measure: SimilarityMeasure) -> [[Double]] {
    switch measure {
    case .pearson: pearson
    case .cosine: cosine
    case .iouTop20: iouTop20
    case .pearsonMinusMean: pearsonMinusMean
    case .cosineMinusMean: cosineMinusMean
    case .iouTop20MinusMean: iouTop20MinusMean
    }
  }

  /// - Parameters:
  ///   - candidates: the names of the candidates.
  ///   - maps: of each candidate a tensor whose first axis is the images (`[images, H, W]`), all of
  ///     one shape and in one frame.
  /// - Complexity: O(images K^2 cells).
  public init(candidates: [String], maps: [Tensor]) throws(EvaluationError) {
    guard maps.count == candidates.count else {
      throw .sizeMismatch(
        what: "candidates' maps", expected: "\(candidates.count)", got: "\(maps.count)")
    }
    guard let shape = maps.first?.shape else { throw .nothingToEvaluate(what: "candidates") }
    for map in maps {
      guard map.shape == shape, shape.rank >= 2 else {
        throw .sizeMismatch(
          what: "maps", expected: shape.rank >= 2 ? shape.description : "[images, cells]",
          got: map.shape.description)
      }
      try checkFinite(map)
    }
    let images = shape[0]
    let cells = shape.dropFirst().count
    if images == 0 || cells == 0 { throw .nothingToEvaluate(what: "map cells") }

    let normalised = maps.map { Self.normalised($0, images: images, cells: cells) }
    let mean = Self.meanMap(normalised, images: images, cells: cells)
    let count = candidates.count
    var plain = PairSums(count)
    var reduced = PairSums(count)
    for image in 0..<images {
      let rows = normalised.map { Array($0.maps[image * cells..<(image + 1) * cells]) }
      let usable = normalised.map { !$0.isEmpty[image] }
      plain.add(rows, usable: usable)
      reduced.add(rows.map { zip($0, mean).map { $0 - $1 } }, usable: usable)
    }
    self.candidates = candidates
    self.images = images
    emptyMaps = normalised.map { $0.isEmpty.count { $0 } }
    pearson = try plain.pearson.means(candidates)
    cosine = try plain.cosine.means(candidates)
    iouTop20 = try plain.iou.means(candidates)
    pearsonMinusMean = try reduced.pearson.means(candidates)
    cosineMinusMean = try reduced.cosine.means(candidates)
    iouTop20MinusMean = try reduced.iou.means(candidates)
  }

  private struct Normalised {
    var maps: [Float]
    var isEmpty: [Bool]
  }

  /// ReLU, then each image's map scaled to sum 1.
  private static func normalised(_ tensor: Tensor, images: Int, cells: Int) -> Normalised {
    var maps = tensor.scalars
    var isEmpty = [Bool](repeating: false, count: images)
    for image in 0..<images {
      let range = image * cells..<(image + 1) * cells
      var sum = 0.0
      for i in range {
        maps[i] = max(maps[i], 0)
        sum += Double(maps[i])
      }
      isEmpty[image] = sum == 0
      if sum > 0 { for i in range { maps[i] = Float(Double(maps[i]) / sum) } }
    }
    return Normalised(maps: maps, isEmpty: isEmpty)
  }

  /// The mean map over all candidates and images that are not empty.
  private static func meanMap(_ pool: [Normalised], images: Int, cells: Int) -> [Float] {
    var sums = [Double](repeating: 0, count: cells)
    var used = 0
    for candidate in pool {
      for image in 0..<images where !candidate.isEmpty[image] {
        used += 1
        for c in 0..<cells { sums[c] += Double(candidate.maps[image * cells + c]) }
      }
    }
    return sums.map { Float($0 / Double(max(used, 1))) }
  }
}

/// Sums over images of the measures of every pair of candidates.
private struct PairSums {
  var pearson: PairMeans
  var cosine: PairMeans
  var iou: PairMeans

  init(_ count: Int) {
    pearson = PairMeans(count)
    cosine = pearson
    iou = pearson
  }

  /// Adds one image: one map of each candidate.
  mutating func add(_ rows: [[Float]], usable: [Bool]) {
    let unit = rows.map { Self.unit($0, centred: false) }
    let centred = rows.map { Self.unit($0, centred: true) }
    let top = rows.map { TopShare.weights($0) }
    for i in rows.indices where usable[i] {
      for j in i + 1..<max(i + 1, rows.count) where usable[j] {
        if let a = centred[i], let b = centred[j] { pearson.add(i, j, Self.dot(a, b)) }
        if let a = unit[i], let b = unit[j] { cosine.add(i, j, Self.dot(a, b)) }
        iou.add(i, j, TopShare.intersectionOverUnion(top[i], top[j]))
      }
    }
  }

  /// The row scaled to length 1, after its mean was taken off if `centred`; nil when it is constant
  /// or zero.
  private static func unit(_ row: [Float], centred: Bool) -> [Float]? {
    let isConstant = row.allSatisfy { $0 == row[0] }
    if isConstant && (centred || row[0] == 0) { return nil }
    let shift = centred ? row.reduce(0.0) { $0 + Double($1) } / Double(row.count) : 0
    let length = row.reduce(0.0) { $0 + (Double($1) - shift) * (Double($1) - shift) }.squareRoot()
    return length > 0 ? row.map { Float((Double($0) - shift) / length) } : nil
  }

  private static func dot(_ a: [Float], _ b: [Float]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var sum = 0.0
        for i in 0..<a.count { sum += Double(a[i]) * Double(b[i]) }
        return max(-1, min(1, sum))
      }
    }
  }
}

private struct PairMeans {
  let count: Int
  private var sums: [Double]
  private var images: [Int]

  init(_ count: Int) {
    self.count = count
    sums = [Double](repeating: 0, count: count * count)
    images = [Int](repeating: 0, count: count * count)
  }

  mutating func add(_ i: Int, _ j: Int, _ value: Double) {
    sums[i * count + j] += value
    images[i * count + j] += 1
  }

  /// The symmetric matrix of means with a diagonal of ones.
  func means(_ candidates: [String]) throws(EvaluationError) -> [[Double]] {
    var matrix = [[Double]](repeating: [Double](repeating: 1, count: count), count: count)
    for i in 0..<count {
      for j in i + 1..<max(i + 1, count) {
        guard images[i * count + j] > 0 else { throw .emptyMaps(candidate: candidates[i]) }
        matrix[i][j] = sums[i * count + j] / Double(images[i * count + j])
        matrix[j][i] = matrix[i][j]
      }
    }
    return matrix
  }
}
