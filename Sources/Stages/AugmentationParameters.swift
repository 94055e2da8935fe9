import Augmentations
import Pipelines
import Volumes

/// The ranges of an augmentation as a pipeline file states them: a preset, and what departs from it.
struct AugmentationParameters {
  private(set) var ranges: AugmentationRanges
  /// The lengths that the file states, by the unit in their names.
  private var lengths: [(parameter: String, unit: LengthUnit)] = []

  private enum Preset: String, CaseIterable {
    case none, light, standard

    var ranges: AugmentationRanges {
      switch self {
      case .none: .none
      case .light: .light
      case .standard: .standard
      }
    }
  }

  init(_ parameters: ParameterReader) throws {
    ranges = try parameters.choice("preset", default: Preset.standard).ranges
    try readRigid(parameters.nested("rigid"))
    try readStretch(parameters.nested("stretch"))
    try readElastic(parameters.nested("elastic"))
  }

  /// A length whose unit is not the one that the scans have.
  func firstInOtherUnit(than unit: LengthUnit) -> String? { lengths.first { $0.unit != unit }?.parameter }

  private mutating func readRigid(_ reader: ParameterReader) throws {
    ranges.rigid.probability = try probability(reader, ranges.rigid.probability)
    ranges.rigid.rotationDegrees = try reader.double(
      "rotation_degrees", default: ranges.rigid.rotationDegrees, in: .within(0...180))
    ranges.rigid.translation = try length(reader, "translation", ranges.rigid.translation, in: .atLeast(0))
    let axes = try reader.strings("flip", default: ranges.rigid.flipAxes.map(\.rawValue))
    ranges.rigid.flipAxes = try axes.map { name in
      guard let axis = GridAxis(rawValue: name) else {
        throw reader.invalid(
          "flip", expected: "axes among \(GridAxis.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return axis
    }
    ranges.rigid.flipProbability = try reader.double(
      "flip_probability", default: ranges.rigid.flipProbability, in: .within(0...1))
  }

  private mutating func readStretch(_ reader: ParameterReader) throws {
    ranges.stretch.probability = try probability(reader, ranges.stretch.probability)
    ranges.stretch.zoom = try interval(reader, "zoom", ranges.stretch.zoom)
    ranges.stretch.stretch = try interval(reader, "stretch", ranges.stretch.stretch)
    ranges.stretch.shearDegrees = try reader.double(
      "shear_degrees", default: ranges.stretch.shearDegrees, in: .within(0...60))
  }

  private mutating func readElastic(_ reader: ParameterReader) throws {
    ranges.elastic.probability = try probability(reader, ranges.elastic.probability)
    ranges.elastic.displacement = try length(reader, "displacement", ranges.elastic.displacement, in: .atLeast(0))
    ranges.elastic.controlPointSpacing = try length(
      reader, "control_point_spacing", ranges.elastic.controlPointSpacing, in: .above(0))
  }

  private func probability(_ reader: ParameterReader, _ preset: Double) throws -> Double {
    try reader.double("probability", default: preset, in: .within(0...1))
  }

  private func interval(
    _ reader: ParameterReader, _ key: String, _ preset: ClosedRange<Double>
  ) throws -> ClosedRange<Double> {
    let ends = try reader.doubles(
      key, default: [preset.lowerBound, preset.upperBound], in: .within(0.1...10), count: 2...2)
    guard ends[0] <= ends[1] else { throw reader.invalid(key, expected: "the smaller number first") }
    return ends[0]...ends[1]
  }

  /// A length in the unit that the key's ending says; without either key, the preset's in the scans' own unit.
  private mutating func length(
    _ reader: ParameterReader, _ key: String, _ preset: Double, in range: NumberRange<Double>
  ) throws -> Double {
    let millimetres = try reader.optionalDouble("\(key)_mm", in: range)
    let pixels = try reader.optionalDouble("\(key)_px", in: range)
    switch (millimetres, pixels) {
    case (nil, nil): return preset
    case (let value?, nil):
      lengths.append(("\(reader.name).\(key)_mm", .millimetres))
      return value
    case (nil, let value?):
      lengths.append(("\(reader.name).\(key)_px", .pixels))
      return value
    case (_?, _?): throw reader.invalid("\(key)_px", expected: "no \(key)_px beside \(key)_mm")
    }
  }
}
