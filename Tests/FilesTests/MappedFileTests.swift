import Files
import Foundation
import TestSupport
import Testing

@Suite("A mapped file")
struct MappedFileTests {
  @Test("has the content of the file, also where the file is removed meanwhile")
  func content() throws {
    try withScratchFolder { folder in
      let file = folder.appending(path: "a.bin")
      let content = Data((0..<10_000).map { UInt8($0 % 251) })
      try content.write(to: file)
      let mapped = try MappedFile(file.path)
      mapped.prefetch(5_000..<10_000)
      try FileManager.default.removeItem(at: file)
      #expect(Data(mapped.bytes) == content)
      #expect(!mapped.isUnchanged)
    }
  }

  @Test("knows when the file at its path has another size or time")
  func changes() throws {
    try withScratchFolder { folder in
      let file = folder.appending(path: "a.bin")
      try Data([1, 2, 3]).write(to: file)
      let mapped = try MappedFile(file.path)
      #expect(mapped.isUnchanged && mapped.stamp.bytes == 3)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: file.path)
      #expect(!mapped.isUnchanged)
    }
  }

  @Test("must be there, and be a file with content")
  func refusals() throws {
    try withScratchFolder { folder in
      #expect(throws: FileError.self) { try MappedFile(folder.appending(path: "none").path) }
      #expect(throws: FileError.self) { try MappedFile(folder.path) }
      try Data().write(to: folder.appending(path: "empty"))
      #expect(throws: FileError.self) { try MappedFile(folder.appending(path: "empty").path) }
    }
  }
}
