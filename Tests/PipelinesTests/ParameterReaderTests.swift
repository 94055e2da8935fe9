import Foundation
import Pipelines
import Testing

@Suite("A parameter reader")
struct ParameterReaderTests {
  private enum Norm: String, CaseIterable { case instance, batch, none }

  private func reader(_ yaml: String) throws -> ParameterReader {
    try ParameterReader(yaml: yaml, name: "train", folder: URL(filePath: "/files", directoryHint: .isDirectory))
  }

  private func error(_ yaml: String, _ body: (ParameterReader) throws -> Void) -> String? {
    do {
      try body(try reader(yaml))
      return nil
    } catch {
      return "\(error)".replacing("pipeline.yaml:", with: "")
    }
  }

  private enum Source: String, CaseIterable { case folder, table }

  @Test("takes the one key among several, and refuses none and two")
  func onlyKey() throws {
    #expect(try reader("table: a.csv").onlyKey(of: Source.self) == .table)
    #expect(try reader("{folder: a, table: ~}").onlyKey(of: Source.self) == .folder)
    #expect(
      error("epochs: 3") { _ = try $0.onlyKey(of: Source.self) }?.contains(
        #"the key "folder" is missing; expected one of the keys folder, table"#) == true)
    #expect(
      error("{folder: a, table: b}") { _ = try $0.onlyKey(of: Source.self) }?.contains(
        "train.table: expected only one of the keys folder, table") == true)
  }

  @Test("reads every type as it is spelt")
  func types() throws {
    let parameters = try reader(
      """
      text: 007
      quoted: "5"
      int: -12
      exponent: 1e-3
      point: 1.0E+3
      whole: 4
      yes: yes
      no: False
      norm: batch
      texts: [a, no, 1]
      one: x
      ints: [3, 4]
      side: 5
      doubles: [1, .5, 2.]
      path: data/*.png
      nothing: ~
      """)
    #expect(try parameters.string("text") == "007")
    #expect(try parameters.string("quoted") == "5")
    #expect(try parameters.int("int") == -12)
    #expect(try parameters.double("exponent") == 0.001)
    #expect(try parameters.double("point") == 1000)
    #expect(try parameters.double("whole") == 4)
    #expect(try parameters.bool("yes"))
    #expect(try parameters.bool("no") == false)
    #expect(try parameters.choice("norm", of: Norm.self) == .batch)
    #expect(try parameters.strings("texts") == ["a", "no", "1"])
    #expect(try parameters.strings("one") == ["x"])
    #expect(try parameters.ints("ints", count: 2...3) == [3, 4])
    #expect(try parameters.ints("side") == [5])
    #expect(try parameters.doubles("doubles") == [1, 0.5, 2])
    #expect(try parameters.url("path").path == "/files/data/*.png")
    #expect(try parameters.urls("path").map(\.path) == ["/files/data/*.png"])
    #expect(try parameters.urls("texts").map(\.path) == ["/files/a", "/files/no", "/files/1"])
    #expect(try parameters.optionalInt("nothing") == nil)
    #expect(throws: Never.self) { try parameters.finish() }
  }

  @Test("gives defaults and nil for what is absent")
  func defaults() throws {
    let parameters = try reader("")
    #expect(try parameters.string("a", default: "b") == "b")
    #expect(try parameters.int("c", default: 2) == 2)
    #expect(try parameters.double("d", default: 0.5) == 0.5)
    #expect(try parameters.bool("e", default: true))
    #expect(try parameters.choice("f", default: Norm.none) == .none)
    #expect(try parameters.ints("g", default: [1, 2]) == [1, 2])
    #expect(try parameters.doubles("h", default: []) == [])
    #expect(try parameters.strings("i", default: ["x"]) == ["x"])
    #expect(try parameters.optionalString("j") == nil)
    #expect(try parameters.optionalDouble("k") == nil)
    #expect(try parameters.optionalBool("l") == nil)
    #expect(try parameters.optionalURL("m") == nil)
    #expect(try parameters.optionalChoice("n", of: Norm.self) == nil)
    #expect(try parameters.optionalInts("o") == nil)
    #expect(try parameters.optionalDoubles("p") == nil)
    #expect(try parameters.optionalStrings("q") == nil)
    #expect(try parameters.optionalNested("r") == nil)
    #expect(try parameters.nested("s").int("t", default: 3) == 3)
  }

  @Test("says of a wrong value what was expected and found")
  func wrongValues() throws {
    #expect(error("a: x") { _ = try $0.int("a") } == "1:4: train.a: expected a whole number, found text \"x\"")
    #expect(error("a: 1.5") { _ = try $0.int("a") } == "1:4: train.a: expected a whole number, found 1.5")
    #expect(error("a: \"5\"") { _ = try $0.int("a") } == "1:4: train.a: expected a whole number, found text \"5\"")
    #expect(
      error("a: 0") { _ = try $0.int("a", in: .atLeast(1)) }
        == "1:4: train.a: expected a whole number of at least 1, found 0")
    #expect(
      error("a: 0") { _ = try $0.double("a", in: .above(0)) } == "1:4: train.a: expected a number above 0, found 0")
    #expect(
      error("a: 1.5") { _ = try $0.double("a", in: .atLeast(0, below: 1)) }
        == "1:4: train.a: expected a number of at least 0 and below 1, found 1.5")
    #expect(error("a: .nan") { _ = try $0.double("a") } == "1:4: train.a: expected a number, found text \".nan\"")
    #expect(error("a: 1e999") { _ = try $0.double("a") } == "1:4: train.a: expected a number, found 1e999")
    #expect(error("a: 1") { _ = try $0.bool("a") } == "1:4: train.a: expected true or false, found 1")
    #expect(error("a:") { _ = try $0.string("a") } == "1:3: train.a: expected text, found no value")
    #expect(error("a: [1]") { _ = try $0.string("a") } == "1:4: train.a: expected text, found a list of 1")
    #expect(error("a: {}") { _ = try $0.string("a") } == "1:4: train.a: expected text, found an empty mapping")
    #expect(error("a: ''") { _ = try $0.url("a") } == "1:4: train.a: expected a path, found text \"\"")
    #expect(
      error("a: instnce") { _ = try $0.choice("a", of: Norm.self) }
        == "1:4: train.a: expected one of instance, batch, none, found text \"instnce\"; did you mean \"instance\"?"
    )
    #expect(
      error("a: [1, 2.5]") { _ = try $0.ints("a") } == "1:8: train.a: expected a whole number, found 2.5")
    #expect(
      error("a: [1]") { _ = try $0.ints("a", in: .atLeast(1), count: 2...3) }
        == "1:4: train.a: expected a list of 2 to 3, each a whole number of at least 1, found a list of 1")
    #expect(
      error("a: {b: 1}") { _ = try $0.doubles("a", count: 3...3) }
        == "1:4: train.a: expected a list of 3, each a number, found a mapping")
    #expect(
      error("a: 1") { _ = try $0.nested("a") }
        == "1:4: train.a: expected a mapping of parameters, found 1")
    #expect(
      error("part: 0.5") { throw $0.invalid("part", expected: "parts that sum to 1") }
        == "1:7: train.part: expected parts that sum to 1, found 0.5")
  }

  @Test("reads nested parameters and refuses their unknown keys")
  func nesting() throws {
    let parameters = try reader("network: {kind: unet, depht: 3}\nother: 1\n")
    let network = try parameters.nested("network")
    #expect(try network.string("kind") == "unet")
    #expect(try network.int("depth", default: 4) == 4)
    let errors = #expect(throws: PipelineErrors.self) { try parameters.finish() }
    #expect(
      errors?.description == """
        pipeline.yaml:2:1: train: unknown key "other"; known keys: network
        pipeline.yaml:1:23: train.network: unknown key "depht"; did you mean "depth"?
        """)
  }

  @Test("reads mappings whose keys are data, in their order")
  func pairs() throws {
    let parameters = try reader("classes: {membrane: 0, cell: 255}")
    let classes = try parameters.pairs("classes", of: .int(in: .atLeast(0)))
    #expect(classes.map(\.key) == ["membrane", "cell"])
    #expect(classes.map(\.value) == [0, 255])
    #expect(
      error("c: {a: 1, b: -1}") { _ = try $0.pairs("c", of: .int(in: .atLeast(0))) }
        == "1:14: train.c: expected a whole number of at least 0, found -1")
    #expect(
      error("c: 3") { _ = try $0.pairs("c", of: .int) }
        == "1:4: train.c: expected a mapping, each value a whole number, found 3")
    #expect(
      error("") { _ = try $0.pairs("c", of: .int) }
        == "1:1: train: the key \"c\" is missing; expected a mapping, each value a whole number")
  }

  @Test("says the form of a value, for parameters that take several")
  func forms() throws {
    let parameters = try reader("a: worst 5\nb: [1]\nc: {d: 1}\ne: null\n")
    #expect(["a", "b", "c", "e", "f"].map { parameters.form(of: $0) } == [.scalar, .list, .mapping, .absent, .absent])
    #expect(parameters.has("a"))
    #expect(!parameters.has("e"))
  }
}

@Suite("A spelling suggestion")
struct SpellingTests {
  @Test("is the nearest word within a third of the letters")
  func nearest() {
    let known = ["epochs", "batch", "learning_rate", "loss"]
    #expect(Spelling.suggestion(for: "epohcs", among: known) == "epochs")
    #expect(Spelling.suggestion(for: "Batch", among: known) == "batch")
    #expect(Spelling.suggestion(for: "learning-rate", among: known) == "learning_rate")
    #expect(Spelling.suggestion(for: "lerning_rte", among: known) == "learning_rate")
    #expect(Spelling.suggestion(for: "los", among: known) == "loss")
    #expect(Spelling.suggestion(for: "colour", among: known) == nil)
    #expect(Spelling.suggestion(for: "", among: known) == nil)
    #expect(Spelling.suggestion(for: "ab", among: []) == nil)
  }
}
