import Foundation
import Randomness
import Volumes

/// The ranges of a zoom about a point that leaves what is far from it alone.
public struct LocalZoomRanges: TransformRanges {
  /// The key in pipeline files.
  public static let name = "local_zoom"
  /// What the configuration consists of.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("factor", .interval(\.factor, within: 0.2...5)),
    RangeParameter("radius", .positiveLength(\.radius)),
  ]

  /// The probability that a part is zoomed, 0...1.
  public var probability = 0.0
  /// The factors of the zoom at the point; above 1 what lies there grows. Drawn evenly in the logarithm.
  public var factor: ClosedRange<Double> = 1...1
  /// How far the zoom reaches.
  public var radius = Length.preset(millimetres: 20, share: 0.2)

  /// Makes ranges that do nothing.
  public init() {}

  /// Makes ranges.
  public init(factor: ClosedRange<Double>, radius: Length, probability: Double) {
    (self.factor, self.radius, self.probability) = (factor, radius, probability)
  }

  func draw(using key: RandomKey, strength: Double?, for grid: Grid, along active: ActiveAxes) -> LocalZoom? {
    var draw = RandomDraw(key.operation(Self.name), strength: strength)
    guard draw.happens(probability) else { return nil }
    let factor = draw.logarithmicFactor(in: factor)
    guard factor != 1 else { return nil }
    var (centre, reach) = (SIMD3<Double>.zero, SIMD3(repeating: Double.infinity))
    for axis in active.axes {
      let half = Double(grid.size[axis] - 1) * grid.spacing[axis] / 2
      // Shown at a strength, it is in the middle.
      centre[axis] = strength == nil ? (2 * draw.position() - 1) * half : 0
      reach[axis] = radius.along(axis, of: grid)
    }
    return LocalZoom(factor: factor, centre: centre, radius: reach)
  }
}

/// A zoom about a point that fades out with the distance from it.
///
/// At a share s of the radius, the sampled point lies 1 + (1/factor - 1)(1 - s^2)^3 times as far from the centre.
public struct LocalZoom: Hashable, Sendable, Codable {
  /// The factor at the centre; above 1 what lies there grows. Above 0.
  public var factor: Double
  /// The centre along i, j and k, in the grid's unit from the window's centre.
  public var centre: SIMD3<Double>
  /// Where it ends along i, j and k, in the grid's unit; infinite along an axis along which it does not act.
  public var radius: SIMD3<Double>

  /// Makes a zoom.
  public init(factor: Double, centre: SIMD3<Double>, radius: SIMD3<Double>) {
    (self.factor, self.centre, self.radius) = (factor, centre, radius)
  }

  /// The displacement of where a point looks, in the grid's unit.
  func displacement(at position: SIMD3<Double>) -> SIMD3<Double> {
    let away = position - centre
    let share = away / radius
    let rest = 1 - (share * share).sum()
    guard rest > 0 else { return .zero }
    var displacement = away * ((1 / factor - 1) * rest * rest * rest)
    for axis in 0..<3 where radius[axis] == .infinity { displacement[axis] = 0 }
    return displacement
  }

  /// The zoom whose displacements are so many times these.
  func scaled(by share: Double) -> LocalZoom {
    LocalZoom(factor: 1 / (1 + (1 / factor - 1) * share), centre: centre, radius: radius)
  }

  /// The distance between control points that a spline needs to follow it.
  var controlPointSpacing: SIMD3<Double> { radius / 4 }

  private enum CodingKeys: String, CodingKey { case factor, centre, radius }

  /// Reads a zoom; a radius of null is infinite.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    factor = try container.decode(Double.self, forKey: .factor)
    centre = try container.decode(SIMD3<Double>.self, forKey: .centre)
    let radii = try container.decode([Double?].self, forKey: .radius)
    guard radii.count == 3 else {
      throw DecodingError.dataCorruptedError(forKey: .radius, in: container, debugDescription: "expected 3 radii")
    }
    radius = SIMD3(radii[0] ?? .infinity, radii[1] ?? .infinity, radii[2] ?? .infinity)
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(factor, forKey: .factor)
    try container.encode(centre, forKey: .centre)
    try container.encode((0..<3).map { radius[$0].isFinite ? radius[$0] : nil }, forKey: .radius)
  }
}
