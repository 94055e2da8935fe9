import Foundation
import Pipelines
import Testing

@Suite("Variables and overrides")
struct VariableTests {
  private func file(_ laboratory: Laboratory, _ yaml: String, set: [String] = [], environment: [String: String] = [:])
    throws -> String?
  {
    let pipeline = try laboratory.load(yaml, set: set, environment: environment)
    return (pipeline["read"]?.stage as? ReadStage)?.file.path
  }

  @Test("are put into scalars, from the file and the environment, and $${ is a literal ${")
  func substitution() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let yaml = """
        name: toys
        variables: {root: "${env:DATA}/set", data: "${root}/a-$${b}", lines: 4}
        stages:
          - read: {file: "${data}/${lines}.txt", lines: "${lines}"}
        """
      let pipeline = try laboratory.load(yaml, environment: ["DATA": "/scans"])
      let stage = try #require(pipeline["read"]?.stage as? ReadStage)
      #expect(stage.file.path == "/scans/set/a-${b}/4.txt")
      #expect(stage.lines == 4)
    }
  }

  @Test("leave relative paths where they came from: the file's folder, or the shell's")
  func bases() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let yaml = "name: t\nvariables: {data: scans}\nstages: [read: {file: \"${data}/a.txt\"}]\n"
      let folder = laboratory.folder.path
      #expect(try file(laboratory, yaml) == folder + "/scans/a.txt")
      #expect(try file(laboratory, yaml, set: ["variables.data=mine"]) == "/shell/mine/a.txt")
      #expect(try file(laboratory, yaml, set: ["read.file=../b.txt"]) == "/b.txt")
      #expect(try file(laboratory, yaml, set: ["read.file=/c/./d.txt"]) == "/c/d.txt")
      let environment = yaml.replacing("scans", with: "\"${env:DATA}\"")
      #expect(try file(laboratory, environment, environment: ["DATA": "e"]) == "/shell/e/a.txt")
      let home = FileManager.default.homeDirectoryForCurrentUser.path
      #expect(try file(laboratory, yaml, set: ["read.file=~/b.txt"]) == home + "/b.txt")
      let glob = "name: t\nstages:\n  - read:\n      file: x/{case} 1/*.nii.gz\n"
      #expect(try file(laboratory, glob) == folder + "/x/{case} 1/*.nii.gz")
    }
  }

  @Test("are asked for only where they are used, so that an override makes up for an unset environment")
  func laziness() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let yaml = "name: t\nvariables: {data: \"${env:DATA}\"}\nstages: [read: {file: \"${data}/a.txt\"}]\n"
      #expect(try file(laboratory, yaml, set: ["variables.data=/x"]) == "/x/a.txt")
      #expect(
        try laboratory.errors(yaml) == [
          "pipeline.yaml:2:19: the environment variable DATA is not set; "
            + "export DATA=... or use --set variables.data=..."
        ])
      #expect(try laboratory.errors(yaml.replacing("${data}", with: "/fixed")) == [])
    }
  }

  @Test("that are not defined, circular or malformed are told once, with what to do")
  func wrongVariables() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func errors(_ variables: String, _ value: String) throws -> [String] {
        try laboratory.errors(
          """
          name: t
          variables: {\(variables)}
          stages:
            - read: {file: "\(value)"}
            - read: {name: again, file: a}
          """)
      }
      #expect(
        try errors("data: x", "${dtaa}/a") == [
          "pipeline.yaml:4:18: the variable ${dtaa} is not defined; did you mean \"data\"?"
        ])
      #expect(
        try errors("", "${data}/a") == [
          "pipeline.yaml:4:18: the variable ${data} is not defined; "
            + "add it to \"variables:\" or use --set variables.data=..."
        ])
      #expect(
        try errors("", "${env:DATA}") == [
          "pipeline.yaml:4:18: the environment variable DATA is not set; export DATA=..."
        ])
      #expect(
        try errors("a: \"${b}\", b: \"${a}\"", "${a}") == [
          "pipeline.yaml:2:27: variables refer to each other in a circle: ${a} -> ${b} -> ${a}; remove one reference"
        ])
      #expect(
        try errors("", "${a b}") == [
          "pipeline.yaml:4:18: expected ${NAME} or ${env:NAME}, found \"${a b}\"; write $${ for a literal ${"
        ])
      #expect(
        try errors("", "x${a") == [
          "pipeline.yaml:4:18: expected ${NAME} or ${env:NAME}, found \"x${a\"; write $${ for a literal ${"
        ])
      #expect(
        try errors("a: [1, 2]", "${a}") == [
          "pipeline.yaml:2:16: variables.a: expected a single value, not a list or a mapping, found a list of 2"
        ])
      let twice = """
        name: t
        variables: {data: "${env:DATA}"}
        stages: [read: {file: "${data}/a"}, read: {name: again, file: "${data}/b"}]
        """
      #expect(try laboratory.errors(twice).count == 1)
    }
  }

  @Test("of the command line replace values, and make the mappings on their way")
  func overrides() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      let yaml = "name: t\nseed: 3\nstages: [number: {value: 2}, add, add: {name: more, amount: 5}]\n"
      let set = ["seed=9", "number.value=1e-3", "number.modulus=", "more.amount=6", "add.amount=7"]
      let pipeline = try laboratory.load(yaml, set: set)
      #expect(pipeline.seed == 9)
      #expect((pipeline["number"]?.stage as? NumberStage)?.value == 0.001)
      #expect((pipeline["add"]?.stage as? AddStage)?.amount == 7)
      #expect((pipeline["more"]?.stage as? AddStage)?.amount == 6)
    }
  }

  @Test("of the command line are refused in its terms")
  func wrongOverrides() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      func errors(_ set: String) throws -> [String] {
        try laboratory.errors("name: t\nvariables: {data: x}\nstages: [number: {value: 2}, add]\n", set: [set])
      }
      #expect(
        try errors("nmuber.value=1") == ["--set nmuber.value=1: unknown stage \"nmuber\"; did you mean \"number\"?"])
      #expect(
        try errors("train.epochs=1") == [
          "--set train.epochs=1: unknown stage \"train\"; known names: number, add, seed, variables, matrix"
        ])
      #expect(
        try errors("add.amuont=1") == [
          "--set add.amuont=1: add: unknown key \"amuont\"; did you mean \"amount\"?"
        ])
      #expect(
        try errors("add.amount=lots") == [
          "--set add.amount=lots: add.amount: expected a whole number from 0 to 100, found text \"lots\""
        ])
      #expect(
        try errors("add.amount.deep=1") == [
          "--set add.amount.deep=1: add.amount: expected a whole number from 0 to 100, found a mapping"
        ])
      #expect(
        try errors("variables.dta=1") == [
          "--set variables.dta=1: the pipeline has no variable \"dta\"; did you mean \"data\"?"
        ])
      #expect(
        try errors("add.amount=[1") == [
          "--set add.amount=[1: not valid YAML: did not find expected ',' or ']'"
        ])
      for text in ["add.amount", "add=1", "seed.x=1", "variables=1", "add..amount=1", "=1"] {
        let error = #expect(throws: PipelineFileError.self) { try PipelineOverride(text) }
        #expect(
          error?.description == "--set \(text): expected a key and a value, as in --set train.epochs=2, "
            + "--set seed=7 or --set variables.data=/my/scans")
      }
    }
  }
}
