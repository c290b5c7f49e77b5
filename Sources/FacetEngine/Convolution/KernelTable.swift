import CFacetKernels
import Foundation

/// The kernels of one instruction set.
struct KernelTable: @unchecked Sendable {
  let pointee: facet_kernels
  let maps: facet_map_kernels
}

/// The instruction sets there are kernels for.
public enum InstructionSet: String, Hashable, Codable, Sendable, CaseIterable {
  case avx512
  case avx2
  /// Whatever the compiler makes of vectors on any processor.
  case portable

  /// Whether this machine's processor has it.
  public var isSupported: Bool {
    switch self {
    case .avx512: facet_supports_avx512() != 0
    case .avx2: facet_supports_avx2() != 0
    case .portable: true
    }
  }

  /// What the environment's `FACET_ISA` names, if the processor has it, else the best there is.
  public static var current: InstructionSet {
    let named = ProcessInfo.processInfo.environment["FACET_ISA"].flatMap(Self.init(rawValue:))
    if let named, named.isSupported { return named }
    return allCases.first(where: \.isSupported) ?? .portable
  }

  /// Refuses an environment whose `FACET_ISA` can't be followed.
  public static func checkEnvironment() throws(EngineError) {
    guard let name = ProcessInfo.processInfo.environment["FACET_ISA"], !name.isEmpty else { return }
    guard InstructionSet(rawValue: name)?.isSupported ?? false else {
      throw .instructionSet(name)
    }
  }

  var table: KernelTable {
    switch self {
    case .avx512: KernelTable(pointee: facet_kernels_avx512, maps: facet_map_kernels_avx512)
    case .avx2: KernelTable(pointee: facet_kernels_avx2, maps: facet_map_kernels_avx2)
    case .portable: KernelTable(pointee: facet_kernels_portable, maps: facet_map_kernels_portable)
    }
  }
}
