import Files
import Foundation
import TestSupport
import Testing

@Suite("The entries of a folder")
struct FolderEntriesTests {
  private let latin1 = [0xE9] + Array("chantillon.nii.gz".utf8)

  @Test("are its names, and apart from them those that are not UTF-8")
  func names() throws {
    try withScratchFolder { folder in
      for name in ["b", ".hidden", "é"] { try write("", to: name, in: folder) }
      write(Data("text".utf8), toFileNamed: latin1, in: folder)
      let entries = try FileSystem.entries(in: folder.path)
      #expect(entries.names.sorted() == [".hidden", "b", "é"])
      let entry = try #require(entries.unnameable.first)
      #expect(entries.unnameable.count == 1)
      #expect(entry.name == "\\xe9chantillon.nii.gz" && entry.approximateName == "\u{FFFD}chantillon.nii.gz")
      #expect(entry.kind == .file && entry.head(2) == Array("te".utf8) && entry.head(9) == Array("text".utf8))
    }
  }

  @Test("are none in an empty folder; a folder with a name that is not UTF-8 alone is not empty, and can be removed")
  func empty() throws {
    try withScratchFolder { folder in
      try write("", to: "inner/a", in: folder)
      let inner = folder.appending(path: "inner")
      try FileSystem.remove(inner.path + "/a")
      #expect(try FileSystem.entries(in: inner.path).isEmpty)
      write(Data(), toFileNamed: latin1, in: inner)
      #expect(try !FileSystem.entries(in: inner.path).isEmpty)
      try FileSystem.remove(inner.path)
      #expect(FileSystem.kind(of: inner.path) == nil)
    }
  }

  @Test("of what is no folder are an error of reading")
  func missing() {
    #expect(throws: FileError.operation(.read, path: "/nowhere", code: ENOENT)) {
      try FileSystem.entries(in: "/nowhere")
    }
  }

  @Test(
    "are shown with each byte escaped that is not UTF-8",
    arguments: [
      ([0x61, 0xE9, 0x62], "a\\xe9b"), ([0xC3, 0xA9, 0xC3], "é\\xc3"), ([0xFF, 0x05], "\\xff\u{5}"),
      ([0xF0, 0x9F, 0x92, 0x99, 0x80], "💙\\x80"), ([0x65, 0xCC, 0x81, 0xE2, 0x82], "e\u{301}\\xe2\\x82"),
    ] as [([UInt8], String)])
  func escaping(bytes: [UInt8], text: String) {
    #expect(NameEncoding.escaped(bytes) == text)
  }
}
