import Foundation
import Pipelines
import Testing

@Suite("Content hashes")
struct ContentHashTests {
  @Test("are XXH3's, the same for data and a file of any length")
  func values() throws {
    // As printed by `xxhsum -H2`.
    #expect(ContentHash.hash(of: Data()) == "99aa06d3014798d86001c324468d497f")
    #expect(ContentHash.hash(of: Data("segment\n".utf8)) == "9657dd3ac07482e552fbd8eb0d1c2307")
    try Laboratory.with { (laboratory: Laboratory) throws in
      for length in [0, 1, 240, 241, 1 << 20, (1 << 20) + 1, 3_000_000] {
        let data = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let file = laboratory.folder.appending(path: "file")
        try data.write(to: file)
        #expect(try ContentHash.hash(of: file) == ContentHash.hash(of: data))
      }
    }
  }

  @Test("of a folder depend on relative paths and contents, not on where it stands or when it was written")
  func folders() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func hash(_ path: String) throws -> String { try ContentHash.hash(of: laboratory.folder.appending(path: path)) }
      for folder in ["a", "elsewhere/b"] {
        try laboratory.write("1", to: "\(folder)/x.txt")
        try laboratory.write("2", to: "\(folder)/deep/y.txt")
      }
      let original = try hash("a")
      #expect(try hash("elsewhere/b") == original)
      try laboratory.write("3", to: "a/x.txt")
      #expect(try hash("a") != original)
      try laboratory.write("1", to: "a/x.txt")
      #expect(try hash("a") == original)
      try laboratory.move("a/x.txt", to: "a/z.txt")
      #expect(try hash("a") != original)
      #expect(throws: PipelineError.self) { try hash("none") }
    }
  }
}

@Suite("An atomic file")
struct AtomicFileTests {
  @Test("replaces a file whole, also through a link, and leaves nothing beside it")
  func writing() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let file = laboratory.folder.appending(path: "a.txt")
      try AtomicFile.write(Data("one".utf8), to: file)
      try AtomicFile.write(Data("two".utf8), to: file)
      let link = laboratory.folder.appending(path: "link.txt")
      try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "a.txt")
      try AtomicFile.write(Data("three".utf8), to: link)
      #expect(laboratory.read("a.txt") == "three")
      #expect(laboratory.link("link.txt") == "a.txt")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: laboratory.folder.path).sorted() == ["a.txt", "link.txt"])
    }
  }

  @Test("is refused where the path leads to a folder, a device or nowhere")
  func refusals() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func error(_ path: String) -> String? {
        do {
          try AtomicFile.write(Data("x".utf8), to: URL(filePath: path))
          return nil
        } catch {
          return "\(error)"
        }
      }
      let folder = laboratory.folder.path
      try laboratory.write("", to: "folder/file")
      #expect(
        error("\(folder)/folder") == "\(folder)/folder: expected a regular file to replace, "
          + "found a folder or a device; choose another path")
      #expect(error("/dev/full")?.hasPrefix("/dev/full: expected a regular file") == true)
      #expect(error("\(folder)/none/a.txt")?.hasSuffix(": cannot create: No such file or directory") == true)
      #expect(error("\(folder)/folder/file/a")?.hasSuffix(": cannot create: Not a directory") == true)
      #expect(laboratory.exists("folder/file"))
    }
  }

  @Test("of a full disk or a closed folder says what to do")
  func remedies() {
    #expect(
      "\(PipelineError.fileOperation(.write, path: "/x/a", code: ENOSPC))"
        == "/x/a: cannot write: No space left on device; free some space, then give the same command again: it continues"
    )
    #expect(
      "\(PipelineError.fileOperation(.create, path: "/x", code: EACCES))"
        == "/x: cannot create: Permission denied; choose another folder with --output, or change its permissions")
  }
}

@Suite("The log")
struct RunLogTests {
  @Test("gives people lines with the stage's name, and marks those that the next may replace")
  func lines() {
    let lines = Lines()
    let log = RunLog { lines.append($0) }
    log.info("begins")
    log.forStage("train").warning("the loss rises")
    log.forStage("train").progress("epoch 1")
    log.error("stopped")
    #expect(lines.texts == ["begins", "warning: train: the loss rises", "error: stopped"])
  }
}
