/// A configuration that has a name.
public enum AugmentationPreset: String, CaseIterable, Sendable {
  /// No augmentation: every draw is the identity.
  case none
  /// Small changes that leave any anatomy plausible, for data that are well aligned or plentiful.
  case light
  /// The recommended changes: the variation of pose, size, shape and intensity to be met between patients.
  case standard
  /// The ranges and probabilities of nnU-Net v2's training.
  /// Source: Isensee et al., Nature Methods 18, 2021, and the program's version 2.8.
  case nnunet
  /// The deformations of the first U-Net: displacements of a 3 x 3 grid, normally distributed with a standard deviation
  /// of 10 pixels, and cubic interpolation. Source: Ronneberger et al., MICCAI 2015, section 3.1.
  case unet2015 = "unet-2015"

  /// The configuration.
  public var ranges: AugmentationRanges {
    switch self {
    case .none: AugmentationRanges()
    case .light: .light
    case .standard: .standard
    case .nnunet: .nnunet
    case .unet2015: .unet2015
    }
  }
}

extension AugmentationRanges {
  // No preset of our own flips, since a flip turns a left organ into a right one: state `flip` where both look alike.

  static let light: AugmentationRanges = {
    var ranges = AugmentationRanges(
      rigid: RigidRanges(
        rotationDegrees: 10, translation: .preset(millimetres: 2, share: 0.02), probability: 0.5),
      stretch: StretchRanges(zoom: 0.9...1.1, stretch: 0.95...1.05, shearDegrees: 3, probability: 0.3),
      elastic: ElasticRanges(
        displacement: .preset(millimetres: 1.5, share: 0.0125),
        controlPointSpacing: .preset(millimetres: 20, share: 0.15), probability: 0.2))
    ranges.intensity = .light
    ranges.keptForeground = 0.5
    return ranges
  }()

  /// Rotation and zoom lie within nnU-Net's for volumes (30 degrees, 0.7 to 1.4); the elastic field stays at under a
  /// fifth of its control points' spacing, well below folding.
  static let standard: AugmentationRanges = {
    var ranges = AugmentationRanges(
      rigid: RigidRanges(
        rotationDegrees: 20, translation: .preset(millimetres: 4, share: 0.04), probability: 0.8),
      stretch: StretchRanges(zoom: 0.8...1.25, stretch: 0.9...1.1, shearDegrees: 6, probability: 0.5),
      elastic: ElasticRanges(
        displacement: .preset(millimetres: 3, share: 0.025),
        controlPointSpacing: .preset(millimetres: 16, share: 0.125), probability: 0.4))
    ranges.intensity = .standard
    ranges.keptForeground = 0.5
    return ranges
  }()

  static let nnunet: AugmentationRanges = {
    var ranges = AugmentationRanges(
      rigid: RigidRanges(rotationDegrees: 30, flipAxes: GridAxis.allCases, probability: 0.2),
      stretch: StretchRanges(zoom: 1 / 1.4...1 / 0.7, probability: 0.2))
    ranges.rigid.planeRotationDegrees = 180
    ranges.rigid.longPlaneRotationDegrees = 15
    ranges.sampling.labels = .linear
    // Not applied by version 2; these are version 1's.
    ranges.elastic.field = .noise
    ranges.elastic.alpha = 0...900
    ranges.intensity = .nnunet
    return ranges
  }()

  static let unet2015: AugmentationRanges = {
    var ranges = AugmentationRanges()
    ranges.elastic.field = .coarseGrid
    ranges.elastic.probability = 1
    ranges.sampling.image = .cubic
    return ranges
  }()
}
