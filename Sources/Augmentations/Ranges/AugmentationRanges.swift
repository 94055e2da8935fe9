import Randomness
import Volumes

/// How far each transform may go, how often it is applied, and how voxels are interpolated: the configuration of an
/// augmentation.
public struct AugmentationRanges: Hashable, Sendable, Codable {
  /// Rotation, translation and flips.
  public var rigid = RigidRanges()
  /// Zoom, stretch and shear.
  public var stretch = StretchRanges()
  /// Zoom about a point.
  public var localZoom = LocalZoomRanges()
  /// Smooth local deformation.
  public var elastic = ElasticRanges()
  /// Changes of intensities, in the order in which they are applied.
  public var intensity = IntensityPlan()
  /// How images and labels are sampled.
  public var sampling = SamplingChoices()
  /// A volume whose longest side has more than so many times the voxels that it has along its axis of the widest spacing
  /// is transformed as a stack of planes: nothing moves across them.
  public var planarRatio = 3.0 {
    didSet { intensity[LowResolutionRanges.self].planarRatio = planarRatio }
  }
  /// The share of a window's foreground that no spatial transform may move out of it, 0...1.
  public var keptForeground = 0.0

  private enum CodingKeys: String, CodingKey {
    case rigid, stretch, elastic, intensity, sampling
    case localZoom = "local_zoom"
    case planarRatio = "planar_ratio"
    case keptForeground = "kept_foreground"
  }

  /// Makes a configuration that does nothing.
  public init() {}

  /// Makes a configuration of spatial transforms; a family that is left out does nothing.
  public init(
    rigid: RigidRanges = RigidRanges(), stretch: StretchRanges = StretchRanges(),
    localZoom: LocalZoomRanges = LocalZoomRanges(), elastic: ElasticRanges = ElasticRanges()
  ) {
    (self.rigid, self.stretch, self.localZoom, self.elastic) = (rigid, stretch, localZoom, elastic)
  }

  /// Checks every parameter.
  ///
  /// Throws: `AugmentationError` for the first parameter that is not within its limits.
  public func validate() throws(AugmentationError) {
    try rigid.validate()
    try stretch.validate()
    try localZoom.validate()
    try elastic.validate()
    try intensity.validate()
    try Self.check("planar_ratio", planarRatio, within: 1...Double.greatestFiniteMagnitude)
    try Self.check("kept_foreground", keptForeground, within: 0...1)
  }

  private static func check(
    _ name: String, _ value: Double, within limits: ClosedRange<Double>
  ) throws(AugmentationError) {
    guard limits.contains(value) else { throw .outOfRange(parameter: name, value: value, limits: limits) }
  }

  /// The first parameter that is a length in millimetres, such as `elastic.displacement_mm`; nil where none is.
  ///
  /// A preset's lengths do not count: they have a meaning on images without a physical size too.
  public var firstInMillimetres: String? {
    func first<Ranges: TransformRanges>(_ ranges: Ranges) -> String? {
      Ranges.parameters.first { $0.isInMillimetres(ranges) }.map { "\(Ranges.name).\($0.name)_mm" }
    }
    return first(rigid) ?? first(stretch) ?? first(localZoom) ?? first(elastic)
      ?? intensity.ranges.lazy.compactMap { first($0) }.first
  }

  /// Draws an augmentation.
  ///
  /// Each operation draws from a key of its own, so that switching one off changes no other.
  /// - Parameters:
  ///   - key: What the draw belongs to; its operation is replaced.
  ///   - window: The grid to be sampled onto: its size and spacing lay out the elastic field's control points. On a plane
  ///     (a depth of 1) everything stays within the plane.
  ///   - channels: The number of the image's channels, some of which changes of intensities may concern.
  ///   - strength: Instead of drawing, how strong each is: 0...1; see `RandomDraw`.
  public func draw(
    using key: RandomKey, for window: Grid, channels: Int = 1, strength: Double? = nil
  ) -> Augmentation {
    Augmentation(
      spatial: drawSpatial(using: key, for: window, strength: strength),
      intensity: intensity.draw(using: key, for: window, channels: channels, strength: strength))
  }

  /// Draws the spatial transform alone.
  public func drawSpatial(using key: RandomKey, for window: Grid, strength: Double? = nil) -> SpatialTransform {
    let active = ActiveAxes(of: window, planarRatio: planarRatio)
    let drawn = SpatialTransform(
      rigid: rigid.draw(using: key, strength: strength, for: window, along: active),
      stretch: stretch.draw(using: key, strength: strength, along: active),
      elastic: elastic.draw(using: key, strength: strength, for: window, along: active),
      localZoom: localZoom.draw(using: key, strength: strength, for: window, along: active))
    return drawn.restrained(
      minimalJacobian: elastic.minimalJacobian,
      maximalDisplacement: elastic.maximalDisplacement.map { $0.onAxes(of: window).min() }, on: window)
  }
}

/// How voxels between voxels are made.
public struct SamplingChoices: Hashable, Sendable, Codable {
  /// Images: linear or cubic.
  public var image: Interpolation
  /// Labels: nearest, or the class with the largest linearly interpolated share.
  public var labels: LabelInterpolation

  /// Makes a choice.
  public init(image: Interpolation = .linear, labels: LabelInterpolation = .nearest) {
    (self.image, self.labels) = (image, labels)
  }
}
