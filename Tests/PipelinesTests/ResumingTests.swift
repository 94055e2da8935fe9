import Files
import Foundation
import Pipelines
import Testing

@Suite("Unfinished work of stages")
struct ResumingTests {
  @Test("continues the work of a stage that stopped half-way, with an equal fingerprint only")
  func resuming() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("", to: "run/break")
      let broken = try laboratory.failingRun(toys)
      #expect(broken.error == "count-slowly: the counter broke at 3")
      #expect(laboratory.read("run/stages/.count-slowly.partial/count.txt") == "0\n1\n2\n")
      #expect(!laboratory.exists("run/stages/count-slowly"))
      try FileManager.default.removeItem(at: laboratory.output.appending(path: "break"))
      try laboratory.write("half of a", to: "run/stages/.count-slowly.partial/scans/.scan.temporary")
      #expect(
        try laboratory.run(toys) == [
          "number: up to date: skipped", "add: up to date: skipped",
          "count-slowly: resumes an interrupted run", "count-slowly: counts from 3",
        ])
      #expect(laboratory.read("run/count.txt") == "0\n1\n2\n3\n")
      #expect(!laboratory.exists("run/stages/count-slowly/fingerprint.json"))
      #expect(!laboratory.exists("run/stages/count-slowly/scans/.scan.temporary"))

      try laboratory.write("", to: "run/break")
      _ = try laboratory.failingRun(toys.replacing("to: 4", with: "to: 5"))
      try FileManager.default.removeItem(at: laboratory.output.appending(path: "break"))
      #expect(
        try laboratory.run(toys, set: ["count-slowly.to=6"]).filter { !$0.contains("unfinished") }.suffix(2) == [
          "count-slowly: will run: count-slowly.to 4 -> 6", "count-slowly: counts from 0",
        ])
    }
  }

  @Test("stops where it is asked to, and continues to the same end")
  func interruption() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let within = try laboratory.failingRun(toys, interruptingAt: "step 1")
      #expect(within.error == "interrupted in stage count-slowly; run the same command to resume")
      #expect(try laboratory.run(toys).last == "count-slowly: counts from 2")
      #expect(laboratory.read("run/count.txt") == "0\n1\n2\n3\n")

      let between = try laboratory.failingRun(
        toys.replacing("value: 2", with: "value: 3"), interruptingAt: "will run: number.value 2 -> 3")
      #expect(between.lines == ["number: will run: number.value 2 -> 3"])
      #expect(between.error == "interrupted in stage add; run the same command to resume")
    }
  }

  @Test("runs a forced stage again, keeps its checkpoint until then, and continues only a forced one")
  func forcing() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let force = RunOptions(forced: ["count-slowly"])
      try laboratory.run(toys)
      let killed = try laboratory.failingRun(toys, options: force, interruptingAt: "step 1")
      #expect(killed.lines.suffix(2) == ["count-slowly: will run: forced", "count-slowly: counts from 0"])
      #expect(laboratory.read("run/stages/count-slowly/count.txt") == "0\n1\n2\n3\n")
      #expect(try laboratory.run(toys).last == "count-slowly: up to date: skipped")
      #expect(try laboratory.run(toys, options: force).last == "count-slowly: counts from 2")

      _ = try laboratory.failingRun(toys.replacing("to: 4", with: "to: 5"), interruptingAt: "step 1")
      #expect(
        try laboratory.run(toys.replacing("to: 4", with: "to: 5"), options: force).contains(
          "count-slowly: counts from 0"))
    }
  }

  /// The counts in the unfinished work that was put aside.
  private func putAside(_ laboratory: Laboratory) throws -> [String] {
    let stages = laboratory.output.appending(path: "stages").path
    return try FileManager.default.contentsOfDirectory(atPath: stages).sorted()
      .filter { $0.hasPrefix(".count-slowly.unfinished-") }
      .compactMap { laboratory.read("run/stages/\($0)/count.txt") }
  }

  @Test("keeps unfinished work of other parameters until the stage is finished, and resumes it where they are set back")
  func setBack() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func to(_ end: Int) -> String { toys.replacing("to: 4", with: "to: \(end)") }
      _ = try laboratory.failingRun(to(4), interruptingAt: "step 1")
      let other = try laboratory.failingRun(to(5), interruptingAt: "step 2")
      #expect(other.lines.contains { $0.hasPrefix("count-slowly: the unfinished work of an earlier run is kept in ") })
      #expect(try putAside(laboratory) == ["0\n1\n"])
      _ = try laboratory.failingRun(to(6), interruptingAt: "step 0")
      #expect(try Set(putAside(laboratory)) == ["0\n1\n", "0\n1\n2\n"])
      let plan = try laboratory.run(to(4), options: RunOptions(isDryRun: true))
      #expect(plan.last == "count-slowly: resumes an interrupted run")
      _ = try laboratory.failingRun(to(4), interruptingAt: "counts from 2")
      let planned = try laboratory.run(to(7), options: RunOptions(isDryRun: true))
      #expect(planned.last?.hasPrefix("count-slowly: there is unfinished work of other parameters") == true)
      let end = try laboratory.run(to(5))
      #expect(end.contains("count-slowly: counts from 3"))
      #expect(end.last == "count-slowly: the unfinished work of other parameters was removed")
      #expect(laboratory.read("run/count.txt") == "0\n1\n2\n3\n4\n")
      #expect(try putAside(laboratory) == [])
    }
  }

  @Test("finds the work again where a run was killed between putting one aside and taking up the other")
  func killedExchange() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      _ = try laboratory.failingRun(toys, interruptingAt: "step 1")
      _ = try laboratory.failingRun(toys.replacing("to: 4", with: "to: 5"), interruptingAt: "step 2")
      try laboratory.move("run/stages/.count-slowly.partial", to: "run/stages/.count-slowly.unfinished-1")
      #expect(try laboratory.run(toys).contains("count-slowly: counts from 2"))
    }
  }
}
