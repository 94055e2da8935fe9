import Configurations
import Foundation
import Testing

/// A configuration with a key of every kind.
private struct Kettle: Configuration {
  enum Metal: String, CaseIterable, Sendable { case copper, steel }

  var litres = 2
  var power = 1.5
  var whistles = true
  var metal = Metal.steel
  var cups = 1

  static let keys: [ConfigurationKey<Kettle>] = [
    .count("litres", \.litres, .within(1...5), "what it holds"),
    .number("power", \.power, .above(0, atMost: 3), absent: 2, "in kilowatts"),
    .flag("whistles", \.whistles, absent: false, "whether it is heard"),
    .choice("metal", \.metal, absent: .copper, "what it is made of"),
    .count("cups", \.cups, .atLeast(1), isFromData: true, "how many drink"),
  ]
}

/// A configuration whose flag has become a choice.
private struct Lamp: Configuration {
  enum Light: String, CaseIterable, Sendable { case off = "false", on = "true", dim }

  var light = Light.on

  static let keys: [ConfigurationKey<Lamp>] = [.choice("light", \.light, absent: .off, "how it shines")]
}

@Suite struct ConfigurationTests {
  private func decoded(_ json: String) throws -> Kettle { try JSONDecoder().decode(Kettle.self, from: Data(json.utf8)) }

  @Test("What is written is read again, every value under its key")
  func roundTrip() throws {
    var kettle = Kettle()
    (kettle.litres, kettle.power, kettle.whistles, kettle.metal, kettle.cups) = (3, 0.5, false, .copper, 4)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(kettle)
    #expect(
      String(decoding: data, as: UTF8.self)
        == #"{"cups":4,"litres":3,"metal":"copper","power":0.5,"whistles":false}"#)
    #expect(try decoded(String(decoding: data, as: UTF8.self)) == kettle)
  }

  @Test("A key that an older file lacks has the value that its absence meant, not today's default")
  func absence() throws {
    let old = try decoded(#"{"litres": 1, "cups": 1}"#)
    #expect(old.power == 2 && !old.whistles && old.metal == .copper)
    #expect(throws: DecodingError.self) { try decoded(#"{"cups": 1}"#) }
    #expect(throws: DecodingError.self) { try decoded(#"{"litres": 1, "cups": 1, "metal": "tin"}"#) }
    #expect(throws: DecodingError.self) { try decoded(#"{"litres": "one", "cups": 1}"#) }
  }

  @Test("A number beyond its range is named with what can be")
  func check() throws {
    var kettle = Kettle()
    try kettle.check()
    kettle.litres = 6
    #expect {
      try kettle.check()
    } throws: { error in
      (error as? ConfigurationProblem)?.expected == "a whole number from 1 to 5"
    }
    (kettle.litres, kettle.power) = (5, .nan)
    #expect {
      try kettle.check()
    } throws: { error in
      (error as? ConfigurationProblem)?.key == "power"
    }
  }

  @Test("A flag that has become a choice is stored as before, and a configuration is summed up in a few words")
  func truthsAndWords() throws {
    for (light, json, summary) in [
      (Lamp.Light.off, #"{"light":false}"#, ""), (.on, #"{"light":true}"#, "light"),
      (.dim, #"{"light":"dim"}"#, "light dim"),
    ] {
      var lamp = Lamp()
      lamp.light = light
      #expect(String(decoding: try JSONEncoder().encode(lamp), as: UTF8.self) == json)
      #expect(try JSONDecoder().decode(Lamp.self, from: Data(json.utf8)) == lamp)
      #expect(lamp.summary == summary)
    }
    #expect(try JSONDecoder().decode(Lamp.self, from: Data("{}".utf8)).light == .off)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Lamp.self, from: Data(#"{"light":"red"}"#.utf8)) }
    #expect(Lamp.markdownRows == ["| `light` | `false`, `true`, `dim` | `true` | how it shines |"])
    #expect(Kettle().summary == "power 1.5, whistles, metal steel")
  }

  @Test("The table for the documentation has the keys that files can set")
  func table() {
    #expect(
      Kettle.markdownRows == [
        "| `litres` | whole number from 1 to 5 | 2 | what it holds |",
        "| `power` | number above 0 and at most 3 | 1.5 | in kilowatts |",
        "| `whistles` | `true`, `false` | `true` | whether it is heard |",
        "| `metal` | `copper`, `steel` | `steel` | what it is made of |",
      ])
  }
}
