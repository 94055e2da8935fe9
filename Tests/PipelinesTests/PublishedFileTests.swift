import Foundation
import Pipelines
import Testing

/// What a run makes of files that somebody changed or removed in the folders of its stages.
@Suite("A published file")
struct PublishedFileTests {
  private func yaml(_ value: Int) -> String { "name: toys\nstages:\n  - number: {value: \(value)}\n  - add\n" }
  private let note = "run/stages/number/extra/note.txt"
  private let manifest = "run/stages/number/manifest.json"

  @Test("that is no output makes its stage run again where it is lost or changed, and not where it was touched")
  func furtherFiles() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(yaml(1))
      try laboratory.write("made by number", to: note)
      #expect(try laboratory.run(yaml(1)).first == "number: up to date: skipped")
      try FileManager.default.removeItem(at: laboratory.folder.appending(path: note))
      let lines = try laboratory.run(yaml(1))
      #expect(
        lines == ["number: will run: output extra/note.txt is missing", "add: up to date: skipped"], "\(lines)")
      #expect(laboratory.read("run/note.txt") == "made by number")
      try laboratory.write("made by someone", to: note)
      #expect(try laboratory.run(yaml(1)).first == "number: will run: output extra/note.txt was modified")
      #expect(laboratory.read(note) == "made by number")
    }
  }

  @Test("of equal size that was edited is kept when its stage runs again")
  func equalSize() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(yaml(1))
      try laboratory.write("made by ME bcd", to: note)
      try laboratory.run(yaml(2))
      #expect(laboratory.read("run/stages/number.kept-1/extra/note.txt") == "made by ME bcd")
    }
  }

  @Test("of an earlier version, whose manifest has no hashes of such files, stays up to date, and is kept if edited")
  func earlierVersions() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(yaml(1))
      var content = try #require(laboratory.json(manifest))
      let others = try #require(content.removeValue(forKey: "otherFiles") as? [[String: Any]])
      content["files"] = others.compactMap { $0["stamp"] }
      content.removeValue(forKey: "pipeline")
      try laboratory.write(json: content, to: manifest)
      #expect(try laboratory.run(yaml(1)).first == "number: up to date: skipped")
      try laboratory.write("made by ME bcd", to: note)
      #expect(try laboratory.run(yaml(1)).first == "number: up to date: skipped")
      try laboratory.run(yaml(2))
      #expect(laboratory.read("run/stages/number.kept-1/extra/note.txt") == "made by ME bcd")
    }
  }

  @Test("of a cache folder is neither recorded nor missed, and goes with its folder")
  func caches() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(yaml(1))
      let others = try #require(laboratory.json(manifest)?["otherFiles"] as? [[String: Any]])
      #expect(others.count == 1, "the note alone: \(others)")
      let cache = laboratory.folder.appending(path: "run/stages/number/cache")
      #expect(FileManager.default.fileExists(atPath: cache.path))
      try laboratory.write("more", to: "run/stages/number/cache/more.txt")
      try FileManager.default.removeItem(at: cache.appending(path: "digits.txt"))
      #expect(try laboratory.run(yaml(1)) == ["number: up to date: skipped", "add: up to date: skipped"])
      try laboratory.run(yaml(2))
      #expect(!laboratory.exists("run/stages/number.kept-1"))
    }
  }

  @Test("with a count that is impossible is a damaged manifest", arguments: [Int.max, -1])
  func damagedCounts(_ count: Int) throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(yaml(1))
      for stage in ["number", "add"] {
        var content = try #require(laboratory.json("run/stages/\(stage)/manifest.json"))
        content["quarantined"] = count
        try laboratory.write(json: content, to: "run/stages/\(stage)/manifest.json")
      }
      #expect(
        try laboratory.run(yaml(1)) == [
          "number: will run: its manifest cannot be read", "add: will run: its manifest cannot be read",
        ])
      #expect(try laboratory.run(yaml(1)).allSatisfy { $0.hasSuffix("up to date: skipped") })
    }
  }

  @Test("is not replaced by another pipeline file with other data, unless it is forced")
  func otherPipeline() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("one", to: "one.txt")
      try laboratory.write("two", to: "two.txt")
      try laboratory.run("name: toys\nstages:\n  - read: {file: one.txt}\n")
      try laboratory.write("name: toys\nstages:\n  - read: {file: two.txt}\n", to: "other.yaml")
      func other(_ options: RunOptions = RunOptions()) throws -> String? {
        let pipeline = try Pipeline.load(laboratory.folder.appending(path: "other.yaml"), catalog: toyCatalog)
        do {
          _ = try Runner(pipeline, output: laboratory.output, options: options, log: RunLog()).run()
          return nil
        } catch {
          return "\(error)"
        }
      }
      for options in [RunOptions(), RunOptions(isDryRun: true)] {
        let error = try #require(try other(options))
        #expect(
          error.contains("run: contains results of ") && error.contains("/pipeline.yaml, which reads other data than ")
            && error.hasSuffix(
              "/other.yaml; choose another folder with --output or another \"name:\", or add --force read to replace them"
            ), "\(error)")
      }
      #expect(laboratory.read("run/stages/read/text.txt") == "one")
      #expect(laboratory.read("run/resolved.yaml")?.contains("one.txt") == true)
      #expect(try other(RunOptions(forced: ["read"])) == nil)
      #expect(laboratory.read("run/stages/read/text.txt") == "two")
      // A pipeline file that was moved goes on.
      try laboratory.move("other.yaml", to: "moved.yaml")
      #expect(try laboratory.run("name: toys\nstages:\n  - read: {file: one.txt}\n").count == 1)
      #expect(laboratory.read("run/stages/read/text.txt") == "one")
    }
  }

  @Test("is not asked for by --force of a stage after --until")
  func forcedAfterUntil() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.failingRun(yaml(1), options: RunOptions(until: "number", forced: ["add"])).error
          == "--force add: the stage comes after number, the last stage to run; use --until add, or omit one option")
      #expect(!laboratory.exists("run"))
    }
  }
}

extension Laboratory {
  fileprivate func json(_ path: String) -> [String: Any]? {
    guard let data = try? Data(contentsOf: folder.appending(path: path)) else { return nil }
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
  }

  fileprivate func write(json: [String: Any], to path: String) throws {
    try JSONSerialization.data(withJSONObject: json).write(to: folder.appending(path: path))
  }
}
