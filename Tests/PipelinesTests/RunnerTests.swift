import Files
import Foundation
import Pipelines
import Testing

@Suite("A run")
struct RunnerTests {
  @Test("runs every stage once, and the second time says that all are up to date")
  func current() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.run(toys) == [
          "number: will run: no checkpoint yet", "add: will run: no checkpoint yet",
          "count-slowly: will run: no checkpoint yet", "count-slowly: counts from 0",
        ])
      #expect(laboratory.read("run/sums/sum.txt") == "5.0")
      #expect(laboratory.read("run/resolved.yaml")?.hasPrefix("name: toys\nseed: 1\n") == true)
      let stages = try FileManager.default.contentsOfDirectory(atPath: laboratory.output.path + "/stages")
      #expect(stages.sorted() == ["add", "count-slowly", "number"])
      let files = try FileManager.default.contentsOfDirectory(atPath: laboratory.output.path + "/stages/number")
      #expect(files.sorted() == ["cache", "extra", "manifest.json", "number.txt"])
      #expect(
        try laboratory.run(toys) == [
          "number: up to date: skipped", "add: up to date: skipped",
          "count-slowly: up to date: skipped",
        ])
    }
  }

  @Test("does not run again for comments, key order, spellings of numbers, spelt-out defaults or another place")
  func cosmeticChanges() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("text", to: "a/data.txt")
      let yaml = "name: toys\nstages:\n  - number: {value: 1.0e-3, scale: 2}\n  - add\n  - read: {file: a/data.txt}\n"
      try laboratory.run(yaml)
      try laboratory.move("a", to: "b")
      let same = """
        # The same, otherwise said.
        name: renamed
        seed: 1
        stages:
          - number:
              scale: 2.0
              value: 0.001
              modulus: ~
          - add: {amount: 1, from: [number]}
          - read: {lines: 10, file: ./b/../b/data.txt}
        """
      #expect(
        try laboratory.run(same) == [
          "number: up to date: skipped", "add: up to date: skipped", "read: up to date: skipped",
        ])
      try laboratory.move("run", to: "moved")
      try laboratory.move("moved", to: "run")
      #expect(try laboratory.run(same).allSatisfy { $0.hasSuffix("up to date: skipped") })
    }
  }

  @Test("says which parameter, seed, input, file, output or version makes a stage run")
  func reasons() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("text", to: "data.txt")
      let yaml = toys + "\n  - read: {file: data.txt}"
      try laboratory.run(yaml)
      #expect(
        try laboratory.run(yaml, set: ["add.amount=4", "number.value=2.5"]).prefix(3) == [
          "number: will run: number.value 2 -> 2.5",
          "add: will run: add.amount 3 -> 4, input number of number changed",
          "count-slowly: will run: input number of number changed",
        ])
      #expect(
        try laboratory.run(yaml, set: ["number.modulus=2"]).prefix(2) == [
          "number: will run: number.modulus unset -> 2, number.value 2.5 -> 2",
          "add: will run: add.amount 4 -> 3, input number of number changed",
        ])
      try laboratory.run(yaml)
      #expect(try laboratory.run(yaml, set: ["seed=2"]).first == "number: will run: seed 1 -> 2")
      try laboratory.run(yaml)
      try laboratory.write("other text", to: "data.txt")
      #expect(try laboratory.run(yaml).last == "read: will run: data.txt changed")
      try laboratory.write("5", to: "run/stages/number/number.txt")
      #expect(
        try laboratory.run(yaml).filter { !$0.hasPrefix("warning: ") }.prefix(2) == [
          "number: will run: output number.txt was modified", "add: up to date: skipped",
        ])
      try FileManager.default.removeItem(at: laboratory.output.appending(path: "stages/add/sums"))
      #expect(try laboratory.run(yaml)[1] == "add: will run: output sums is missing")
      try laboratory.write("{", to: "run/stages/add/manifest.json")
      #expect(try laboratory.run(yaml)[1] == "add: will run: its manifest cannot be read")
      let catalog = StageCatalog([NumberStage.self, NewAddStage.self, CountStage.self, ReadStage.self])
      #expect(try laboratory.run(yaml, catalog: catalog)[1] == "add: will run: stage version 1 -> 2")
      let kinds = yaml.replacing("- add: {amount: 3}", with: "- double: {name: add}")
      #expect(
        try laboratory.run(kinds)[1] == "add: will run: stage kind add -> double, add.amount 3 -> unset")
    }
  }

  @Test("skips a stage whose inputs were made again with the same content")
  func equalContent() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(toys)
      #expect(
        try laboratory.run(toys, set: ["number.value=1", "number.scale=2"]) == [
          "number: will run: number.scale 1 -> 2, number.value 2 -> 1", "add: up to date: skipped",
          "count-slowly: up to date: skipped",
        ])
    }
  }

  @Test("trusts size and time of outputs, and reads them again where the time alone changed")
  func touchedOutputs() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(toys)
      let file = laboratory.output.appending(path: "stages/number/number.txt").path
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file)
      #expect(try laboratory.run(toys).first == "number: up to date: skipped")
    }
  }

  @Test("ends what was killed while a checkpoint took its place", arguments: [false, true])
  func recovery(isOldMovedAside: Bool) throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let changed = toys.replacing("value: 2", with: "value: 3")
      try laboratory.run(changed)
      try laboratory.move("run/stages/number", to: "new")
      try FileManager.default.removeItem(at: laboratory.output)
      try laboratory.run(toys)
      try laboratory.move("new", to: "run/stages/.number.partial")
      if isOldMovedAside { try laboratory.move("run/stages/number", to: "run/stages/.number.old") }
      #expect(try laboratory.run(changed).first == "number: up to date: skipped")
      #expect(laboratory.read("run/number.txt") == "3.0")
      #expect(!laboratory.exists("run/stages/.number.old"))
      #expect(!laboratory.exists("run/stages/.number.partial"))
    }
  }

  @Test("puts an old checkpoint back where its successor is not complete, and removes it where it is")
  func recoveryOfOld() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(toys)
      try laboratory.move("run/stages/number", to: "run/stages/.number.old")
      try laboratory.write("half", to: "run/stages/.number.partial/number.txt")
      #expect(try laboratory.run(toys).first == "number: up to date: skipped")
      try laboratory.write("older", to: "run/stages/.number.old/number.txt")
      #expect(try laboratory.run(toys).first == "number: up to date: skipped")
      #expect(!laboratory.exists("run/stages/.number.old"))
    }
  }

  @Test("ends before any work where a stage misses its files, and names each")
  func externalFiles() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let yaml = toys + "\n  - read: {file: a.txt}\n  - read: {name: second, file: b.txt}\n"
      let failure = try laboratory.failingRun(yaml)
      let line = toys.split(separator: "\n", omittingEmptySubsequences: false).count + 1
      #expect(
        failure.error
          == "pipeline.yaml:\(line):5: read: no file a.txt\npipeline.yaml:\(line + 1):5: second: no file b.txt")
      let check = #expect(throws: PipelineErrors.self) { try laboratory.load(yaml).checkExternalFiles() }
      #expect(check?.description == failure.error)
      #expect(failure.lines == [])
      #expect(!laboratory.exists("run"))
      #expect(try laboratory.failingRun(yaml, options: RunOptions(until: "add")).error == nil)
    }
  }

  @Test("counts the cases left out, again when the stage is up to date")
  func quarantine() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("", to: "empty.txt")
      let pipeline = try laboratory.load("name: toys\nstages: [read: {file: empty.txt}]\n")
      let lines = Lines()
      let runner = Runner(pipeline, output: laboratory.output, log: RunLog { lines.append($0) })
      #expect(try runner.run().quarantined == 2)
      #expect(lines.texts.last?.hasPrefix("warning: read: finished in ") == true)
      #expect(lines.texts.last?.hasSuffix(" s; 2 cases skipped") == true)
      let again = try runner.run()
      #expect(again.quarantined == 2)
      #expect(again.stages.map(\.decision) == [.upToDate])
    }
  }

  @Test("ends with a clear error where a stage forgets its output, or the folder is not to be written")
  func failures() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.failingRun("name: toys\nstages: [forget]\n").error
          == "forget: the stage did not write its output \"nothing.txt\" (a bug of this program)")
      let file = laboratory.folder.appending(path: "file")
      try laboratory.write("", to: "file")
      let pipeline = try laboratory.load(toys)
      let error = #expect(throws: FileError.self) {
        try Runner(pipeline, output: file.appending(path: "run"), log: RunLog()).run()
      }
      #expect(
        error?.description == "\(file.path)/run: cannot create: Not a directory; check the path: its folder must exist")
    }
  }

  @Test("stops where a file changes between the planning and the reading, and the next run takes its new content")
  func changingFile() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("old", to: "data.txt")
      let pipeline = try laboratory.load("name: toys\nstages:\n  - read: {file: data.txt}\n")
      let log = RunLog { entry in
        if entry.message.hasPrefix("will run: ") { try? laboratory.write("new one", to: "data.txt") }
      }
      let error = #expect(throws: PipelineError.self) {
        try Runner(pipeline, output: laboratory.output, log: log).run()
      }
      #expect(error?.description.contains("data.txt: was modified since the run started") == true)
      #expect(!laboratory.exists("run/stages/read"))
      try laboratory.run("name: toys\nstages:\n  - read: {file: data.txt}\n")
      #expect(laboratory.read("run/stages/read/text.txt") == "new one")
    }
  }

  @Test("keeps what it says in a log of JSON lines, errors too")
  func jsonLog() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      _ = try laboratory.failingRun("name: toys\nstages: [number: {value: 2}, forget]\n")
      let text = try #require(laboratory.read("run/log.jsonl"))
      let lines = try text.split(separator: "\n").map {
        try JSONDecoder().decode([String: JSONText].self, from: Data($0.utf8)).mapValues(\.text)
      }
      #expect(
        lines.map { $0["message"]?.prefix(12) } == [
          "run started", "will run: no", "finished in ", "will run: no", "forget: the ",
        ])
      #expect(lines.map { $0["stage"] } == [nil, "number", "number", "forget", nil])
      #expect(lines.map { $0["level"] } == ["info", "info", "info", "info", "error"])
      // 2026-11-21T12:21:13.123Z
      #expect(lines.allSatisfy { $0["time"]?.count == 24 && $0["time"]?.hasSuffix("Z") == true })
      #expect(lines[2]["seconds"] != nil)
    }
  }

  /// A JSON text, or any other value as the text "number".
  private struct JSONText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      text = (try? decoder.singleValueContainer().decode(String.self)) ?? "number"
    }
  }
}
