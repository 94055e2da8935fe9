import Foundation
import Pipelines
import Testing

@Suite("A reading of everything")
struct AllErrorsTests {
  private enum Norm: String, CaseIterable { case instance, batch }

  private func errors(_ yaml: String, _ body: (ParameterReader) throws -> Void) throws -> [String] {
    let reader = try ParameterReader(yaml: yaml, name: "s", folder: URL(filePath: "/"))
    do {
      try reader.readAll(body)
      return []
    } catch let errors as PipelineErrors {
      return errors.errors.map { "\($0)".replacing("pipeline.yaml:", with: "") }
    }
  }

  @Test("reports every wrong value, missing key and unknown key at once, nested ones too")
  func all() throws {
    let found = try errors(
      """
      a: x
      b: 0
      n: {c: bach, extra: 1}
      o: [1]
      foreign: 1
      """
    ) { reader in
      _ = try reader.int("a")
      _ = try reader.double("b", default: 1, in: .above(0))
      let nested = try reader.nested("n")
      _ = try nested.choice("c", default: Norm.instance)
      _ = try nested.string("width")
      _ = try reader.ints("o", in: .atLeast(0), count: 2...2)
      _ = try reader.pairs("classes", of: .int)
    }
    #expect(
      found == [
        "1:4: s.a: expected a whole number, found text \"x\"",
        "2:4: s.b: expected a number above 0, found 0",
        "3:8: s.n.c: expected one of instance, batch, found text \"bach\"; did you mean \"batch\"?",
        "3:1: s.n: the key \"width\" is missing; expected text",
        "4:4: s.o: expected a list of 2, each a whole number of at least 0, found a list of 1",
        "1:1: s: the key \"classes\" is missing; expected a mapping, each value a whole number",
        "5:1: s: unknown key \"foreign\"; known keys: a, b, classes, n, o",
        "3:14: s.n: unknown key \"extra\"; known keys: c, width",
      ])
  }

  @Test("says nothing of what follows from a value that was refused")
  func consequences() throws {
    let found = try errors("{train: x, test: 0.5}") { reader in
      let sum = try reader.double("train", default: 0.7) + reader.double("test", default: 0.3)
      if sum != 1 { try reader.refuse("test", expected: "shares that sum to 1", comparedWith: ["train"]) }
      _ = try reader.collecting("train") { throw reader.invalid("train", expected: "less") }
      throw reader.invalid("train", expected: "something else")
    }
    #expect(found == ["1:9: s.train: expected a number, found text \"x\""])
  }

  @Test("reports several values that contradict others, and goes on")
  func contradictions() throws {
    let found = try errors("{a: 1, b: 2, c: 3}") { reader in
      _ = try reader.int("a")
      try reader.refuse("a", expected: "less")
      let value: Int? = try reader.collecting("b") { throw reader.invalid("b", expected: "more") }
      _ = try reader.int("c", in: .atLeast(4))
      _ = try reader.needed(value)
    }
    #expect(
      found == [
        "1:5: s.a: expected less, found 1", "1:11: s.b: expected more, found 2",
        "1:17: s.c: expected a whole number of at least 4, found 3",
      ])
  }

  @Test("gives errors of other modules the location of the first of their keys that is there")
  func otherModules() throws {
    let found = try errors("{b: 2, c: 3}") { reader in
      let _: Int? = try reader.collecting("a", "b") {
        _ = try reader.int("b"); throw CancellationError()
      }
      let _: Int? = try reader.collecting("d") { throw CancellationError() }
      _ = try reader.int("c", in: .atLeast(4))
    }
    #expect(
      found == [
        "1:5: CancellationError()", "1:1: CancellationError()",
        "1:11: s.c: expected a whole number of at least 4, found 3",
      ])
  }

  @Test("gives the value where nothing is wrong, and one error as it is")
  func sound() throws {
    let reader = try ParameterReader(yaml: "a: 1", name: "s", folder: URL(filePath: "/"))
    #expect(try reader.readAll { try $0.int("a") } == 1)
    let other = try ParameterReader(yaml: "a: 1", name: "s", folder: URL(filePath: "/"))
    #expect(throws: CancellationError.self) { try other.readAll { _ in throw CancellationError() } }
  }

  @Test("happens to each stage of a pipeline file, in the order of the file")
  func stages() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let errors = try laboratory.errors(
        """
        name: Toys!
        seed: -1
        stages:
          - number: {value: x, scale: 0, modulus: 0, other: 1}
          - add: {amount: 101}
        """)
      #expect(errors.count == 7, "\(errors)")
      #expect(
        errors.map { $0.split(separator: " ")[1] } == [
          "name:", "seed:", "number.value:", "number.scale:", "number.modulus:", "number:", "add.amount:",
        ])
    }
  }

  @Test("works for a pipeline file with a byte order mark")
  func byteOrderMark() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(try laboratory.load("\u{FEFF}name: toys\nstages:\n  - number: {value: 2}\n").name == "toys")
    }
  }
}
