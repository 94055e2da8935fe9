import Foundation
import Pipelines
import Testing

@Suite("A run's folder")
struct RunFolderTests {
  private let toys = """
    name: toys
    stages:
      - number: {value: 2}
      - double
      - add
    """

  @Test("has links at its top to the last stage that publishes each name")
  func links() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(toys)
      #expect(laboratory.link("run/number.txt") == "stages/double/doubled.txt")
      #expect(laboratory.link("run/note.txt") == "stages/number/extra/note.txt")
      #expect(laboratory.link("run/sums") == "stages/add/sums")
      #expect(laboratory.read("run/sums/sum.txt") == "5.0")
    }
  }

  @Test("has no links to results that are no longer up to date")
  func staleLinks() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(toys + "\n  - count-slowly\n")
      #expect(laboratory.exists("run/count.txt"))
      try laboratory.run(toys)
      #expect(laboratory.link("run/count.txt") == nil)
      #expect(laboratory.exists("run/stages/count-slowly/count.txt"))

      // Beyond `until`, what stands stays published; what its inputs have outgrown does not.
      try laboratory.run(toys, options: RunOptions(until: "number"))
      #expect(laboratory.link("run/sums") == "stages/add/sums")
      try laboratory.run(toys, set: ["number.value=4"], options: RunOptions(until: "number"))
      #expect(laboratory.link("run/sums") == nil)
      #expect(laboratory.link("run/number.txt") == "stages/number/number.txt")
      #expect(laboratory.exists("run/stages/add/sums/sum.txt"))
    }
  }

  @Test("keeps a user's file in the place of a link, with a warning")
  func foreignFile() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("mine", to: "run/sums")
      #expect(
        try laboratory.run(toys).contains(
          "warning: sums in the run's folder is not a link; it was not replaced. The result is in stages/add/sums"))
      #expect(laboratory.read("run/sums") == "mine")
    }
  }

  @Test("serves one run at a time")
  func lock() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let pipeline = try laboratory.load(toys)
      let output = laboratory.output
      let second = Lines()
      let log = RunLog { entry in
        guard entry.stage == "number", entry.message.hasPrefix("will run") else { return }
        do {
          _ = try Runner(pipeline, output: output, log: RunLog()).run()
        } catch {
          RunLog { second.append($0) }.info("\(error)")
        }
      }
      _ = try Runner(pipeline, output: output, log: log).run()
      #expect(
        second.texts == [
          "\(output.relativePath): in use by another run (process \(getpid())); "
            + "wait until it ends, or choose another folder with --output"
        ])
      #expect(try laboratory.run(toys).allSatisfy { $0.hasSuffix("up to date: skipped") })
    }
  }

  @Test("is not made by a dry run, which says what it would do")
  func dryRun() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let dry = RunOptions(isDryRun: true)
      #expect(
        try laboratory.run(toys, options: dry) == [
          "number: will run: no checkpoint yet", "double: will run: no checkpoint yet",
          "add: will run: no checkpoint yet",
        ])
      #expect(!laboratory.exists("run"))
      try laboratory.run(toys)
      #expect(try laboratory.run(toys, options: dry).allSatisfy { $0.hasSuffix("up to date: skipped") })
      #expect(
        try laboratory.run(toys, set: ["number.value=3", "add.amount=2"], options: dry) == [
          "number: will run: number.value 2 -> 3", "double: runs only if the output of number changes",
          "add: will run: add.amount 1 -> 2",
        ])
      #expect(
        try laboratory.run(toys, options: RunOptions(forced: ["double"], isDryRun: true)) == [
          "number: up to date: skipped", "double: will run: forced", "add: runs only if the output of double changes",
        ])
      #expect(laboratory.read("run/sums/sum.txt") == "5.0")
    }
  }

  @Test("gets stages up to the one that is asked for; unknown names are refused")
  func until() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(try laboratory.run(toys, options: RunOptions(until: "double")).count == 2)
      #expect(!laboratory.exists("run/stages/add"))
      let failure = try laboratory.failingRun(toys, options: RunOptions(until: "ad", forced: ["dubble", "xyz"]))
      #expect(
        failure.error == """
          --force dubble: unknown stage "dubble"; did you mean "double"?
          --force xyz: unknown stage "xyz"; known stages: number, double, add
          --until ad: unknown stage "ad"; did you mean "add"?
          """)
    }
  }

  @Test("keeps results to which somebody added or changed files when it replaces them")
  func keptByHand() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func yaml(_ value: Int) -> String { "name: toys\nstages:\n  - number: {value: \(value)}\n  - add\n" }
      try laboratory.run(yaml(1))
      try laboratory.write("a person's", to: "run/stages/number/notes.txt")
      try laboratory.write("corrected", to: "run/sums/sum.txt")
      let lines = try laboratory.run(yaml(2))
      #expect(laboratory.read("run/stages/number.kept-1/notes.txt") == "a person's")
      #expect(laboratory.read("run/stages/add.kept-1/sums/sum.txt") == "corrected")
      #expect(
        lines.contains { $0.hasPrefix("warning: number: ") && $0.hasSuffix("run/stages/number.kept-1") }, "\(lines)")
      try laboratory.run(yaml(3))
      #expect(!laboratory.exists("run/stages/number.kept-2"))
      #expect(laboratory.exists("run/stages/number.kept-1/notes.txt"))
    }
  }

  @Test("is refused where a lock is a person's file or a link")
  func foreignLock() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let yaml = "name: toys\nstages:\n  - number: {value: 1}\n"
      try laboratory.write("my lock", to: "run/.lock")
      #expect(try laboratory.failingRun(yaml).error?.contains("run: contains .lock") == true)
      #expect(laboratory.read("run/.lock") == "my lock")
      try FileManager.default.removeItem(at: laboratory.folder.appending(path: "run/.lock"))
      try laboratory.write("a scan", to: "scan")
      try FileManager.default.createSymbolicLink(
        atPath: laboratory.output.path + "/.lock", withDestinationPath: "../scan")
      #expect(try laboratory.failingRun(yaml).error?.contains("run: contains .lock") == true)
      #expect(laboratory.read("scan") == "a scan")
    }
  }
}
