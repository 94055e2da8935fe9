/// The configuration of one kind of transform: how far it may go, and how often it is applied.
public protocol TransformRanges: Hashable, Sendable, Codable {
  /// The key of the kind in pipeline files, such as `elastic`.
  static var name: String { get }
  /// What the configuration consists of: by this list it is read from files and checked.
  static var parameters: [RangeParameter<Self>] { get }
  /// Makes a configuration that does nothing.
  init()
}

extension TransformRanges {
  /// Checks every parameter.
  ///
  /// Throws: `AugmentationError` for the first that is not within its limits.
  func validate() throws(AugmentationError) {
    for parameter in Self.parameters { try parameter.check(self) }
  }
}

/// One parameter of a configuration: its name, its key path, and its limits.
public struct RangeParameter<Ranges: TransformRanges>: Sendable {
  /// A place in the configuration.
  public typealias Place<Value> = WritableKeyPath<Ranges, Value> & Sendable

  /// The kind of value, its key path, and its limits.
  public enum Kind: Sendable {
    /// A number.
    case number(Place<Double>, within: ClosedRange<Double>)
    /// A number that may be left out.
    case optionalNumber(Place<Double?>, within: ClosedRange<Double>)
    /// A whole number.
    case count(Place<Int>, within: ClosedRange<Int>)
    /// The smallest and the largest number that are drawn.
    case interval(Place<ClosedRange<Double>>, within: ClosedRange<Double>)
    /// A number for each of i, j and k, or one for all.
    case perAxis(Place<SIMD3<Double>>, within: ClosedRange<Double>)
    /// A length, at least 0.
    case length(Place<Length>)
    /// A length above 0.
    case positiveLength(Place<Length>)
    /// A length, at least 0, that may be left out.
    case optionalLength(Place<Length?>)
    /// The smallest and the largest length that are drawn, above 0.
    case lengthInterval(Place<LengthInterval>)
    /// Axes of the grid.
    case axes(Place<[GridAxis]>)
    /// One of several words.
    case word(Place<String>, among: [String])
  }

  /// The key in pipeline files; a length's without the ending that gives its unit.
  public let name: String
  /// What it is.
  public let kind: Kind

  /// Makes a parameter.
  public init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The probability that every kind of transform has.
  static func probability(_ place: Place<Double>) -> Self { Self("probability", .number(place, within: 0...1)) }

  /// Throws: `AugmentationError.outOfRange`.
  func check(_ ranges: Ranges) throws(AugmentationError) {
    switch kind {
    case .number(let place, let limits): try check(ranges[keyPath: place], within: limits)
    case .optionalNumber(let place, let limits):
      if let number = ranges[keyPath: place] { try check(number, within: limits) }
    case .count(let place, let limits):
      let (lower, upper) = (Double(limits.lowerBound), Double(limits.upperBound))
      try check(Double(ranges[keyPath: place]), within: lower...upper)
    case .interval(let place, let limits):
      try check(ranges[keyPath: place].lowerBound, within: limits)
      try check(ranges[keyPath: place].upperBound, within: limits)
    case .perAxis(let place, let limits):
      for axis in 0..<3 { try check(ranges[keyPath: place][axis], within: limits) }
    case .lengthInterval(let place):
      try check(ranges[keyPath: place].bounds.lowerBound, within: Double.leastNormalMagnitude...1e9)
      try check(ranges[keyPath: place].bounds.upperBound, within: Double.leastNormalMagnitude...1e9)
    case .length(let place):
      for number in ranges[keyPath: place].numbers { try check(number, within: 0...1e9) }
    case .positiveLength(let place):
      for number in ranges[keyPath: place].numbers {
        try check(number, within: Double.leastNormalMagnitude...1e9)
      }
    case .optionalLength(let place):
      for number in ranges[keyPath: place]?.numbers ?? [] {
        try check(number, within: 0...1e9)
      }
    case .axes, .word: break
    }
  }

  /// Whether it is a length that is stated in millimetres.
  func isInMillimetres(_ ranges: Ranges) -> Bool {
    switch kind {
    case .length(let place), .positiveLength(let place): ranges[keyPath: place].isInMillimetres
    case .optionalLength(let place): ranges[keyPath: place]?.isInMillimetres ?? false
    case .lengthInterval(let place): ranges[keyPath: place].unit == .millimetres
    case .number, .optionalNumber, .count, .interval, .perAxis, .axes, .word: false
    }
  }

  private func check(_ value: Double, within limits: ClosedRange<Double>) throws(AugmentationError) {
    guard limits.contains(value) else {
      throw .outOfRange(parameter: "\(Ranges.name).\(name)", value: value, limits: limits)
    }
  }
}
