import Foundation

/// How the learning rate moves from epoch to epoch.
public enum LearningRateSchedule: Hashable, Codable, Sendable {
  case constant
  /// Half a cosine from the full rate down to a hundredth of it (Loshchilov and Hutter 2017).
  case cosine
  /// Times `factor` whenever the calibration loss hasn't improved for `patience` epochs.
  case plateau(factor: Float, patience: Int)

  /// The rate of `epoch` (from 0), given the calibration losses of the epochs before.
  func rate(_ base: Float, epoch: Int, of epochs: Int, losses: [Double]) -> Float {
    switch self {
    case .constant: return base
    case .cosine:
      let progress = Float(epoch) / Float(max(epochs - 1, 1))
      return base * (0.01 + 0.99 * (1 + cos(.pi * progress)) / 2)
    case .plateau(let factor, let patience):
      var rate = base
      var best = Double.infinity
      var waited = 0
      for loss in losses {
        if loss < best {
          best = loss
          waited = 0
        } else {
          waited += 1
          if waited > patience {
            rate *= factor
            waited = 0
          }
        }
      }
      return rate
    }
  }
}
