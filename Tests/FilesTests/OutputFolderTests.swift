import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("An output folder")
struct OutputFolderTests {
  private let origin = FileOrigin(command: "test", inputs: ["images": ["1"]])

  private func folder(_ url: URL, overwrites: Bool = false) -> OutputFolder {
    OutputFolder(url, replacesForeignFiles: overwrites)
  }

  private func write(_ text: String, _ name: String, in folder: OutputFolder) throws {
    try AtomicFile.write(Data(text.utf8), to: folder.target(name, origin: origin))
  }

  private func text(_ name: String, in folder: URL) -> String? {
    try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test("replaces what it wrote, by this or an earlier process")
  func own() throws {
    try withScratchFolder { url in
      try write("one", "sub/a.txt", in: folder(url))
      try write("two", "sub/a.txt", in: folder(url))
      let later = folder(url)
      try later.check(["sub/a.txt"], inputs: [])
      try write("three", "sub/a.txt", in: later)
      #expect(text("sub/a.txt", in: url) == "three")
    }
  }

  @Test("refuses to replace files that it did not write, or that were changed since")
  func foreign() throws {
    try withScratchFolder { url in
      try FilesTests.write("a person's", to: "a.txt", in: url)
      try write("ours", "b.txt", in: folder(url))
      try FilesTests.write("corrected by hand", to: "b.txt", in: url)
      #expect(throws: FileError.wouldReplaceForeign(paths: ["a.txt", "b.txt"].map { url.path + "/" + $0 })) {
        try folder(url).check(["a.txt", "b.txt", "c.txt"], inputs: [])
      }
      #expect(throws: FileError.self) { try write("new", "b.txt", in: folder(url)) }
      #expect(text("b.txt", in: url) == "corrected by hand")
      #expect(try FileManager.default.contentsOfDirectory(atPath: url.path).filter(TemporaryFiles.isTemporary) == [])
      try folder(url, overwrites: true).check(["a.txt", "b.txt"], inputs: [])
      try write("new", "b.txt", in: folder(url, overwrites: true))
      #expect(text("b.txt", in: url) == "new")
    }
  }

  @Test("refuses to replace an input by any name, even where other files may be replaced")
  func inputs() throws {
    try withScratchFolder { url in
      try FilesTests.write("scan", to: "in/a.txt", in: url)
      let manager = FileManager.default
      let input = url.appending(path: "in/a.txt")
      try manager.createSymbolicLink(at: url.appending(path: "link"), withDestinationURL: url.appending(path: "in"))
      try manager.linkItem(at: input, to: url.appending(path: "hard.txt"))
      try manager.createSymbolicLink(at: url.appending(path: "soft.txt"), withDestinationURL: input)
      for name in ["in/a.txt", "link/a.txt", "in/../in/a.txt", "hard.txt", "soft.txt"] {
        #expect(throws: FileError.wouldReplaceInput(path: "\(url.path)/\(name)", input: input.path)) {
          try folder(url, overwrites: true).check([name], inputs: [input])
        }
      }
    }
  }

  @Test("knows what is up to date: the same file of the same origin")
  func current() throws {
    try withScratchFolder { url in
      try write("one", "a.txt", in: folder(url))
      #expect(try folder(url).isCurrent("a.txt", origin: origin))
      var other = origin
      other.inputs["images"] = ["2"]
      #expect(try !folder(url).isCurrent("a.txt", origin: other))
      #expect(try !folder(url).isCurrent("b.txt", origin: origin))
      try FilesTests.write("changed", to: "a.txt", in: url)
      #expect(try !folder(url).isCurrent("a.txt", origin: origin))
      try FileManager.default.removeItem(at: url.appending(path: "a.txt"))
      #expect(try !folder(url).isCurrent("a.txt", origin: origin))
    }
  }

  @Test("removes its own file of a name that fails later, and leaves a person's")
  func stale() throws {
    try withScratchFolder { url in
      try write("one", "a.txt", in: folder(url))
      #expect(try !folder(url).recordFailure("a.txt", reason: "damaged"))
      #expect(text("a.txt", in: url) == nil)
      try FilesTests.write("a person's", to: "b.txt", in: url)
      #expect(try folder(url).recordFailure("b.txt", reason: "damaged"))
      #expect(text("b.txt", in: url) == "a person's")
      #expect(try folder(url).failures() == ["a.txt": "damaged", "b.txt": "damaged"])
      try write("two", "a.txt", in: folder(url))
      #expect(try folder(url).failures() == ["b.txt": "damaged"])
    }
  }

  @Test("replaces a link to a file that it wrote and somebody moved away, and keeps that file")
  func movedAway() throws {
    try withScratchFolder { url in
      let (out, store) = (url.appending(path: "out"), url.appending(path: "store.txt"))
      try write("one", "a.txt", in: folder(out))
      try FileManager.default.moveItem(at: out.appending(path: "a.txt"), to: store)
      try FileManager.default.createSymbolicLink(at: out.appending(path: "a.txt"), withDestinationURL: store)
      try write("two", "a.txt", in: folder(out))
      #expect(text("store.txt", in: url) == "one")
      #expect(text("a.txt", in: out) == "two")
      #expect(!SystemPath.isLink(out.appending(path: "a.txt").path))
    }
  }

  @Test("has all failures of processes that work at the same time in one table")
  func failureTable() throws {
    try withScratchFolder { url in
      let names = (0..<8).map { "\($0).txt" }
      let errors = Mutex<[String]>([])
      for _ in 0..<20 {
        DispatchQueue.concurrentPerform(iterations: names.count) { index in
          let part = folder(url)
          do {
            try part.check([names[index], "table.csv"], inputs: [])
            try part.recordFailure(names[index], reason: "damaged")
            try part.updateTable("table.csv", origin: origin) { failures in
              failures.isEmpty ? nil : Data(failures.keys.sorted().joined(separator: "\n").utf8)
            }
          } catch {
            errors.withLock { $0.append("\(error)") }
          }
        }
        #expect(errors.withLock { $0 } == [])
        #expect(text("table.csv", in: url) == names.joined(separator: "\n"))
        for name in names { try write("made", name, in: folder(url)) }
        try folder(url).updateTable("table.csv", origin: origin) { $0.isEmpty ? nil : Data("wrong".utf8) }
        #expect(text("table.csv", in: url) == nil)
        for name in names { try folder(url).removeOwn(name) }
      }
    }
  }

  @Test("goes on with a record whose last line a killed process left unfinished")
  func torn() throws {
    try withScratchFolder { url in
      try write("one", "a.txt", in: folder(url))
      let record = url.appending(path: ".segment-outputs.jsonl")
      try (Data(contentsOf: record) + Data(#"{"name":"b.t"#.utf8)).write(to: record)
      try write("two", "c.txt", in: folder(url))
      #expect(try folder(url).isCurrent("a.txt", origin: origin))
      #expect(try folder(url).isCurrent("c.txt", origin: origin))
    }
  }

  @Test("does not open pipes and devices")
  func pipes() throws {
    try withScratchFolder { url in
      let pipe = url.appending(path: "pipe").path
      try #require(mkfifo(pipe, 0o600) == 0)
      #expect(throws: FileError.notAFile(path: pipe, found: "a pipe")) { try ContentHash.hash(of: URL(filePath: pipe)) }
      #expect(throws: FileError.notAFile(path: "/dev/zero", found: "a device")) {
        try FileContent.data(of: "/dev/zero")
      }
      #expect(throws: FileError.wouldReplaceForeign(paths: [pipe])) { try folder(url).check(["pipe"], inputs: []) }
    }
  }
}
