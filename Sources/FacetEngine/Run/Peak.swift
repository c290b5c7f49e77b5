import CFacetKernels
import Dispatch
import FacetThreads
import Synchronization

extension Engine {
  /// Billions of floating-point operations a second that this machine's processor does at best, with
  /// this engine's threads and instruction set: multiplications and additions in registers only.
  ///
  /// - Parameter seconds: about how long to measure.
  public func measuredPeak(seconds: Double = 0.5) -> Double {
    let kernels = machine.kernels
    func measure(_ rounds: Int) -> (operations: Double, seconds: Double) {
      let done = Mutex(0.0)
      let start = DispatchTime.now().uptimeNanoseconds
      parallel.forEach(threads) { _ in
        let operations = kernels.maps.multiply_adds(rounds)
        done.withLock { $0 += operations }
      }
      let taken = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
      return (done.withLock { $0 }, taken)
    }
    // The first run wakes the threads and tells how many rounds a tenth of the time takes.
    let trial = measure(1 << 16)
    let rounds = max(1, Int(65536 * seconds / 10 / max(trial.seconds, 1e-6)))
    return (0..<10).map { _ in
      let run = measure(rounds)
      return run.operations / run.seconds / 1e9
    }.max() ?? 0
  }
}
