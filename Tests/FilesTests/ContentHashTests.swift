import Files
import Foundation
import TestSupport
import Testing

@Suite("Content hashes")
struct ContentHashTests {
  @Test("are XXH3's, the same for data and a file of any length")
  func values() throws {
    // As printed by `xxhsum -H2`.
    #expect(ContentHash.hash(of: Data()) == "99aa06d3014798d86001c324468d497f")
    #expect(ContentHash.hash(of: Data("segment\n".utf8)) == "9657dd3ac07482e552fbd8eb0d1c2307")
    try withScratchFolder { folder in
      for length in [0, 1, 240, 241, 1 << 20, (1 << 20) + 1, 3_000_000] {
        let data = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let file = folder.appending(path: "file")
        try data.write(to: file)
        #expect(try ContentHash.hash(of: file) == ContentHash.hash(of: data))
      }
    }
  }

  @Test("of a folder depend on relative paths and contents, not on where it is or when it was written")
  func folders() throws {
    try withScratchFolder { folder in
      func hash(_ path: String) throws -> String { try ContentHash.hash(of: folder.appending(path: path)) }
      for place in ["a", "elsewhere/b"] {
        try write("1", to: "\(place)/x.txt", in: folder)
        try write("2", to: "\(place)/deep/y.txt", in: folder)
      }
      let original = try hash("a")
      #expect(try hash("elsewhere/b") == original)
      try write("3", to: "a/x.txt", in: folder)
      #expect(try hash("a") != original)
      try write("1", to: "a/x.txt", in: folder)
      #expect(try hash("a") == original)
      try FileManager.default.moveItem(
        at: folder.appending(path: "a/x.txt"), to: folder.appending(path: "a/z.txt"))
      #expect(try hash("a") != original)
      #expect(throws: FileError.self) { try hash("none") }
    }
  }
}
