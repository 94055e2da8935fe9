import Files
import Foundation
import Testing

@Suite struct ScratchMemoryTests {
  @Test("Scratch memory is 0 at first, keeps what is written, and leaves no file")
  func memory() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "scratch-\(UUID().uuidString)")
    try FileSystem.makeFolder(folder.path)
    defer { try? FileSystem.remove(folder.path) }
    let scratch = try ScratchMemory(byteCount: 10_000, in: folder)
    #expect(scratch.bytes.count == 10_000 && scratch.bytes.allSatisfy { $0 == 0 })
    scratch.bytes[9999] = 7
    #expect(scratch.bytes[9999] == 7)
    #expect(try FileSystem.entries(in: folder.path).names.isEmpty)
  }

  @Test("More than the disk has is an error that names the folder")
  func tooLarge() throws {
    let folder = FileManager.default.temporaryDirectory
    #expect {
      _ = try ScratchMemory(byteCount: 1 << 50, in: folder)
    } throws: { error in
      guard case FileError.operation(.write, let path, _) = error else { return false }
      return path == folder.path
    }
  }
}
