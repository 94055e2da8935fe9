import Files
import Foundation
import Pipelines
import Testing

@Suite("A matrix")
struct MatrixTests {
  /// Two numbers, three amounts; one shared stage.
  private static let yaml = """
    name: grid
    matrix:
      value: [1, 2]
      amount: {small: 10, large: 20}
    stages:
      - read: {file: data.txt}
      - number: {value: "${matrix.value}"}
      - add: {amount: "${matrix.amount}"}
      - total: {collect: [value, amount], seed: 5}
    """

  private func names(_ pipeline: Pipeline) -> [String] { pipeline.stages.map(\.name) }

  @Test("repeats the stages that refer to an axis and those that take from them, and does shared work once")
  func expansion() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("text", to: "data.txt")
      let pipeline = try laboratory.load(Self.yaml)
      #expect(
        names(pipeline) == [
          "read", "number-value1", "number-value2", "add-value1-small", "add-value1-large", "add-value2-small",
          "add-value2-large", "total",
        ])
      #expect(pipeline["add-value2-small"]?.description == "add-value2-small <- number-value2 (number), read (text)")
      #expect(pipeline["add-value2-small"]?.coordinates.description == "value=2, amount=small")
      #expect(
        pipeline.description == """
          read
          number: 2 stages (value); the first: number-value1
          add: 4 stages (value, amount); the first: add-value1-small <- number-value1 (number), read (text)
          total <- add-value1-small (sum), add-value1-large (sum), add-value2-small (sum), add-value2-large (sum)
          """)
      try laboratory.run(Self.yaml)
      #expect(
        laboratory.read("run/total.txt") == """
          add-value1-small (value=1, amount=small): 11.0
          add-value1-large (value=1, amount=large): 21.0
          add-value2-small (value=2, amount=small): 12.0
          add-value2-large (value=2, amount=large): 22.0
          seed 5
          """)
      let again = try laboratory.run(Self.yaml)
      #expect(again.allSatisfy { $0.hasSuffix("up to date: skipped") })
    }
  }

  @Test("that gets another value repeats only what the value changes, and says which input changed")
  func growth() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("text", to: "data.txt")
      try laboratory.run(Self.yaml)
      let lines = try laboratory.run(Self.yaml, set: ["matrix.amount.small=11"])
      #expect(
        lines.filter { !$0.hasSuffix("up to date: skipped") } == [
          "add-value1-small: will run: add.amount 10 -> 11".replacing("add.", with: "add-value1-small."),
          "add-value2-small: will run: add-value2-small.amount 10 -> 11",
          "total: will run: input sum 1 of add-value1-small changed, input sum 3 of add-value2-small changed",
        ])
      let more = try laboratory.run(Self.yaml, set: ["matrix.amount.small=11", "matrix.value=[1, 2, 3]"])
      #expect(more.filter { $0.contains("no checkpoint yet") }.count == 3)
    }
  }

  @Test("resolves to a file that reads back as the same pipeline, every stage up to date")
  func resolved() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("text", to: "data.txt")
      try laboratory.run(Self.yaml)
      let total = laboratory.read("run/total.txt")
      let resolved = try #require(laboratory.read("run/resolved.yaml"))
      let pipeline = try laboratory.load(resolved)
      #expect(pipeline.resolvedYAML == resolved)
      #expect(pipeline["add-value2-small"]?.coordinates.description == "value=2, amount=small")
      #expect(try laboratory.run(resolved).allSatisfy { $0.hasSuffix("up to date: skipped") })
      #expect(laboratory.read("run/total.txt") == total)
    }
  }

  @Test("leaves out excluded combinations, stages that 'when' leaves out, and what would be made of them")
  func conditions() throws {
    let yaml = """
      name: grid
      matrix:
        n: [2, 4]
        start: {plain: , tuned: {value: 7}}
        exclude: [{n: 2, start: tuned}]
      stages:
        - number: {value: 1}
        - number: {name: own, value: "${matrix.start.value}", when: {start: tuned}}
        - add: {amount: "${matrix.n}"}
      """
    try Laboratory.with { (laboratory: Laboratory) throws in
      let pipeline = try laboratory.load(yaml)
      #expect(names(pipeline) == ["number", "own-tuned", "add-n2-plain", "add-n4-plain", "add-n4-tuned"])
      #expect(pipeline["add-n4-plain"]?.description == "add-n4-plain <- number (number)")
      #expect(pipeline["add-n4-tuned"]?.description == "add-n4-tuned <- own-tuned (number)")
    }
  }

  @Test("gives stages of equal roles one name, and values of several keys as lists and mappings")
  func roles() throws {
    let yaml = """
      name: grid
      matrix: {start: {plain: {to: 2}, doubled: {to: 3}}}
      stages:
        - number: {value: 1}
        - add: {name: learn, when: {start: plain}}
        - double: {when: {start: doubled}}
        - add: {name: learn, when: {start: doubled}}
        - total: {collect: start, from: learn}
        - count-slowly: {name: "last-${matrix.start}", to: "${matrix.start.to}", from: {number: [number]}}
      """
    try Laboratory.with { (laboratory: Laboratory) throws in
      let pipeline = try laboratory.load(yaml)
      #expect(
        names(pipeline) == [
          "number", "learn-plain", "double-doubled", "learn-doubled", "total", "last-plain", "last-doubled",
        ])
      #expect(pipeline["total"]?.description == "total <- learn-plain (sum), learn-doubled (sum)")
      #expect(pipeline["learn-doubled"]?.description == "learn-doubled <- double-doubled (number)")
      #expect(try laboratory.run(yaml, set: ["learn.amount=4"]).count > 0)
      #expect(laboratory.read("run/total.txt")?.hasPrefix("learn-plain (start=plain): 5.0\n") == true)
    }
  }

  @Test("of seeds gives each stage a seed of its own")
  func seeds() throws {
    let yaml = """
      name: seeds
      seed: 9
      matrix: {seed: [1, 2]}
      stages:
        - number: {value: 1}
        - add: {seed: "${matrix.seed}"}
        - total: {seed: "${matrix.seed}"}
        - total: {name: last, collect: seed}
      """
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(yaml)
      #expect(laboratory.read("run/stages/total-seed2/total.txt")?.hasSuffix("seed 2") == true)
      #expect(laboratory.read("run/stages/last/total.txt")?.hasSuffix("seed 9") == true)
      let lines = try laboratory.run(yaml.replacing("seed: 9", with: "seed: 8"))
      #expect(lines.filter { $0.contains("seed 9 -> 8") }.map { $0.prefix { $0 != ":" } } == ["number", "last"])
    }
  }

  @Test(
    "with a mistake is refused before any work",
    arguments: [
      ("matrix: {n: []}", "- number: {value: 1}", "pipeline.yaml:2:13: matrix.n: expected a list of values"),
      ("matrix: {n: [1, 1]}", "- number: {value: \"${matrix.n}\"}", "found \"1\" for the name part \"n1\" twice"),
      ("matrix: {n: [0.1, 1e-1]}", "- number: {value: \"${matrix.n}\"}", "found \"0.1\" and \"1e-1\", which are equal"),
      ("matrix: {n: [1, 2]}", "- number: {value: 1}", "no stage refers to the axis \"n\""),
      (
        "matrix: {n: [\(String(repeating: "x", count: 250)), y]}", "- number: {value: 1, name: \"a${matrix.n}\"}",
        "the name of a stage has 251 characters"
      ),
      ("matrix: {n: [a.b, a_b]}", "- number: {value: 1}", "values that give different names of stages"),
      ("matrix: {n: [1, 2]}", "- number: {value: \"${matrix.m}\"}", "unknown axis \"m\"; did you mean \"n\"?"),
      ("variables: {a: 1}", "- number: {value: \"${matrix.m}\"}", "unknown axis \"m\"; the file has no key \"matrix\""),
      (
        "matrix: {n: [2, 3]}", "- number: {value: \"${matrix.n}\"}\n  - number: {name: number-n2, value: 4}",
        "two stages are named \"number-n2\""
      ),
      (
        "matrix: {n: [2, 3]}", "- number: {value: \"${matrix.n}\", name: \"same${matrix.m}\"}", "unknown axis \"m\""
      ),
      (
        "matrix: {n: [2, 3], m: [1, 2]}", "- number: {value: \"${matrix.m}\", name: \"x${matrix.n}\"}",
        "two stages are named \"x2\""
      ),
      (
        "matrix: {n: [1, 2]}", "- number: {value: \"${matrix.n}\"}\n  - add: {collect: n}",
        "add.collect: the stage has no input that takes several artefacts; its inputs: number, text"
      ),
      (
        "matrix: {n: [1, 2]}",
        "- number: {value: \"${matrix.n}\"}\n  - add\n  - count-slowly\n  - total: {collect: n}",
        "input \"count\" takes one artefact, but there are 2: count-slowly-n1, count-slowly-n2; choose one"
      ),
      (
        "matrix: {n: [1, 2]}", "- number: {value: 1}\n  - add: {amount: \"${matrix.n}\", collect: n}",
        "add.collect: the stage uses the value of the axis \"n\" that it collects"
      ),
      ("matrix: {n: [1, 2]}", "- number: {value: 1, when: {n: 3}}", "number.when.n: expected one of 1, 2, found 3"),
      (
        "matrix: {n: [1, 2], exclude: {n: [1, 2]}}", "- number: {value: 1}",
        "expected at least one combination that is not excluded"
      ),
      (
        "matrix: {n: {a: {x: 1}, b: {}}}", "- number: {value: \"${matrix.n.x}\"}", "matrix.n.b: unknown key \"x\""
      ),
    ])
  func mistakes(_ matrix: String, _ stages: String, _ message: String) throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let errors = try laboratory.errors("name: grid\n\(matrix)\nstages:\n  \(stages)\n")
      #expect(errors.contains { $0.contains(message) }, "\(errors)")
    }
  }

  @Test("with an error in an axis is reported alone, and --set of an axis that is not there is refused")
  func axes() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let yaml = "name: grid\nmatrix: {n: []}\nstages:\n  - number: {value: \"${matrix.n}\"}\n"
      #expect(try laboratory.errors(yaml).count == 1)
      let errors = try laboratory.errors(yaml.replacing("[]", with: "[1, 2]"), set: ["matrix.m=[3]"])
      #expect(errors.contains { $0.contains("unknown axis \"m\"; did you mean \"n\"?") }, "\(errors)")
    }
  }

  @Test("is for stages alone: the name of the pipeline cannot have a value of it")
  func header() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let errors = try laboratory.errors("name: grid-${matrix.n}\nmatrix: {n: [1]}\nstages:\n  - number: {value: 1}\n")
      #expect(errors.first?.contains("expected a value of the matrix in a stage alone") == true, "\(errors)")
    }
  }

  @Test("of more than 10,000 combinations is refused at once")
  func size() throws {
    let values = (1...101).map { "\($0)" }.joined(separator: ", ")
    let yaml = "name: grid\nmatrix: {a: [\(values)], b: [\(values)], c: [\(values)]}\nstages:\n  - number: {value: 1}\n"
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.errors(yaml) == [
          "pipeline.yaml:2:9: matrix: 1030301 combinations or stages; at most 10000 are possible. "
            + "Use fewer values, or 'exclude'"
        ])
      let few = (1...50).map { "\($0)" }.joined(separator: ", ")
      let many = "name: grid\nmatrix: {a: [\(values)], b: [\(few)]}\nstages:\n  - number: {value: \"${matrix.a}\"}\n"
      #expect(try laboratory.load(many + "  - count-slowly: {to: \"${matrix.b}\"}\n").stages.count == 5151)
      let doubled = many + "  - count-slowly: {to: \"${matrix.b}\"}\n  - double: {name: d${matrix.a}-${matrix.b}}\n"
      let errors = try laboratory.errors(
        doubled.replacing("name: d", with: "name: \"d").replacing("b}}", with: "b}\"}"))
      #expect(
        errors == [
          "pipeline.yaml:6:5: matrix: 10201 combinations or stages; at most 10000 are possible. "
            + "Use fewer values, or 'exclude'"
        ])
    }
  }
}
