/// A number and its 95 % bootstrap interval over groups (patients).
public struct MeasuredNumber: Sendable, Equatable, Encodable {
  /// The number; nil where it is undefined.
  public let value: Double?
  /// The interval's ends; nil where there are fewer than two groups, or no value.
  public let interval: [Double]?

  /// Makes a number.
  public init(value: Double?, interval: [Double]?) { (self.value, self.interval) = (value, interval) }
}
