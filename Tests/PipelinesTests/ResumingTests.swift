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
        try laboratory.run(toys, set: ["count-slowly.to=6"]).filter { !$0.contains("unfinished work") }.suffix(2) == [
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
        try laboratory.run(toys.replacing("to: 4", with: "to: 5"), options: force).last
          == "count-slowly: counts from 0")
    }
  }

  @Test("keeps unfinished work of other parameters until the stage is finished, and resumes it where they are set back")
  func setBack() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let longer = toys.replacing("to: 4", with: "to: 5")
      let previous = "run/stages/.count-slowly.previous"
      _ = try laboratory.failingRun(toys, interruptingAt: "step 1")
      let other = try laboratory.failingRun(longer, interruptingAt: "step 2")
      #expect(
        other.lines.contains {
          $0.hasPrefix("count-slowly: the unfinished work of other parameters is kept in ")
            && $0.contains("stages/.count-slowly.previous until")
        })
      #expect(laboratory.read("\(previous)/count.txt") == "0\n1\n")
      _ = try laboratory.failingRun(toys, interruptingAt: "counts from 2")
      #expect(laboratory.read("\(previous)/count.txt") == "0\n1\n2\n")
      #expect(try laboratory.run(longer).last == "count-slowly: counts from 3")
      #expect(laboratory.read("run/count.txt") == "0\n1\n2\n3\n4\n")
      #expect(!laboratory.exists(previous))
    }
  }

  @Test("ends or takes back an exchange of unfinished work that was killed", arguments: [false, true])
  func killedExchange(isHalfDone: Bool) throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let (partial, previous) = ("run/stages/.count-slowly.partial", "run/stages/.count-slowly.previous")
      let longer = toys.replacing("to: 4", with: "to: 5")
      _ = try laboratory.failingRun(toys, interruptingAt: "step 1")
      _ = try laboratory.failingRun(longer, interruptingAt: "step 2")
      try laboratory.move(partial, to: "run/stages/.count-slowly.exchange")
      if isHalfDone { try laboratory.move(previous, to: partial) }
      #expect(try laboratory.run(toys).last == "count-slowly: counts from 2")
      #expect(!laboratory.exists("run/stages/.count-slowly.exchange"))
    }
  }
}
