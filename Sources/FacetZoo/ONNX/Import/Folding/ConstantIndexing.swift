/// Arrays that are known when a graph is read: choosing and moving their elements.
extension ImportedConstant {
  /// An array of chosen elements, by their places.
  func picking(_ places: [Int], extents: [Int]) throws(LoweringFailure) -> ImportedConstant {
    func pick<Element>(_ elements: [Element]) -> [Element] { places.map { elements[$0] } }
    let picked: Elements =
      switch elements {
      case .floats(let floats): .floats(pick(floats))
      case .integers(let integers): .integers(pick(integers))
      case .sizes(let sizes): .sizes(pick(sizes))
      case .repeated: elements
      case .stored:
        type.isInteger ? .integers(pick(try integers())) : .floats(pick(try floats()))
      }
    if case .sizes(let sizes) = picked {
      return ImportedConstant(type, extents, sizes: sizes)
    }
    return ImportedConstant(type, extents, picked)
  }

  /// The same elements with other axes; it keeps its name, being the same parameter.
  func reshaped(_ extents: [Int]) -> ImportedConstant {
    ImportedConstant(type, extents, elements, name: name)
  }

  /// The array repeated to broadcast against others, its axes aligned at the right.
  func repeated(to extents: [Int]) throws(LoweringFailure) -> ImportedConstant {
    if self.extents == extents { return self }
    return try picking(Places.broadcast(self.extents, to: extents), extents: extents)
  }

  /// Several arrays' elements in one, one array after the other.
  static func appending(_ parts: [ImportedConstant]) throws(LoweringFailure) -> Elements {
    if parts.contains(where: \.isSymbolic) {
      var sizes: [SymbolicInteger] = []
      for part in parts { sizes += try part.sizes() }
      return .sizes(sizes)
    }
    if parts.allSatisfy({ $0.type.isInteger }) {
      var integers: [Int] = []
      for part in parts { integers += try part.integers() }
      return .integers(integers)
    }
    var floats: [Float] = []
    for part in parts { floats += try part.floats() }
    return .floats(floats)
  }
}

/// Places of an array's elements, in the order in which another array has them.
enum Places {
  /// How far apart neighbours along each axis are.
  static func strides(_ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  /// Every place of an array of `extents`, where a step along an axis goes `strides` further.
  static func walk(_ extents: [Int], strides: [Int], from start: Int = 0) -> [Int] {
    guard !extents.contains(0) else { return [] }
    var places = [start]
    for (extent, stride) in zip(extents, strides) where extent > 1 {
      places = places.flatMap { place in (0..<extent).map { place + $0 * stride } }
    }
    return places
  }

  /// The places of an array that is repeated to `extents`, its axes aligned at the right.
  static func broadcast(_ from: [Int], to extents: [Int]) -> [Int] {
    let own = strides(from)
    let missing = extents.count - from.count
    let steps = extents.indices.map { axis in
      axis < missing || from[axis - missing] == 1 ? 0 : own[axis - missing]
    }
    return walk(extents, strides: steps)
  }

  static func transposed(_ extents: [Int], _ permutation: [Int]) -> [Int] {
    let own = strides(extents)
    return walk(permutation.map { extents[$0] }, strides: permutation.map { own[$0] })
  }

  /// The places of chosen elements of one axis.
  static func chosen(_ extents: [Int], axis: Int, _ indices: [Int]) -> [Int] {
    let inner = extents[(axis + 1)...].reduce(1, *)
    let outer = extents[..<axis].reduce(1, *)
    var places: [Int] = []
    places.reserveCapacity(outer * indices.count * inner)
    for block in 0..<outer {
      for index in indices {
        let start = (block * extents[axis] + index) * inner
        places += start..<start + inner
      }
    }
    return places
  }
}
