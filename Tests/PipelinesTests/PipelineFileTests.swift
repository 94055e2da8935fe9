import Foundation
import Pipelines
import Testing

@Suite("A pipeline file")
struct PipelineFileTests {
  private let head = "name: toys\nstages:\n"

  @Test("gives its stages, named after their kinds, each connected to the nearest earlier producer")
  func stages() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let pipeline = try laboratory.load(
        """
        name: toys
        seed: 7
        stages:
          - number: {value: 2}
          - double
          - add:
          - count-slowly: {}
        """)
      #expect(pipeline.name == "toys")
      #expect(pipeline.seed == 7)
      #expect(
        pipeline.description == """
          number
          double <- number (number)
          add <- double (number)
          count-slowly <- double (number)
          """)
      #expect(pipeline["add"]?.kind == "add")
      #expect(pipeline["sub"] == nil)
    }
  }

  @Test("takes inputs from the stages that it names")
  func sources() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.write("text", to: "a.txt")
      let pipeline = try laboratory.load(
        """
        name: toys
        stages:
          - number: {value: 2}
          - number: {name: other, value: 3}
          - read: {file: a.txt}
          - add: {name: one, from: number}
          - add: {name: two, from: [number, read]}
          - add: {name: three, from: {number: number}}
          - add: {name: four}
        """)
      #expect(pipeline["one"]?.description == "one <- number (number), read (text)")
      #expect(pipeline["two"]?.description == "two <- number (number), read (text)")
      #expect(pipeline["three"]?.description == "three <- number (number), read (text)")
      #expect(pipeline["four"]?.description == "four <- other (number), read (text)")
    }
  }

  @Test("is refused with the place and the nearest known key where a key is misspelt")
  func unknownKeys() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.errors(head + "  - number: {value: 2, scael: 3}\n") == [
          "pipeline.yaml:3:24: number: unknown key \"scael\"; did you mean \"scale\"?"
        ])
      #expect(
        try laboratory.errors(head + "  - number: {value: 2, colour: 3}\n") == [
          "pipeline.yaml:3:24: number: unknown key \"colour\"; known keys: "
            + "collect, coordinates, from, modulus, name, scale, seed, value, when"
        ])
      #expect(
        try laboratory.errors("name: toys\nsed: 1\nstages: [number: {value: 2}]\n") == [
          "pipeline.yaml:2:1: unknown key \"sed\"; did you mean \"seed\"?"
        ])
      #expect(
        try laboratory.errors("name: toys\nstage: [number: {value: 2}]\n") == [
          "pipeline.yaml:2:1: unknown key \"stage\"; did you mean \"stages\", which is missing? "
            + "Expected a list of stages"
        ])
    }
  }

  @Test("is refused where a required key is missing, with its misspelling where there is one")
  func missingKeys() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.errors(head + "  - number: {scale: 3}\n") == [
          "pipeline.yaml:3:5: number: the key \"value\" is missing; expected a number"
        ])
      #expect(
        try laboratory.errors(head + "  - number: {vlaue: 3}\n") == [
          "pipeline.yaml:3:14: number: unknown key \"vlaue\"; did you mean \"value\", which is missing? "
            + "Expected a number"
        ])
      #expect(
        try laboratory.errors("stages: [number: {value: 2}]") == [
          "pipeline.yaml:1:1: the key \"name\" is missing; expected text"
        ])
    }
  }

  @Test("reports all its errors together, in the order of the file")
  func severalErrors() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let errors = try laboratory.errors(
        """
        name: Big Toys
        stages:
          - number: {value: many}
          - add: {amount: 101}
          - dobule
          - add: {name: again, amount: 1.5, extra: 1}
          - count-slowly: {too: 3, form: 1}
        """)
      #expect(
        errors == [
          "pipeline.yaml:1:7: name: expected a name of a-z, 0-9, - and _, found text \"Big Toys\"",
          "pipeline.yaml:3:21: number.value: expected a number, found text \"many\"",
          "pipeline.yaml:4:19: add.amount: expected a whole number from 0 to 100, found 101",
          "pipeline.yaml:5:5: unknown stage \"dobule\"; did you mean \"double\"?",
          "pipeline.yaml:6:32: again.amount: expected a whole number from 0 to 100, found 1.5",
          "pipeline.yaml:6:37: again: unknown key \"extra\"; known keys: amount, collect, coordinates, from, name, seed, when",
          "pipeline.yaml:7:20: count-slowly: unknown key \"too\"; did you mean \"to\"?",
          "pipeline.yaml:7:28: count-slowly: unknown key \"form\"; did you mean \"from\"?",
        ])
    }
  }

  @Test("is refused in one line where it is not YAML, or has a key twice")
  func invalidYAML() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.errors("name: toys: more\n") == [
          "pipeline.yaml:1:11: not valid YAML: mapping values are not allowed in this context"
        ])
      #expect(
        try laboratory.errors("name: toys\nstages:\n\t- number\n") == [
          "pipeline.yaml:3:1: not valid YAML: found character that cannot start any token "
            + "(the line is indented by a tab: use spaces)"
        ])
      #expect(
        try laboratory.errors(head + "  - number:\n      value: 2\n      \"value\": 3\n") == [
          "pipeline.yaml:4:7: the key \"value\" occurs more than once in one mapping (first here); keep one"
        ])
      #expect(
        try laboratory.errors("name: a\u{1}b\n") == [
          "pipeline.yaml:1:8: not valid YAML: control characters are not allowed"
        ])
      #expect(
        try laboratory.errors("name: toys\n[1]: 2\n") == [
          "pipeline.yaml:2:1: not valid YAML: a key must be text, not a list or a mapping"
        ])
      let bomb = (1...8).map { "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ","))]" }
      #expect(
        try laboratory.errors("a0: &a0 x\n" + bomb.joined(separator: "\n")).map { $0.split(separator: ": ").last } == [
          "more than 100000 values (after expanding aliases)"
        ])
    }
  }

  @Test("is refused where its shape is not a pipeline's")
  func wrongShape() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let expected = "expected a pipeline: a mapping with the keys name and stages"
      #expect(try laboratory.errors("") == ["pipeline.yaml:1:1: \(expected), found no value"])
      #expect(try laboratory.errors("- 1\n- 2\n") == ["pipeline.yaml:1:1: \(expected), found a list of 2"])
      #expect(
        try laboratory.errors("name: toys\nstages: {number: 1}\n") == [
          "pipeline.yaml:2:9: stages: expected a list of stages, found a mapping"
        ])
      #expect(
        try laboratory.errors("name: toys\nstages: []\n") == [
          "pipeline.yaml:2:9: stages: expected a list of stages, found an empty list"
        ])
      #expect(
        try laboratory.errors(head + "  - number:\n    value: 2\n") == [
          "pipeline.yaml:3:5: expected one stage, as in \"- number: {...}\", found 2 keys (number, value); "
            + "indent the parameters of a stage more than its name"
        ])
      #expect(
        try laboratory.errors(head + "  - number: 2\n") == [
          "pipeline.yaml:3:13: number: expected a mapping of parameters, found 2"
        ])
      #expect(
        try laboratory.errors(head + "  - [number]\n") == [
          "pipeline.yaml:3:5: stages: expected a stage, as in \"- train: {...}\", found a list of 1"
        ])
      #expect(
        try laboratory.errors("name: toys\nseed: -1\nstages: [number: {value: 2}]\n") == [
          "pipeline.yaml:2:7: seed: expected a whole number of at least 0, found -1"
        ])
    }
  }

  @Test("is refused where it cannot be read")
  func unreadable() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func error(_ path: String) -> String? {
        let url = URL(filePath: path, relativeTo: laboratory.folder)
        do {
          _ = try Pipeline.load(url, catalog: toyCatalog, environment: [:])
          return nil
        } catch {
          return "\(error)"
        }
      }
      #expect(error("none.yaml") == "none.yaml: cannot be read: file not found; check the path")
      #expect(
        ["./", "."].contains {
          error("./") == "\($0): cannot be read: is a folder, not a file; expected a pipeline file (YAML)"
        })
      try Data([0x6e, 0xff, 0xfe]).write(to: laboratory.folder.appending(path: "latin.yaml"))
      #expect(error("latin.yaml") == "latin.yaml: cannot be read: not UTF-8 text; expected a pipeline file (YAML)")
    }
  }

  @Test("is refused where two stages have one name, or a name cannot be one")
  func names() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.errors(head + "  - number: {value: 2}\n  - number: {value: 3}\n") == [
          "pipeline.yaml:4:5: two stages are named \"number\" (the other: line 3); "
            + "give one another name, such as \"name: number-2\""
        ])
      let expected = "expected a name of a-z, 0-9, - and _ (not \"seed\", \"variables\" or \"matrix\")"
      #expect(
        try laboratory.errors(head + "  - number: {name: ../up, value: 2}\n") == [
          "pipeline.yaml:3:20: number.name: \(expected), found text \"../up\""
        ])
      #expect(
        try laboratory.errors(head + "  - number: {name: seed, value: 2}\n") == [
          "pipeline.yaml:3:20: number.name: \(expected), found text \"seed\""
        ])
    }
  }

  @Test("is refused where a stage's input has no producer")
  func missingProducer() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      #expect(
        try laboratory.errors(head + "  - add\n  - number: {value: 2}\n") == [
          "pipeline.yaml:3:5: add: input \"number\" is missing; add one of these stages before it: double, number"
        ])
      // One misspelt stage is one error.
      #expect(
        try laboratory.errors(head + "  - xyz: {value: 2}\n  - add\n") == [
          "pipeline.yaml:3:5: unknown stage \"xyz\"; "
            + "known stages: add, count-slowly, double, forget, number, read, total"
        ])
      #expect(
        try laboratory.errors(head + "  - number: {value: x}\n  - add\n") == [
          "pipeline.yaml:3:21: number.value: expected a number, found text \"x\""
        ])
    }
  }

  @Test("is refused where `from:` names what cannot be a source")
  func wrongSources() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func error(_ source: String) throws -> [String] {
        let lines = try laboratory.errors(
          """
          name: toys
          stages:
            - number: {value: 2}
            - number: {name: other, value: 3}
            - forget
            - add: {from: \(source)}
            - count-slowly
          """)
        return lines.map { $0.replacing("pipeline.yaml:6:", with: "") }
      }
      #expect(
        try error("numbr") == ["17: add.from: unknown stage \"numbr\"; did you mean \"number\"?"])
      #expect(
        try error("xyz") == [
          "17: add.from: unknown stage \"xyz\"; known earlier stages: number, other, forget"
        ])
      #expect(
        try error("count-slowly") == [
          "17: add.from: \"count-slowly\" is not before \"add\"; move it up, or name an earlier stage"
        ])
      #expect(
        try error("add") == [
          "17: add.from: \"add\" is not before \"add\"; move it up, or name an earlier stage"
        ])
      #expect(
        try error("forget") == [
          "17: add.from: \"forget\" does not produce \"number\", \"text\"; name a stage that does"
        ])
      #expect(
        try error("[number, other]") == [
          "18: add.from: number and other produce \"number\"; choose one, as in \"from: {number: number}\""
        ])
      #expect(
        try error("{nubmer: number}") == ["18: add.from: the stage has no input \"nubmer\"; did you mean \"number\"?"])
      #expect(
        try error("{model: number}") == ["18: add.from: the stage has no input \"model\"; known inputs: number, text"])
      #expect(
        try error("{number: forget}") == [
          "26: add.from: \"forget\" does not produce \"number\"; name a stage that does"
        ])
      #expect(
        try error("{number: [a]}") == [
          "26: add.from: expected the name of an earlier stage, found a list of 1"
        ])
    }
  }
}
