import Configurations
import Augmentations
import Pipelines
import Volumes

/// Reads the ranges of transforms from a pipeline file, by the lists of parameters that they have.
package struct RangeReader {
  private let parameters: ParameterReader
  /// The lengths that the file states in millimetres.
  private(set) var millimetres: [String] = []

  /// The largest length of a transform, in its unit, as `TransformRanges.validate` checks it.
  private static let largestLength = 1e9

  init(_ parameters: ParameterReader) { self.parameters = parameters }

  /// Reads the parameters of one kind of transform from a mapping; the others keep their values.
  mutating func read<Ranges: TransformRanges>(_ preset: Ranges) throws -> Ranges {
    var ranges = preset
    let reader = try parameters.nested(Ranges.name)
    for parameter in Ranges.parameters {
      let key = parameter.name
      switch parameter.kind {
      case .number(let place, let limits):
        ranges[keyPath: place] = try reader.double(key, default: ranges[keyPath: place], in: .within(limits))
      case .optionalNumber(let place, let limits):
        ranges[keyPath: place] = try reader.optionalDouble(key, in: .within(limits)) ?? ranges[keyPath: place]
      case .count(let place, let limits):
        ranges[keyPath: place] = try reader.int(key, default: ranges[keyPath: place], in: .within(limits))
      case .interval(let place, let limits):
        ranges[keyPath: place] = try interval(reader, key, ranges[keyPath: place], within: limits)
      case .perAxis(let place, let limits):
        ranges[keyPath: place] = try perAxis(reader, key, ranges[keyPath: place], within: limits)
      case .length(let place):
        ranges[keyPath: place] = try length(reader, key, in: .within(0...Self.largestLength)) ?? ranges[keyPath: place]
      case .positiveLength(let place):
        ranges[keyPath: place] =
          try length(reader, key, in: .above(0, atMost: Self.largestLength)) ?? ranges[keyPath: place]
      case .optionalLength(let place):
        ranges[keyPath: place] = try length(reader, key, in: .within(0...Self.largestLength)) ?? ranges[keyPath: place]
      case .lengthInterval(let place):
        ranges[keyPath: place] = try lengths(reader, key) ?? ranges[keyPath: place]
      case .axes(let place):
        ranges[keyPath: place] = try axes(reader, key, ranges[keyPath: place])
      case .word(let place, let words):
        let word = try reader.string(key, default: ranges[keyPath: place])
        if !words.contains(word) {
          try reader.refuse(key, expected: "one of \(words.joined(separator: ", "))")
        }
        ranges[keyPath: place] = word
      }
    }
    return ranges
  }

  private func interval(
    _ reader: ParameterReader, _ key: String, _ preset: ClosedRange<Double>, within limits: ClosedRange<Double>
  ) throws -> ClosedRange<Double> {
    let ends = try reader.doubles(
      key, default: [preset.lowerBound, preset.upperBound], in: .within(limits), count: 2...2)
    guard ends[0] <= ends[1] else {
      try reader.refuse(key, expected: "two numbers, the smaller one first")
      return preset
    }
    return ends[0]...ends[1]
  }

  /// One number for all axes, or one for each.
  private func perAxis(
    _ reader: ParameterReader, _ key: String, _ preset: SIMD3<Double>, within limits: ClosedRange<Double>
  ) throws -> SIMD3<Double> {
    if case .list = reader.form(of: key) {
      return SIMD3(try reader.doubles(key, in: .within(limits), count: 3...3))
    }
    let isUniform = preset == SIMD3(repeating: preset.x)
    if isUniform || reader.has(key) {
      return SIMD3(repeating: try reader.double(key, default: preset.x, in: .within(limits)))
    }
    return SIMD3(try reader.doubles(key, default: [preset.x, preset.y, preset.z], in: .within(limits), count: 3...3))
  }

  private func axes(_ reader: ParameterReader, _ key: String, _ preset: [GridAxis]) throws -> [GridAxis] {
    try reader.strings(key, default: preset.map(\.rawValue)).compactMap { name in
      let axis = GridAxis(rawValue: name)
      if axis == nil {
        try reader.refuse(key, expected: "a list of axes: \(GridAxis.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return axis
    }
  }

  /// A length in the unit of the key's suffix (`_mm` or `_px`); nil without either key.
  private mutating func length(
    _ reader: ParameterReader, _ key: String, in range: NumberRange<Double>
  ) throws -> Length? {
    let millimetres = try reader.optionalDouble("\(key)_mm", in: range)
    let pixels = try reader.optionalDouble("\(key)_px", in: range)
    try check(reader, key, millimetres != nil, pixels != nil)
    return millimetres.map(Length.millimetres) ?? pixels.map(Length.pixels)
  }

  private mutating func lengths(_ reader: ParameterReader, _ key: String) throws -> LengthInterval? {
    func interval(_ unit: LengthUnit, _ ending: String) throws -> LengthInterval? {
      guard
        let ends = try reader.optionalDoubles(
          "\(key)_\(ending)", in: .above(0, atMost: Self.largestLength), count: 2...2)
      else { return nil }
      guard ends[0] <= ends[1] else {
        try reader.refuse("\(key)_\(ending)", expected: "two numbers, the smaller one first")
        return nil
      }
      return LengthInterval(ends[0]...ends[1], unit)
    }
    let millimetres = try interval(.millimetres, "mm")
    let pixels = try interval(.pixels, "px")
    try check(reader, key, millimetres != nil, pixels != nil)
    return millimetres ?? pixels
  }

  private mutating func check(
    _ reader: ParameterReader, _ key: String, _ hasMillimetres: Bool, _ hasPixels: Bool
  ) throws {
    if hasMillimetres && hasPixels { try reader.refuse("\(key)_px", expected: "no \(key)_px together with \(key)_mm") }
    if hasMillimetres { millimetres.append("\(reader.name).\(key)_mm") }
  }
}
