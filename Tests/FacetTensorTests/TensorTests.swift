import FacetTensor
import FacetTestSupport
import Testing

@Suite("Tensor")
struct TensorTests {
  @Test("a shape's count is the product of its extents; a scalar has one element")
  func counts() {
    #expect(Shape([2, 3, 4]).count == 24)
    #expect(Shape([]).count == 1)
    #expect(Shape([5, 0, 7]).count == 0)
    #expect(Shape([2, 3, 4]).dropFirst() == [3, 4])
    #expect(Shape([2, 3, 4]).dropFirst(2) == [4])
    #expect(Shape([3, 4]).prepending(2) == [2, 3, 4])
    #expect("\(Shape([2, 3, 224, 224]))" == "2x3x224x224")
    #expect("\(Shape([]))" == "scalar")
  }

  @Test("elements lie in row-major order")
  func order() {
    let tensor = Tensor([2, 3, 4], (0..<24).map { Float($0) })
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 { #expect(tensor[i, j, k] == Float((i * 3 + j) * 4 + k)) }
      }
    }
  }

  @Test("a copy doesn't see changes")
  func copies() {
    let original = Tensor([2, 2], [1, 2, 3, 4])
    var copy = original
    copy[1, 0] = 9
    copy.withUnsafeMutableBufferPointer { $0[3] = 7 }
    #expect(original.scalars == [1, 2, 3, 4])
    #expect(copy.scalars == [1, 2, 9, 7])
  }

  @Test("equality is of shape and elements, and NaN equals nothing")
  func equality() {
    let a = Tensor([2, 3], repeating: 1)
    #expect(a != a.reshaped([3, 2]))
    #expect(a.reshaped([3, 2]).reshaped([2, 3]) == a)
    #expect(Tensor([1], [.nan]) != Tensor([1], [.nan]))
    let nan = Tensor([1], [.nan])
    let copy = nan
    #expect(nan == copy)
  }

  @Test("slices are what indexing finds, and stacking undoes them")
  func slices() {
    let tensor = Tensor.random([5, 3, 2], seed: 1)
    for n in 0..<5 {
      let slice = tensor.slice(n)
      #expect(slice.shape == [3, 2])
      for i in 0..<3 { for j in 0..<2 { #expect(slice[i, j] == tensor[n, i, j]) } }
    }
    #expect(Tensor.stack((0..<5).map(tensor.slice)) == tensor)
    #expect(tensor.slices(1..<4) == Tensor.stack((1..<4).map(tensor.slice)))
    #expect(tensor.slices(2..<2).shape == [0, 3, 2])
    #expect(
      Tensor.concatenate([tensor.slices(0..<2), tensor.slices(2..<2), tensor.slices(2..<5)])
        == tensor)
  }

  @Test("arithmetic goes element by element")
  func arithmetic() {
    let a = Tensor([2, 2], [1, -2, 3, 4])
    let b = Tensor([2, 2], [10, 20, 30, -40])
    #expect((a + b).scalars == [11, 18, 33, -36])
    #expect((b - a).scalars == [9, 22, 27, -44])
    #expect((a * b).scalars == [10, -40, 90, -160])
    #expect((a * 2).scalars == [2, -4, 6, 8])
    #expect(a.map { -$0 }.scalars == [-1, 2, -3, -4])
    #expect((a + b).shape == [2, 2])
  }

  @Test("reductions, of nothing too")
  func reductions() {
    let a = Tensor([2, 3], [1, 5, 5, -7, -7, -8])
    #expect(a.sum == -11)
    #expect(a.mean == -11.0 / 6)
    #expect(a.minimum == -8)
    #expect(a.maximum == 5)
    #expect(a.indexOfMaximum == 1)
    #expect(a.rowMaxima == [1, 0])
    let none = Tensor.zeros([0, 3])
    #expect(none.sum == 0)
    #expect(none.mean.isNaN)
    #expect(none.minimum == .infinity)
    #expect(none.maximum == -.infinity)
    #expect(none.indexOfMaximum == nil)
    #expect(a.isFinite)
    #expect(!Tensor([2], [1, .infinity]).isFinite)
    #expect(!Tensor([2], [1, .nan]).isFinite)
  }

  @Test("the sum is accumulated in double precision")
  func sum() {
    // A running sum in single precision stops growing at 2^24.
    let tensor = Tensor([2], [Float(1 << 24), 1])
    #expect(tensor.sum == Double(1 << 24) + 1)
  }

  @Test("the relative difference is scaled by the reference")
  func relativeDifference() {
    let reference = Tensor([3], [1, -4, 2])
    #expect(Tensor([3], [1, -4, 3]).relativeDifference(from: reference) == 0.25)
    #expect(reference.relativeDifference(from: reference) == 0)
    #expect(Tensor.zeros([3]).relativeDifference(from: .zeros([3])) == 0)
    #expect(Tensor([3], [0, 1, 0]).relativeDifference(from: .zeros([3])) == .infinity)
    #expect(Tensor([3], [1, .nan, 2]).relativeDifference(from: reference).isNaN)
    #expect(reference.relativeDifference(from: Tensor([3], [1, .nan, 2])).isNaN)
  }
}
