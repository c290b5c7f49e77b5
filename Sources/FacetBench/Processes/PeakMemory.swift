import Foundation

/// The largest resident memory a process has had, as the kernel counts it.
public enum PeakMemory {
  /// Of this process, in kB; `nil` where `/proc` doesn't tell.
  public static var ofThisProcess: Int? {
    guard let status = FileManager.default.contents(atPath: "/proc/self/status") else {
      return nil
    }
    return parse(String(decoding: status, as: UTF8.self))
  }

  /// `VmHWM` of a text like `/proc/self/status`, in kB.
  public static func parse(_ status: String) -> Int? {
    status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      .flatMap { line in line.split(whereSeparator: \.isWhitespace).dropFirst().first }
      .flatMap { Int($0) }
  }
}
