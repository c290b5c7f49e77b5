import FacetTensor
import FacetThreads

/// Optimisers' arithmetic on all cores; each element is read and written once, where it lies.
///
/// A rule gets a run of elements and loops over them itself, so that the loop becomes vector code.
enum Elements {
  private static let block = 1 << 15

  /// Moves a parameter by a state that holds the gradient already.
  static func update(
    _ parameter: inout Tensor, _ state: inout Tensor,
    _ rule:
      @Sendable (
        _ w: UnsafeMutableBufferPointer<Float>, _ state: UnsafeMutableBufferPointer<Float>
      ) -> Void
  ) {
    parameter.withUnsafeMutableBufferPointer { w in
      state.withUnsafeMutableBufferPointer { state in
        nonisolated(unsafe) let (w, state) = (w, state)
        Parallel().forBlocks(of: block, in: w.count) { range in
          rule(w.extracting(range), state.extracting(range))
        }
      }
    }
  }

  /// Moves a parameter and a state by a gradient.
  static func update(
    _ parameter: inout Tensor, _ state: inout Tensor, _ gradient: Tensor,
    _ rule:
      @Sendable (
        _ w: UnsafeMutableBufferPointer<Float>, _ state: UnsafeMutableBufferPointer<Float>,
        _ g: UnsafeBufferPointer<Float>
      ) -> Void
  ) {
    parameter.withUnsafeMutableBufferPointer { w in
      state.withUnsafeMutableBufferPointer { state in
        gradient.withUnsafeBufferPointer { g in
          nonisolated(unsafe) let (w, state, g) = (w, state, g)
          Parallel().forBlocks(of: block, in: g.count) { range in
            rule(w.extracting(range), state.extracting(range), g.extracting(range))
          }
        }
      }
    }
  }

  /// The same with two states.
  static func update(
    _ parameter: inout Tensor, _ first: inout Tensor, _ second: inout Tensor, _ gradient: Tensor,
    _ rule:
      @Sendable (
        _ w: UnsafeMutableBufferPointer<Float>, _ first: UnsafeMutableBufferPointer<Float>,
        _ second: UnsafeMutableBufferPointer<Float>, _ g: UnsafeBufferPointer<Float>
      ) -> Void
  ) {
    parameter.withUnsafeMutableBufferPointer { w in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          gradient.withUnsafeBufferPointer { g in
            nonisolated(unsafe) let (w, first, second, g) = (w, first, second, g)
            Parallel().forBlocks(of: block, in: g.count) { range in
              rule(
                w.extracting(range), first.extracting(range), second.extracting(range),
                g.extracting(range))
            }
          }
        }
      }
    }
  }
}
