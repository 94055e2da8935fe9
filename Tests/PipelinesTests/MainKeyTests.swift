import Configurations
import Foundation
import Pipelines
import Testing

/// A stage before one of its values became a mapping.
private struct OldBrewStage: Stage {
  static let kind = "brew"
  static let version = 1
  static let summary = "brews"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("drink", path: "drink.txt")]
  private let leaves: String

  init(_ parameters: ParameterReader) throws {
    leaves = try parameters.word("leaves", of: ["green", "black"], default: "green")
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data(leaves.utf8).write(to: context.folder.appending(path: "drink.txt"))
    return .done
  }
}

private struct Leaves: Configuration {
  var minutes = 3
  static let keys: [ConfigurationKey<Leaves>] = [.count("minutes", \.minutes, .within(1...9), absent: 3, "how long")]
}

/// The same stage with a mapping.
private struct BrewStage: Stage {
  static let kind = "brew"
  static let version = 1
  static let summary = "brews"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("drink", path: "drink.txt")]
  private let text: String

  init(_ parameters: ParameterReader) throws {
    let leaves = try parameters.nested("leaves", mainKey: "kind")
    let kind = try leaves.word("kind", of: ["green", "black"], default: "green")
    text = "\(kind) \(try leaves.configuration(Leaves()).minutes)"
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data(text.utf8).write(to: context.folder.appending(path: "drink.txt"))
    return .done
  }
}

/// A stage with a mapping that needs its main key by name, and the same stage where it does not.
private struct OldMappingStage: Stage {
  static let kind = "brew"
  static let version = 1
  static let summary = "brews"
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("drink", path: "drink.txt")]

  init(_ parameters: ParameterReader) throws {
    _ = try parameters.nested("leaves").word("kind", of: ["green", "black"], default: "green")
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    try Data("tea".utf8).write(to: context.folder.appending(path: "drink.txt"))
    return .done
  }
}

private struct NewMappingStage: Stage {
  static let kind = "brew"
  static let version = 1
  static let summary = "brews"
  static let inputs: [StageInput] = []
  static let outputs = OldMappingStage.outputs

  init(_ parameters: ParameterReader) throws {
    _ = try parameters.nested("leaves", mainKey: "kind", wasMapping: true).word(
      "kind", of: ["green", "black"], default: "green")
  }

  func run(_ context: StageContext) throws -> StageOutcome { .done }
}

@Suite("A mapping whose main key may stand in its place")
struct MainKeyTests {
  private let catalog = StageCatalog([BrewStage.self])

  private func file(_ leaves: String) -> String { "name: new\nstages:\n  - brew: {\(leaves)}" }

  @Test("has one fingerprint in both forms, and that of the value which it was in earlier versions")
  func fingerprints() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(file("leaves: green"), catalog: StageCatalog([OldBrewStage.self]))
      for leaves in ["leaves: green", "", "leaves: {kind: green}", "leaves: {minutes: 3}"] {
        #expect(try laboratory.run(file(leaves), catalog: catalog) == ["brew: up to date: skipped"], "\(leaves)")
      }
      #expect(
        try laboratory.run(file("leaves: black"), catalog: catalog).first
          == #"brew: will run: brew.leaves "green" -> "black""#)
      #expect(
        try laboratory.run(file("leaves: {kind: black, minutes: 5}"), catalog: catalog).first
          == "brew: will run: brew.leaves.minutes 3 -> 5")
    }
  }

  @Test("that was a mapping in earlier versions has its fingerprint in both forms")
  func oldMapping() throws {
    try Laboratory.with { (laboratory: Laboratory) throws in
      try laboratory.run(file("leaves: {kind: black}"), catalog: StageCatalog([OldMappingStage.self]))
      for leaves in ["leaves: black", "leaves: {kind: black}"] {
        #expect(
          try laboratory.run(file(leaves), catalog: StageCatalog([NewMappingStage.self]))
            == ["brew: up to date: skipped"])
      }
    }
  }

  @Test("is in resolved.yaml with every key")
  func resolved() throws {
    try Laboratory.with { laboratory in
      let text = try laboratory.load(file("leaves: black"), catalog: catalog).resolvedYAML
      #expect(text.contains("leaves:\n") && text.contains("kind: black\n") && text.contains("minutes: 3\n"), "\(text)")
    }
  }

  @Test("keeps its value where the command line sets another of its keys")
  func overrides() throws {
    try Laboratory.with { laboratory in
      for leaves in ["leaves: black", "leaves: {kind: black}"] {
        let text = try laboratory.load(file(leaves), set: ["brew.leaves.minutes=5"], catalog: catalog).resolvedYAML
        #expect(text.contains("kind: black\n") && text.contains("minutes: 5\n"), "\(text)")
      }
      let both = ["brew.leaves.minutes=5", "brew.leaves.kind=green"]
      let text = try laboratory.load(file("leaves: black"), set: both, catalog: catalog).resolvedYAML
      #expect(text.contains("kind: green\n") && text.contains("minutes: 5\n"), "\(text)")
    }
  }

  @Test("is named in messages as the file has it")
  func messages() throws {
    func message(_ leaves: String) throws -> String {
      var message = ""
      try Laboratory.with { laboratory in
        do {
          _ = try laboratory.load(file(leaves), catalog: catalog)
        } catch { message = "\(error)" }
      }
      return message
    }
    #expect(try message("leaves: blak").contains(#"brew.leaves: expected one of green, black, found text "blak""#))
    #expect(try message("leaves: {kind: blak}").contains("brew.leaves.kind: expected one of"))
    #expect(try message("leaves: {hours: 1}").contains("hours"))
    #expect(try message("leaves: [green]").contains("brew.leaves: expected one of green, black, found a list of 1"))
  }
}
