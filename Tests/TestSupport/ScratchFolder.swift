import Foundation

/// Runs `body` with a new, empty folder, which is removed afterwards.
public func withScratchFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "segment-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// Writes a file whose name need not be UTF-8, which `URL` and `FileManager` cannot name.
public func write(_ data: Data, toFileNamed name: [UInt8], in folder: URL) {
  let path = Array(folder.path.utf8) + [UInt8(ascii: "/")] + name + [0]
  let file = path.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { fopen($0.baseAddress!, "w") }
  guard let file else { preconditionFailure("cannot write \(name)") }
  defer { fclose(file) }
  _ = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
}
