import Configurations
import Foundation
import Pipelines
import Testing

/// A stage whose lamp is on or off.
private struct OldLampStage: Stage {
  static let kind = "lamp"
  static let version = 1
  static let summary = "shines"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("light", path: "light.txt")]

  init(_ parameters: ParameterReader) throws { _ = try parameters.bool("light", default: false) }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data().write(to: context.folder.appending(path: "light.txt"))
    return .done
  }
}

private struct Lamp: Configuration {
  enum Light: String, CaseIterable, Sendable { case off = "false", on = "true", dim }

  var light = Light.off
  var bulbs = 1

  static let keys: [ConfigurationKey<Lamp>] = [
    .choice("light", \.light, absent: .off, "how it shines"),
    .count("bulbs", \.bulbs, .within(1...9), absent: 1, "how many shine"),
  ]

  var contradictions: [ConfigurationProblem] {
    guard light == .dim, bulbs > 1 else { return [] }
    return [
      ConfigurationProblem(key: "bulbs", expected: "1 where light is dim", found: "\(bulbs)", comparedWith: ["light"])
    ]
  }
}

/// The same stage with a third way to shine.
private struct NewLampStage: Stage {
  static let kind = "lamp"
  static let version = 1
  static let summary = "shines"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("light", path: "light.txt")]

  init(_ parameters: ParameterReader) throws { let _: Lamp = try parameters.configuration() }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data().write(to: context.folder.appending(path: "light.txt"))
    return .done
  }
}

@Suite("A configuration that is read") struct ConfigurationReadingTests {
  @Test("makes no stage run where a flag has become a choice")
  func flagsBecomeChoices() throws {
    func run(_ light: String, _ stage: any Stage.Type, in laboratory: Laboratory) throws -> [String] {
      try laboratory.run("name: new\nstages:\n  - lamp: {light: \(light)}", catalog: StageCatalog([stage]))
    }
    try Laboratory.with { (laboratory: Laboratory) throws in
      _ = try run("true", OldLampStage.self, in: laboratory)
      for light in ["true", "yes", "on"] {
        #expect(try run(light, NewLampStage.self, in: laboratory) == ["lamp: up to date: skipped"])
      }
      #expect(try run("dim", NewLampStage.self, in: laboratory).first == #"lamp: will run: lamp.light true -> "dim""#)
    }
  }

  private func errors(_ yaml: String) -> String {
    let error = #expect(throws: (any Error).self) {
      let reader = try ParameterReader(yaml: yaml, name: "lamp", folder: URL(filePath: "/"))
      let _: Lamp = try reader.readAll { try $0.configuration() }
    }
    return error.map { "\($0)" } ?? ""
  }

  @Test("names values that do not go together where they stand, and only where neither was refused")
  func contradictions() {
    let both = errors("light: dim\nbulbs: 3")
    #expect(both.contains("pipeline.yaml:2:8: lamp.bulbs: expected 1 where light is dim, found 3"), "\(both)")
    let refused = errors("light: dam\nbulbs: 3")
    #expect(refused.contains("lamp.light") && refused.contains("one of false, true, dim"), "\(refused)")
    #expect(!refused.contains("lamp.bulbs"))
  }
}
