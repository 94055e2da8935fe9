/// The range of a numeric parameter; each bound may be open or excluded.
public struct NumberRange<Value: Comparable & Sendable>: Sendable {
  /// The lower bound, or nil.
  public let lower: Value?
  /// The upper bound, or nil.
  public let upper: Value?
  private let excludesLower: Bool
  private let excludesUpper: Bool

  private init(lower: Value?, upper: Value?, excludesLower: Bool = false, excludesUpper: Bool = false) {
    self.lower = lower
    self.upper = upper
    self.excludesLower = excludesLower
    self.excludesUpper = excludesUpper
  }

  /// Every number.
  public static var any: NumberRange { NumberRange(lower: nil, upper: nil) }

  /// `lower <= x`.
  public static func atLeast(_ lower: Value) -> NumberRange { NumberRange(lower: lower, upper: nil) }

  /// `lower <= x < upper`.
  public static func atLeast(_ lower: Value, below upper: Value) -> NumberRange {
    NumberRange(lower: lower, upper: upper, excludesUpper: true)
  }

  /// `x <= upper`.
  public static func atMost(_ upper: Value) -> NumberRange { NumberRange(lower: nil, upper: upper) }

  /// `lower < x`.
  public static func above(_ lower: Value) -> NumberRange {
    NumberRange(lower: lower, upper: nil, excludesLower: true)
  }

  /// `lower < x <= upper`.
  public static func above(_ lower: Value, atMost upper: Value) -> NumberRange {
    NumberRange(lower: lower, upper: upper, excludesLower: true)
  }

  /// `lower < x < upper`.
  public static func above(_ lower: Value, below upper: Value) -> NumberRange {
    NumberRange(lower: lower, upper: upper, excludesLower: true, excludesUpper: true)
  }

  /// `range.lowerBound <= x <= range.upperBound`.
  public static func within(_ range: ClosedRange<Value>) -> NumberRange {
    NumberRange(lower: range.lowerBound, upper: range.upperBound)
  }

  /// Whether a number lies in the range.
  public func contains(_ value: Value) -> Bool {
    if let lower, excludesLower ? value <= lower : value < lower { return false }
    if let upper, excludesUpper ? value >= upper : value > upper { return false }
    return true
  }

  /// The range in words, to follow the name of a kind of number; empty for every number.
  public func phrase(_ format: (Value) -> String) -> String {
    switch (lower.map(format), upper.map(format)) {
    case (nil, nil): ""
    case (let lower?, nil): excludesLower ? " above \(lower)" : " of at least \(lower)"
    case (nil, let upper?): excludesUpper ? " below \(upper)" : " of at most \(upper)"
    case (let lower?, let upper?):
      switch (excludesLower, excludesUpper) {
      case (false, false): " from \(lower) to \(upper)"
      case (true, false): " above \(lower) and at most \(upper)"
      case (false, true): " of at least \(lower) and below \(upper)"
      case (true, true): " above \(lower) and below \(upper)"
      }
    }
  }
}

extension NumberRange<Double> {
  /// A number of the range.
  public var someValue: Double {
    switch (lower, upper) {
    case (nil, nil): 0
    case (let lower?, nil): lower + 1
    case (nil, let upper?): upper - 1
    case (let lower?, let upper?): (lower + upper) / 2
    }
  }
}
