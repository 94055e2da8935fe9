import Foundation
import Pipelines
import Testing

@Suite("A run of some stages of a matrix")
struct SelectionTests {
  private static let yaml = """
    name: grid
    matrix: {value: [1, 2], amount: {small: 10, large: 20}}
    stages:
      - number: {value: "${matrix.value}"}
      - add: {amount: "${matrix.amount}"}
      - total: {collect: [value, amount]}
    """

  private func planned(_ lines: [String]) -> [String] { lines.map { String($0.prefix { $0 != ":" }) } }

  @Test("takes the stages of a value or a name, and those that they take from")
  func selection() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func stages(_ only: [String]) throws -> [String] {
        planned(try laboratory.run(Self.yaml, options: RunOptions(only: only, isDryRun: true)))
      }
      #expect(try stages(["value=2"]) == ["number-value2", "add-value2-small", "add-value2-large"])
      #expect(try stages(["value=2", "amount=large"]) == ["number-value2", "add-value2-large"])
      #expect(try stages(["value=1,2", "number"]) == ["number-value1", "number-value2"])
      #expect(try stages(["add-value1-small"]) == ["number-value1", "add-value1-small"])
      #expect(try stages(["total"]).count == 7)
    }
  }

  @Test("that no stage fits is refused, with a suggestion")
  func nothing() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func error(_ only: [String]) throws -> String? {
        try laboratory.failingRun(Self.yaml, options: RunOptions(only: only)).error
      }
      #expect(try error(["value=3"])?.contains("--only value=3: no stage fits") == true)
      #expect(try error(["amont=small"])?.contains("did you mean \"amount=small\"?") == true)
      #expect(try error(["value=1,3"])?.contains("--only value=3: no stage fits") == true)
      let forced = try laboratory.failingRun(
        Self.yaml, options: RunOptions(only: ["value=1"], forced: ["number-value2"]))
      #expect(forced.error?.contains("--force number-value2: --only leaves this stage out") == true)
      #expect(try error(["totl"])?.contains("did you mean \"total\"?") == true)
      #expect(!laboratory.exists("run"))
    }
  }

  @Test("shares its folder with other such runs; the last run of all stages finds everything up to date")
  func sharing() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(Self.yaml, options: RunOptions(only: ["value=1"]))
      #expect(laboratory.link("run/sums") == nil)
      try laboratory.run(Self.yaml, options: RunOptions(only: ["value=2"]))
      let lines = try laboratory.run(Self.yaml)
      #expect(lines.filter { !$0.hasSuffix("skipped") } == ["total: will run: no checkpoint yet"])
      #expect(laboratory.link("run/sums") == "stages/add-value2-large/sums")
    }
  }

  @Test("is refused beside a run of all stages, and beside one of other parameters")
  func locks() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(Self.yaml, options: RunOptions(only: ["value=1"]))
      let lock = laboratory.folder.appending(path: "run/.lock").path
      let descriptor = open(lock, O_RDWR)
      defer { close(descriptor) }
      #expect(flock(descriptor, LOCK_SH | LOCK_NB) == 0)
      try laboratory.run(Self.yaml, options: RunOptions(only: ["value=2"]))
      let all = try laboratory.failingRun(Self.yaml)
      #expect(all.error?.contains("in use by another run") == true)
      let other = Self.yaml.replacing("small: 10", with: "small: 12")
      let others = try laboratory.failingRun(other, options: RunOptions(only: ["value=2"]))
      #expect(others.error?.contains("in use by a run of other parameters") == true, "\(others)")
      #expect(laboratory.read("run/stages/add-value2-small/sums/sum.txt") == "12.0")
    }
  }
}
