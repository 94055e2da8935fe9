import Foundation
import Randomness
import Volumes

/// The ranges of rotation, translation and flips.
public struct RigidRanges: TransformRanges {
  /// The key in pipeline files.
  public static let name = "rigid"
  /// What the configuration consists of.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("rotation_degrees", .perAxis(\.rotationDegrees, within: 0...180)),
    RangeParameter("plane_rotation_degrees", .optionalNumber(\.planeRotationDegrees, within: 0...180)),
    RangeParameter("long_plane_rotation_degrees", .optionalNumber(\.longPlaneRotationDegrees, within: 0...180)),
    RangeParameter("translation", .length(\.translation)),
    RangeParameter("flip", .axes(\.flipAxes)),
    RangeParameter("flip_probability", .number(\.flipProbability, within: 0...1)),
  ]

  /// The probability that the image is rotated and moved, 0...1.
  public var probability = 0.0
  /// The largest rotation about i, j and k, either way, in degrees, 0...180. A plane turns about the axis across it.
  public var rotationDegrees = SIMD3<Double>.zero
  /// The largest rotation of planes and of stacks of planes, where it is another.
  public var planeRotationDegrees: Double?
  /// The same for planes more than 1.5 times as long as wide.
  public var longPlaneRotationDegrees: Double?
  /// The largest translation along each axis, either way.
  public var translation = Length.zero
  /// The axes along which the image may be flipped.
  public var flipAxes: [GridAxis] = []
  /// The probability of a flip along each of `flipAxes`, 0...1, whether or not the image is rotated and moved.
  public var flipProbability = 0.5

  /// Makes ranges that do nothing.
  public init() {}

  /// Makes ranges of one angle about all axes; those left out do nothing.
  public init(
    rotationDegrees: Double, translation: Length = .zero, flipAxes: [GridAxis] = [], flipProbability: Double = 0.5,
    probability: Double = 0
  ) {
    self.rotationDegrees = SIMD3(repeating: rotationDegrees)
    self.translation = translation
    self.flipAxes = flipAxes
    self.flipProbability = flipProbability
    self.probability = probability
  }

  func draw(using key: RandomKey, strength: Double?, for grid: Grid, along active: ActiveAxes) -> RigidTransform {
    var drawn = RigidTransform()
    var coin = RandomDraw(key.operation("rigid"), strength: strength)
    if coin.happens(probability) {
      var draw = RandomDraw(key.operation("rotation"), strength: strength)
      for axis in active.normal.map({ [$0] }) ?? [2, 1, 0] {
        drawn.rotationDegrees[axis] = draw.magnitude(limit(about: axis, of: grid, active))
      }
      draw = RandomDraw(key.operation("translation"), strength: strength)
      for axis in active.axes { drawn.translation[axis] = draw.magnitude(translation.along(axis, of: grid)) }
    }
    var flips = RandomDraw(key.operation("flip"), strength: strength)
    drawn.flips = GridAxis.allCases.filter { axis in
      let isFlipped = flips.happens(flipProbability)
      return isFlipped && flipAxes.contains(axis) && grid.counts[axis.index] > 1
    }
    return drawn
  }

  private func limit(about axis: Int, of grid: Grid, _ active: ActiveAxes) -> Double {
    guard active.isPlanar else { return rotationDegrees[axis] }
    let usual = planeRotationDegrees ?? rotationDegrees[axis]
    return active.elongation(of: grid) > 1.5 ? longPlaneRotationDegrees ?? usual : usual
  }
}

/// A rotation, a translation and flips, about the centre of the window that is sampled.
public struct RigidTransform: Hashable, Sendable, Codable {
  /// The angles in degrees about i (from j towards k), j (from k towards i) and k (from i towards j), in that order.
  public var rotationDegrees: SIMD3<Double>
  /// How far the image's content moves along i, j and k, in the grid's unit.
  public var translation: SIMD3<Double>
  /// The axes along which the image is flipped, before it is rotated.
  public var flips: [GridAxis]

  /// Makes a transform; without arguments, the identity.
  public init(rotationDegrees: SIMD3<Double> = .zero, translation: SIMD3<Double> = .zero, flips: [GridAxis] = []) {
    self.rotationDegrees = rotationDegrees
    self.translation = translation
    self.flips = flips
  }

  /// Where the content goes, from the window's centre, in the grid's unit along its axes.
  var affine: Affine {
    let about = (Self.turn(rotationDegrees.x), Self.turn(rotationDegrees.y), Self.turn(rotationDegrees.z))
    let aboutI = Affine(i: [1, 0, 0], j: [0, about.0.cosine, about.0.sine], k: [0, -about.0.sine, about.0.cosine])
    let aboutJ = Affine(i: [about.1.cosine, 0, -about.1.sine], j: [0, 1, 0], k: [about.1.sine, 0, about.1.cosine])
    let aboutK = Affine(
      i: [about.2.cosine, about.2.sine, 0], j: [-about.2.sine, about.2.cosine, 0], k: [0, 0, 1],
      translation: translation)
    let sign = { (axis: GridAxis) in flips.contains(axis) ? -1.0 : 1.0 }
    let flip = Affine(scale: SIMD3(sign(.i), sign(.j), sign(.k)))
    return aboutK.after(aboutJ).after(aboutI).after(flip)
  }

  /// The sine and cosine of an angle, exact at multiples of 90 degrees.
  private static func turn(_ degrees: Double) -> (sine: Double, cosine: Double) {
    let quarter = (degrees.remainder(dividingBy: 360) / 90).rounded()
    let rest = (degrees.remainder(dividingBy: 360) - 90 * quarter) * .pi / 180
    switch Int(quarter) {
    case 0: return (sin(rest), cos(rest))
    case 1: return (cos(rest), -sin(rest))
    case -1: return (-cos(rest), sin(rest))
    default: return (-sin(rest), -cos(rest))
    }
  }
}
