/// An anatomical axis, named by the end at which world coordinates are positive; its raw value is its name in pipelines.
public enum BodyAxis: String, CaseIterable, Hashable, Sendable, Codable {
  /// Left to right: world axis x. Slices across it are sagittal.
  case right
  /// Posterior to anterior: world axis y. Slices across it are coronal.
  case anterior
  /// Inferior to superior: world axis z. Slices across it are axial.
  case superior

  /// The world coordinate that grows along the axis: 0 (x), 1 (y) or 2 (z).
  public var worldAxis: Int {
    switch self {
    case .right: 0
    case .anterior: 1
    case .superior: 2
    }
  }
}

extension BodyAxis {
  /// The field's word for slices across the axis: `sagittal`, `coronal` or `axial`.
  public var plane: String {
    switch self {
    case .right: "sagittal"
    case .anterior: "coronal"
    case .superior: "axial"
    }
  }

  /// The axes by the planes across them, in the order axial, coronal, sagittal.
  public static let planes: [(name: String, value: BodyAxis)] =
    [BodyAxis.superior, .anterior, .right].map { ($0.plane, $0) }
}

extension BodyAxis: CustomStringConvertible {
  /// Both ends: `left-right`, `posterior-anterior` or `inferior-superior`.
  public var description: String {
    switch self {
    case .right: "left-right"
    case .anterior: "posterior-anterior"
    case .superior: "inferior-superior"
    }
  }
}

/// A direction along an anatomical axis.
public struct BodyDirection: Hashable, Sendable {
  /// The axis.
  public var axis: BodyAxis
  /// Whether the direction is the one towards right, anterior or superior, in which world coordinates grow.
  public var isPositive: Bool

  /// Makes a direction.
  public init(_ axis: BodyAxis, isPositive: Bool) {
    self.axis = axis
    self.isPositive = isPositive
  }

  /// Reads a direction from its letter, R, L, A, P, S or I in either case; nil for any other.
  public init?(letter: Character) {
    switch letter.uppercased() {
    case "R": self.init(.right, isPositive: true)
    case "L": self.init(.right, isPositive: false)
    case "A": self.init(.anterior, isPositive: true)
    case "P": self.init(.anterior, isPositive: false)
    case "S": self.init(.superior, isPositive: true)
    case "I": self.init(.superior, isPositive: false)
    default: return nil
    }
  }

  /// The letter of the end towards which the direction points.
  public var letter: Character {
    switch axis {
    case .right: isPositive ? "R" : "L"
    case .anterior: isPositive ? "A" : "P"
    case .superior: isPositive ? "S" : "I"
    }
  }
}
