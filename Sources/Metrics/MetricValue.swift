/// What a metric came to.
public enum MetricValue: Hashable, Sendable {
  /// A number of voxels.
  case count(Int)
  /// A number; finite.
  case real(Double)
  /// Nothing: the metric is not defined for these masks.
  case undefined
  /// Nothing, though the masks have a value: it is not computed here.
  case unavailable(Reason)

  /// Why a value is not computed.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The axes of the grid are not at right angles.
    case shearedGrid = "the axes of the grid are not at right angles"
  }

  /// The value of a number: undefined where it is not finite.
  public init(_ number: Double) { self = number.isFinite ? .real(number) : .undefined }

  /// A ratio of voxel counts: undefined where the denominator is 0.
  public static func ratio(_ numerator: Int, _ denominator: Int) -> MetricValue {
    denominator == 0 ? .undefined : .real(Double(numerator) / Double(denominator))
  }

  /// The value as a number; nil where it is undefined.
  public var number: Double? {
    switch self {
    case .count(let count): Double(count)
    case .real(let number): number
    case .undefined, .unavailable: nil
    }
  }

  /// The value as text: empty where it is undefined.
  public var text: String {
    switch self {
    case .count(let count): "\(count)"
    case .real(let number): "\(number)"
    case .undefined, .unavailable: ""
    }
  }
}

extension MetricValue: Encodable {
  /// Writes a number, or null where the value is undefined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .count(let count): try container.encode(count)
    case .real(let number) where number.isFinite: try container.encode(number)
    case .real, .undefined, .unavailable: try container.encodeNil()
    }
  }
}
