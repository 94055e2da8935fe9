import Volumes

/// A score of one class of one case.
///
/// A new metric is a file with an extension such as `Metric+Overlap.swift`, and its place in `MetricGroup`.
public struct Metric: Sendable {
  /// The metric's name in reports; of a length, without its unit.
  let baseName: String
  /// Whether its value is a length, in the unit of the grid.
  let hasLength: Bool
  /// Which of two values is the better one.
  public let preference: MetricPreference
  /// What it counts as where a mask is empty.
  let penalty: MetricPenalty
  /// Whether a case in which neither mask has the class counts in means, such as of false positives a scan.
  let countsEmptyCases: Bool
  /// What it measures.
  public let evaluate: @Sendable (ClassComparison) throws -> MetricValue

  /// Makes a metric.
  ///
  /// - Parameters:
  ///   - name: Its name in reports; one with a unit other than a length ends in it, such as `_mm3`.
  ///   - hasLength: Whether its value is a length; the name then gets the unit, such as `_mm`.
  ///   - preference: Which of two values is the better one.
  ///   - penalty: What it counts as in a mean that penalises misses and false alarms.
  ///   - countsEmptyCases: Whether a case in which neither mask has the class counts in means.
  ///   - evaluate: Measures it; undefined where it has no value. Throws what `ClassComparison` throws.
  public init(
    name: String, hasLength: Bool = false, preference: MetricPreference = .neither, penalty: MetricPenalty = .none,
    countsEmptyCases: Bool = false, evaluate: @escaping @Sendable (ClassComparison) throws -> MetricValue
  ) {
    (baseName, self.hasLength, self.preference, self.penalty) = (name, hasLength, preference, penalty)
    (self.countsEmptyCases, self.evaluate) = (countsEmptyCases, evaluate)
  }

  /// The name in reports for grids in millimetres, such as `HD95_mm`.
  public var name: String { name(in: .millimetres) }

  /// What counts in a comparison where neither mask has the class, beside a false alarm: the best value; nil where a false
  /// alarm has no worst value.
  var valueOfEmpty: Double? {
    guard penalty.falseAlarm != nil else { return nil }
    return preference == .higher ? 1 : 0
  }

  /// The name in reports for grids of a unit, such as `HD95_mm` or `HD95_px`.
  public func name(in unit: LengthUnit) -> String {
    guard hasLength else { return baseName }
    return baseName + (unit == .millimetres ? "_mm" : "_px")
  }
}

/// Which of two values of a metric is the better one.
public enum MetricPreference: Sendable {
  /// The larger.
  case higher
  /// The smaller.
  case lower
  /// Neither, such as of two volumes.
  case neither
}

/// What a metric counts as where a mask is empty, in means that penalise misses and false alarms.
public struct MetricPenalty: Sendable {
  /// A worst value.
  public enum Worst: Sendable {
    /// A number.
    case value(Double)
    /// The diagonal of the image, in its unit.
    case diagonal
  }

  /// Of a structure that was missed; nil: as measured.
  let missed: Worst?
  /// Of a structure that was predicted where there is none; nil: as measured.
  let falseAlarm: Worst?

  /// As measured.
  public static let none = MetricPenalty(missed: nil, falseAlarm: nil)

  /// The same of both.
  public static func both(_ worst: Worst) -> MetricPenalty { MetricPenalty(missed: worst, falseAlarm: worst) }

  /// Of a missed structure alone.
  public static func missed(_ worst: Worst) -> MetricPenalty { MetricPenalty(missed: worst, falseAlarm: nil) }

  /// The penalty of a status; nil: as measured.
  func worst(_ status: OverlapStatus) -> Worst? {
    switch status {
    case .missed: missed
    case .falseAlarm: falseAlarm
    case .ok, .bothEmpty: nil
    }
  }
}
