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

/// A stage whose kinds of cake had no keys.
private struct OldCakeStage: Stage {
  static let kind = "bake"
  static let version = 1
  static let summary = "bakes a cake"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("cake", path: "cake.txt")]

  init(_ parameters: ParameterReader) throws {
    if parameters.form(of: "cake") == .list {
      _ = try parameters.kinds("cake", of: ["round", "square"], count: 1...2)
    } else {
      _ = try parameters.choice("cake", of: Cake.self)
    }
  }

  enum Cake: String, CaseIterable { case round, square }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data("cake".utf8).write(to: context.folder.appending(path: "cake.txt"))
    return .done
  }
}

private struct Glaze: Configuration {
  var layers = 0
  static let keys: [ConfigurationKey<Glaze>] = [.count("layers", \.layers, .atLeast(0), absent: 0, "how many")]
}

/// The same stage with a key of the kinds.
private struct NewCakeStage: Stage {
  static let kind = "bake"
  static let version = 1
  static let summary = "bakes a cake"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("cake", path: "cake.txt")]

  init(_ parameters: ParameterReader) throws {
    for (_, own) in try parameters.kinds("cake", of: ["round", "square"], count: 1...2) {
      let _: Glaze = try own.configuration()
    }
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data("cake".utf8).write(to: context.folder.appending(path: "cake.txt"))
    return .done
  }
}

/// The same stage with a setting that changes no output.
private struct TidyMixStage: Stage {
  static let kind = "mix"
  static let version = 1
  static let summary = "writes an amount"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("mixture", path: "mixture.txt")]
  private let amount: Int

  init(_ parameters: ParameterReader) throws {
    amount = try parameters.int("amount", default: 1)
    _ = try parameters.sideSetting("keep_bowl", default: false)
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data("\(amount)".utf8).write(to: context.folder.appending(path: "mixture.txt"))
    return .done
  }
}

@Suite("A new key of a stage") struct NewKeyTests {
  @Test("of a kind makes no stage run that chose the kind by a word, or in a list")
  func kinds() throws {
    func run(_ cake: String, _ stage: any Stage.Type, in laboratory: Laboratory) throws -> [String] {
      try laboratory.run("name: new\nstages:\n  - bake: {cake: \(cake)}", catalog: StageCatalog([stage]))
    }
    try Laboratory.with { (laboratory: Laboratory) throws in
      _ = try run("square", OldCakeStage.self, in: laboratory)
      for cake in ["square", "{kind: square}", "[{kind: square, layers: 0}]"] {
        #expect(try run(cake, NewCakeStage.self, in: laboratory) == ["bake: up to date: skipped"])
      }
      #expect(
        try run("{kind: square, layers: 2}", NewCakeStage.self, in: laboratory).first
          == "bake: will run: bake.cake.layers 0 -> 2")
    }
    try Laboratory.with { (laboratory: Laboratory) throws in
      _ = try run("[square, round]", OldCakeStage.self, in: laboratory)
      #expect(try run("[square, round]", NewCakeStage.self, in: laboratory) == ["bake: up to date: skipped"])
    }
  }

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

  @Test("makes no stage run where it changes no output, whatever its value; it is resolved and checked like others")
  func sideSetting() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run("name: new\nstages:\n  - mix: {amount: 3}", catalog: StageCatalog([OldMixStage.self]))
      for keys in ["", ", keep_bowl: true", ", keep_bowl: false"] {
        let yaml = "name: new\nstages:\n  - mix: {amount: 3\(keys)}"
        #expect(
          try laboratory.run(yaml, catalog: StageCatalog([TidyMixStage.self])) == ["mix: up to date: skipped"])
      }
      let reader = try ParameterReader(yaml: "keep_bowl: yes", name: "mix", folder: URL(filePath: "/"))
      #expect(try reader.sideSetting("keep_bowl", default: false))
      #expect(throws: (any Error).self) {
        try ParameterReader(yaml: "keep_bowl: 3", name: "mix", folder: URL(filePath: "/"))
          .sideSetting("keep_bowl", default: false)
      }
    }
  }
}
