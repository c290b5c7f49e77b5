import CFuzzer
import FacetFiles
import FacetZoo
import Foundation
import Synchronization

/// The reader that is fed. libFuzzer calls a C function, which can't carry it along.
private let reader = Mutex<(@Sendable (FileBytes) throws -> Void)?>(nil)

/// Feeds `read` with files that libFuzzer invents, until it crashes, hangs or allocates too much. An
/// error is as good as success. The command line is libFuzzer's.
public func fuzz(_ read: @escaping @Sendable (FileBytes) throws -> Void) -> Never {
  reader.withLock { $0 = read }
  var count = CommandLine.argc
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
  let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
    let file = FileBytes(Data(UnsafeRawBufferPointer(start: bytes, count: count)), path: "fuzz")
    try? reader.withLock { $0 }?(file)
    return 0
  }
  exit(status)
}

/// Reads every tensor of an archive, one at a time.
public func readAll(_ archive: any TensorArchive) throws {
  for entry in archive.entries { _ = try archive.tensor(entry.name) }
}
