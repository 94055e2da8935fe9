import Foundation
import Pipelines
import Testing

@Suite("Other names of keys and values")
struct AliasTests {
  private enum Axis: String, CaseIterable { case right, anterior, superior }
  private static let planes: [(name: String, value: Axis)] = [("axial", .superior), ("sagittal", .right)]

  private func reader(_ yaml: String) throws -> ParameterReader {
    let reader = try ParameterReader(yaml: yaml, name: "train", folder: URL(filePath: "/files"))
    reader.alias("patch_size", of: "patch")
    reader.alias("optimizer", of: "optimiser")
    return reader
  }

  @Test("of a value resolve to the value itself, so that no fingerprint knows which was used")
  func values() throws {
    let resolved = try ["superior", "axial"].map { text in
      let reader = try reader("axis: \(text)")
      #expect(try reader.choice("axis", aliases: Self.planes, default: .right) == .superior)
      try reader.finish()
      return reader.resolved
    }
    #expect(resolved[0] == resolved[1])
    #expect(resolved[1].yaml == "axis: superior\n")
    #expect(try reader("{}").optionalChoice("axis", aliases: Self.planes) == nil)
  }

  @Test("of values are what messages offer")
  func messages() throws {
    #expect {
      _ = try reader("axis: saggital").choice("axis", aliases: Self.planes, default: .right)
    } throws: { error in
      "\(error)".contains(
        #"expected one of axial, sagittal, anterior, found text "saggital"; did you mean "sagittal"?"#)
    }
  }

  @Test("of a key are read as the key, and resolve to it")
  func keys() throws {
    let resolved = try ["patch: [4, 5]", "patch_size: [4, 5]"].map { yaml in
      let reader = try reader(yaml)
      #expect(try reader.optionalInts("patch") == [4, 5])
      try reader.finish()
      return reader.resolved
    }
    #expect(resolved[0] == resolved[1])
    #expect(try reader("optimizer: {kind: adam}").nested("optimiser").string("kind") == "adam")
  }

  @Test("of a key are named in messages as the file has them")
  func keyMessages() throws {
    #expect {
      _ = try reader("patch_size: big").optionalInts("patch")
    } throws: { error in
      "\(error)".contains("train.patch_size: expected a whole number")
    }
  }

  @Test("of a key beside the key itself are refused")
  func both() throws {
    let reader = try reader("{patch: [4, 5], patch_size: [6, 7]}")
    _ = try reader.optionalInts("patch")
    #expect {
      try reader.finish()
    } throws: { error in
      "\(error)".contains("train.patch_size: expected only one of the keys patch and patch_size (aliases)")
    }
  }
}
