import Randomness
import Volumes

/// How far each spatial transform may go, and how often it is applied: the configuration of an augmentation.
///
/// Units: angles are degrees. Lengths are in the unit of the grid that is augmented, millimetres or pixels; whoever
/// reads them from a file checks that the file's unit is the grid's.
public struct AugmentationRanges: Hashable, Sendable, Codable {
  /// Rotation, translation and flips.
  public var rigid: RigidRanges
  /// Zoom, stretch and shear.
  public var stretch: StretchRanges
  /// Smooth local deformation.
  public var elastic: ElasticRanges

  /// Makes a configuration; a family that is left out does nothing.
  public init(
    rigid: RigidRanges = RigidRanges(), stretch: StretchRanges = StretchRanges(),
    elastic: ElasticRanges = ElasticRanges()
  ) {
    self.rigid = rigid
    self.stretch = stretch
    self.elastic = elastic
  }

  /// No augmentation: every draw is the identity.
  public static let none = AugmentationRanges()

  /// Small changes that leave any anatomy plausible, for data that are well aligned or plentiful.
  ///
  /// No preset flips, since a flip turns a left organ into a right one: state `flipAxes` where both look alike.
  /// The presets' lengths suit voxels of about one unit (1 mm, or one pixel).
  public static let light = AugmentationRanges(
    rigid: RigidRanges(rotationDegrees: 10, translation: 2, probability: 0.5),
    stretch: StretchRanges(zoom: 0.9...1.1, stretch: 0.95...1.05, shearDegrees: 3, probability: 0.3),
    elastic: ElasticRanges(displacement: 1.5, controlPointSpacing: 20, probability: 0.2))

  /// The recommended changes: the variation of pose, size and shape to be met between patients.
  ///
  /// Rotation and zoom lie within nnU-Net's for volumes (30 degrees, 0.7 to 1.4); the elastic field stays at under a
  /// fifth of its control points' spacing, well below folding.
  public static let standard = AugmentationRanges(
    rigid: RigidRanges(rotationDegrees: 20, translation: 4, probability: 0.8),
    stretch: StretchRanges(zoom: 0.8...1.25, stretch: 0.9...1.1, shearDegrees: 6, probability: 0.5),
    elastic: ElasticRanges(displacement: 3, controlPointSpacing: 16, probability: 0.4))

  /// Checks every parameter.
  ///
  /// Throws: `AugmentationError` for the first parameter that is not a number within its range.
  public func validate() throws(AugmentationError) {
    try rigid.validate()
    try stretch.validate()
    try elastic.validate()
  }

  /// Draws a transform.
  ///
  /// Each operation draws from a key of its own, so that switching one off changes no other.
  /// - Parameters:
  ///   - key: What the draw belongs to; its operation is replaced.
  ///   - grid: The grid to be sampled onto: its size and spacing lay out the elastic field's control points. On a plane
  ///     (a depth of 1) everything stays within the plane.
  public func draw(using key: RandomKey, for grid: Grid) -> SpatialTransform {
    SpatialTransform(
      rigid: rigid.draw(using: key, for: grid), stretch: stretch.draw(using: key, for: grid),
      elastic: elastic.draw(using: key, for: grid))
  }
}

func checkProbability(_ value: Double, _ parameter: String) throws(AugmentationError) {
  guard (0...1).contains(value) else { throw .notAProbability(parameter: parameter, value: value) }
}

func checkMagnitude(_ value: Double, atMost maximum: Double = .infinity, _ parameter: String) throws(AugmentationError)
{
  guard value.isFinite, (0...maximum).contains(value) else {
    throw .outOfRange(parameter: parameter, value: value, maximum: maximum)
  }
}

func checkPositive(_ value: Double, _ parameter: String) throws(AugmentationError) {
  guard value.isFinite, value > 0 else { throw .notPositive(parameter: parameter, value: value) }
}
