import Foundation
import Pipelines
import Testing

@Suite("Things that are chosen by their kind") struct KindsTests {
  private static let kinds = ["round", "square"]

  private func reader(_ yaml: String) throws -> ParameterReader {
    try ParameterReader(yaml: yaml, name: "bake", folder: URL(filePath: "/files", directoryHint: .isDirectory))
  }

  /// Reads `cake`, whose square kinds have a side; the old program knew no side.
  private func read(_ yaml: String, count: Int = 3, isOld: Bool = false) throws -> (texts: [String], yaml: String) {
    let parameters = try reader(yaml)
    let texts = try parameters.readAll { parameters in
      try parameters.kinds("cake", of: Self.kinds, count: 1...count).map { kind, own in
        if kind == "square", !isOld { return "square \(try own.double("side", default: 2, in: .above(0)))" }
        return kind
      }
    }
    return (texts, parameters.resolved.yaml)
  }

  private func error(_ yaml: String, count: Int = 3) -> String? {
    do {
      _ = try read(yaml, count: count)
      return nil
    } catch {
      return "\(error)".replacing("pipeline.yaml:", with: "")
    }
  }

  @Test("are a word, a mapping or a list; without a value the first kind")
  func forms() throws {
    #expect(try read("{}").texts == ["round"])
    #expect(try read("cake: square").texts == ["square 2.0"])
    #expect(try read("cake: {kind: square, side: 3}").texts == ["square 3.0"])
    #expect(try read("cake: {}").texts == ["round"])
    #expect(try read("cake: [round, {kind: square, side: 3}, square]").texts == ["round", "square 3.0", "square 2.0"])
  }

  @Test("are written with their defaults, a list of one as what it contains")
  func written() throws {
    #expect(try read("{}").yaml == "cake: round\n")
    #expect(try read("cake: [round]").yaml == "cake: round\n")
    for yaml in ["cake: square", "cake: [{kind: square}]", "cake: {side: 2, kind: square}"] {
      #expect(try read(yaml).yaml == "cake:\n  kind: square\n  side: 2\n")
    }
    let list = try read("cake: [round, square]").yaml
    #expect(list == "cake:\n  - round\n  - kind: square\n    side: 2\n")
    #expect(try read(list).yaml == list)
  }

  @Test("are refused with what can be, all at once and where they are")
  func refusals() {
    #expect(
      error("cake: sqare")
        == #"1:7: bake.cake: expected one of round, square, found text "sqare"; did you mean "square"?"#)
    #expect(error("cake: []")?.contains("or a list of 1 to 3 of these, found a list of 0") == true)
    #expect(error("cake: [round, round, round, round]")?.contains("found a list of 4") == true)
    #expect(error("cake: [[round]]")?.contains("1:8: bake.cake: expected one of round, square, or a mapping") == true)
    #expect(error("cake: [round]", count: 1)?.contains("or a mapping with the key kind, found a list of 1") == true)
    #expect(error("cake: ~")?.contains("found no value") == true)
    let both = error("cake: [round, {kind: square, side: 0}, {kind: round, side: 1}]")
    #expect(both?.contains("1:36: bake.cake[1].side: expected a number above 0, found 0") == true, "\(both ?? "")")
    #expect(both?.contains(#"bake.cake[2]: unknown key "side""#) == true, "\(both ?? "")")
  }
}
