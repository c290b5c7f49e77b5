import FacetWorkbench
import Foundation

/// What the measuring was done on.
public struct Machine: Equatable, Codable, Sendable {
  public var processor: String
  public var cores: Int
  /// `AVX-512`, `AVX2` or `none`, by what the processor says it has.
  public var instructions: String
  public var kernel: String
  public var memoryMB: Int

  public init(
    processor: String, cores: Int, instructions: String, kernel: String, memoryMB: Int
  ) {
    self.processor = processor
    self.cores = cores
    self.instructions = instructions
    self.kernel = kernel
    self.memoryMB = memoryMB
  }

  /// This machine.
  public static var here: Machine {
    let processors = text("/proc/cpuinfo")
    var name = utsname()
    uname(&name)
    let release = withUnsafeBytes(of: &name.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return Machine(
      processor: field("model name", of: processors) ?? "unknown processor",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      instructions: instructions(field("flags", of: processors) ?? ""),
      kernel: "Linux \(release)", memoryMB: Int(ProcessInfo.processInfo.physicalMemory >> 20))
  }

  /// The widest instructions among a processor's flags.
  public static func instructions(_ flags: String) -> String {
    let flags = Set(flags.split(separator: " "))
    if flags.contains("avx512f") { return "AVX-512" }
    return flags.contains("avx2") && flags.contains("fma") ? "AVX2" : "none"
  }

  /// The first value of a name in a text like `/proc/cpuinfo`.
  public static func field(_ name: String, of text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else {
        continue
      }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }

  fileprivate static func text(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// How busy the machine was at one moment.
public struct MachineState: Equatable, Codable, Sendable {
  /// Runnable threads, on average over the last minute.
  public var load: Double
  /// Ticks of all processors since the machine started, and those that its host gave to others.
  public var ticks: Int
  public var stolenTicks: Int
  /// Those in which something ran.
  public var busyTicks: Int
  /// What this process and those it has waited for have run since it started, in ticks.
  public var ownTicks: Int

  public init(load: Double, ticks: Int, stolenTicks: Int, busyTicks: Int, ownTicks: Int) {
    self.load = load
    self.ticks = ticks
    self.stolenTicks = stolenTicks
    self.busyTicks = busyTicks
    self.ownTicks = ownTicks
  }

  /// Now.
  public static var now: MachineState {
    var seconds = 0.0
    for whose in [RUSAGE_SELF, RUSAGE_CHILDREN].map(\.rawValue) {
      var usage = rusage()
      getrusage(whose, &usage)
      for time in [usage.ru_utime, usage.ru_stime] {
        seconds += Double(time.tv_sec) + Double(time.tv_usec) / 1e6
      }
    }
    return MachineState(
      loads: Machine.text("/proc/loadavg"), statistics: Machine.text("/proc/stat"),
      ownTicks: Int(seconds * Double(sysconf(Int32(_SC_CLK_TCK)))))
  }

  /// From texts like `/proc/loadavg` and `/proc/stat`; zeros for what they lack.
  public init(loads: String, statistics: String, ownTicks: Int = 0) {
    self.ownTicks = ownTicks
    load = loads.split(separator: " ").first.flatMap { Double($0) } ?? 0
    let line = statistics.split(separator: "\n").first { $0.hasPrefix("cpu ") } ?? ""
    // user nice system idle iowait irq softirq steal; guests are counted in user already.
    let fields = line.split(separator: " ").dropFirst().prefix(8).map { Int($0) ?? 0 }
    ticks = fields.reduce(0, +)
    stolenTicks = fields.count == 8 ? fields[7] : 0
    busyTicks = fields.count == 8 ? ticks - fields[3] - fields[4] - fields[7] : 0
  }

  /// The part of all time since an earlier moment that other programs took, 0...1.
  public func othersShare(since start: MachineState) -> Double {
    let others = busyTicks - start.busyTicks - (ownTicks - start.ownTicks)
    return ticks > start.ticks ? Double(max(0, others)) / Double(ticks - start.ticks) : 0
  }

  /// The part of all time since an earlier moment that the host gave to others, 0...1.
  public func stolenShare(since start: MachineState) -> Double {
    ticks > start.ticks
      ? Double(stolenTicks - start.stolenTicks) / Double(ticks - start.ticks) : 0
  }
}
