import FacetTensor
import FacetThreads

/// Optimisers' arithmetic, element by element on all cores; each element is read and written once, where
/// it lies.
enum Elements {
  private static let block = 1 << 15

  /// Moves a parameter and a state by a gradient.
  static func update(
    _ parameter: inout Tensor, _ state: inout Tensor, _ gradient: Tensor,
    _ rule: @Sendable (_ w: inout Float, _ state: inout Float, _ g: Float) -> Void
  ) {
    parameter.withUnsafeMutableBufferPointer { w in
      state.withUnsafeMutableBufferPointer { state in
        gradient.withUnsafeBufferPointer { g in
          nonisolated(unsafe) let (w, state, g) = (w, state, g)
          Parallel().forBlocks(of: block, in: g.count) { range in
            for i in range { rule(&w[i], &state[i], g[i]) }
          }
        }
      }
    }
  }

  /// The same with two states.
  static func update(
    _ parameter: inout Tensor, _ first: inout Tensor, _ second: inout Tensor, _ gradient: Tensor,
    _ rule: @Sendable (
      _ w: inout Float, _ first: inout Float, _ second: inout Float, _ g: Float
    ) -> Void
  ) {
    parameter.withUnsafeMutableBufferPointer { w in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          gradient.withUnsafeBufferPointer { g in
            nonisolated(unsafe) let (w, first, second, g) = (w, first, second, g)
            Parallel().forBlocks(of: block, in: g.count) { range in
              for i in range { rule(&w[i], &first[i], &second[i], g[i]) }
            }
          }
        }
      }
    }
  }
}
