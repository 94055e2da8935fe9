import Foundation
import Randomness
import Volumes

/// The ranges of rotation, translation and flips.
public struct RigidRanges: Hashable, Sendable, Codable {
  /// The largest rotation, either way, in degrees, 0...180: about k on a plane, about each axis in a volume.
  public var rotationDegrees: Double
  /// The largest translation along each axis, either way, in the grid's unit; at least 0.
  public var translation: Double
  /// The axes along which the image may be flipped.
  public var flipAxes: [GridAxis]
  /// The probability of a flip along each of `flipAxes`, 0...1, whether or not the image is rotated and moved.
  public var flipProbability: Double
  /// The probability that the image is rotated and moved, 0...1.
  public var probability: Double

  /// Makes ranges; those left out do nothing.
  public init(
    rotationDegrees: Double = 0, translation: Double = 0, flipAxes: [GridAxis] = [], flipProbability: Double = 0.5,
    probability: Double = 0
  ) {
    self.rotationDegrees = rotationDegrees
    self.translation = translation
    self.flipAxes = flipAxes
    self.flipProbability = flipProbability
    self.probability = probability
  }

  func validate() throws(AugmentationError) {
    try checkMagnitude(rotationDegrees, atMost: 180, "rigid.rotation_degrees")
    try checkMagnitude(translation, "rigid.translation")
    try checkProbability(flipProbability, "rigid.flip_probability")
    try checkProbability(probability, "rigid.probability")
  }

  func draw(using key: RandomKey, for grid: Grid) -> RigidTransform {
    var drawn = RigidTransform()
    let isPlane = grid.size.depth == 1
    var coin = PhiloxGenerator(key.operation("rigid"))
    if coin.chance(probability) {
      var generator = PhiloxGenerator(key.operation("rotation"))
      for axis in isPlane ? [2] : [2, 1, 0] {
        drawn.rotationDegrees[axis] = generator.uniform(in: -rotationDegrees...rotationDegrees)
      }
      generator = PhiloxGenerator(key.operation("translation"))
      for axis in 0..<(isPlane ? 2 : 3) { drawn.translation[axis] = generator.uniform(in: -translation...translation) }
    }
    var flips = PhiloxGenerator(key.operation("flip"))
    drawn.flips = GridAxis.allCases.filter { axis in
      let heads = flips.chance(flipProbability)
      return heads && flipAxes.contains(axis) && !(isPlane && axis == .k)
    }
    return drawn
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
