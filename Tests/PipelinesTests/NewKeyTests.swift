import Configurations
import Foundation
import Pipelines
import Testing

/// A stage before it learnt a new key.
private struct OldMixStage: Stage {
  static let kind = "mix"
  static let version = 1
  static let summary = "writes an amount"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("mixture", path: "mixture.txt")]
  private let amount: Int

  init(_ parameters: ParameterReader) throws { amount = try parameters.int("amount", default: 1) }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data("\(amount)".utf8).write(to: context.folder.appending(path: "mixture.txt"))
    return .done
  }
}

private struct Mix: Configuration {
  var amount = 1
  var speed = 2.0
  static let keys: [ConfigurationKey<Mix>] = [
    .count("amount", \.amount, .any, "how much"),
    .number("speed", \.speed, .any, absent: 1, "how fast; it was always 1"),
  ]
}

/// The same stage with the key `speed`.
private struct NewMixStage: Stage {
  static let kind = "mix"
  static let version = 1
  static let summary = "writes an amount"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("mixture", path: "mixture.txt")]
  private let mix: Mix

  init(_ parameters: ParameterReader) throws { mix = try parameters.configuration() }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data("\(mix.amount) \(mix.speed)".utf8).write(to: context.folder.appending(path: "mixture.txt"))
    return .done
  }
}

@Suite("A new key of a stage") struct NewKeyTests {
  private func lines(_ speed: String, of laboratory: Laboratory) throws -> [String] {
    try laboratory.run(
      "name: new\nstages:\n  - mix: {amount: 3\(speed)}", catalog: StageCatalog([NewMixStage.self]))
  }

  @Test("makes no stage run whose value is what its absence meant, and says the value it had where it does")
  func absence() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run("name: new\nstages:\n  - mix: {amount: 3}", catalog: StageCatalog([OldMixStage.self]))
      #expect(try lines(", speed: 1", of: laboratory) == ["mix: up to date: skipped"])
      #expect(try lines("", of: laboratory).first == "mix: will run: mix.speed 1 -> 2")
      #expect(try lines("", of: laboratory) == ["mix: up to date: skipped"])
    }
  }
}
