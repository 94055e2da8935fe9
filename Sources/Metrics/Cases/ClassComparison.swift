import Volumes

/// One class of one case, as metrics see it.
///
/// What several metrics need, such as the distances between the surfaces, is computed when the first one asks for it.
public final class ClassComparison {
  /// The index of the class.
  public let index: Int
  /// The class's counts, without ignored voxels.
  public let counts: ConfusionCounts
  /// The label map to be judged.
  public let prediction: LabelMap
  /// The label map held to be true; its grid gives the voxels' size.
  public let reference: LabelMap
  /// What metrics with a parameter use.
  public let settings: MetricSettings
  private let places: (prediction: LabelPlace, reference: LabelPlace)
  private let hasIgnored: Bool
  private var knownMasks: ClassMasks?
  private var knownDistances: SurfaceDistances?
  private var knownLesions: LesionMatching?
  private var knownLines: CentreLines?

  init(
    index: Int, counts: ConfusionCounts, places: (prediction: LabelPlace, reference: LabelPlace),
    hasIgnored: Bool, prediction: LabelMap, reference: LabelMap, settings: MetricSettings
  ) {
    (self.index, self.counts, self.places, self.hasIgnored) = (index, counts, places, hasIgnored)
    (self.prediction, self.reference, self.settings) = (prediction, reference, settings)
  }

  /// The volume of a voxel in cubic millimetres; nil where the grid's unit is not the millimetre.
  public var voxelVolumeMM3: Double? {
    reference.grid.unit == .millimetres ? abs(reference.grid.affine.determinant) : nil
  }

  /// The masks of the class; nil where one of them is empty.
  func masks() -> ClassMasks? { counts.status == .ok ? boxedMasks() : nil }

  /// The masks of the class in the box that holds both; nil where both are empty.
  private func boxedMasks() -> ClassMasks? {
    guard counts.status != .bothEmpty else { return nil }
    if knownMasks == nil {
      knownMasks = ClassMasks(
        of: UInt8(index), prediction: prediction, reference: reference,
        box: (
          pointwiseMin(places.prediction.lower, places.reference.lower),
          pointwiseMax(places.prediction.upper, places.reference.upper)
        ), hasIgnored: hasIgnored)
    }
    return knownMasks
  }

  /// The distances between the boundaries of the two masks, in the grid's unit; nil where one of them is empty.
  ///
  /// Throws: `MachineError.notEnoughMemory`.
  public func surfaceDistances() throws -> SurfaceDistances? {
    if knownDistances == nil { knownDistances = try masks().map { try SurfaceDistances(between: $0) } }
    return knownDistances
  }

  /// The connected components of both masks.
  public func lesions() -> LesionMatching {
    let lesions = knownLesions ?? boxedMasks().map { LesionMatching(of: $0) } ?? LesionMatching()
    knownLesions = lesions
    return lesions
  }

  /// The centre lines of both masks; nil where one of them is empty.
  func centreLines() throws -> CentreLines? {
    if knownLines == nil { knownLines = try masks().map { try CentreLines(of: $0) } }
    return knownLines
  }

  /// The centres of the two masks, in world coordinates; nil where one of them is empty.
  public var centres: (prediction: SIMD3<Double>, reference: SIMD3<Double>)? {
    guard counts.status == .ok else { return nil }
    let affine = reference.grid.affine
    return (
      affine(places.prediction.sum / Double(counts.predicted)), affine(places.reference.sum / Double(counts.reference))
    )
  }
}

/// The parameters of metrics.
public struct MetricSettings: Hashable, Sendable {
  /// How far apart surfaces may be and still count as the same, in millimetres (pixels for images without physical size).
  public var tolerance: Double

  /// The usual settings: a tolerance of 1.
  public init(tolerance: Double = 1) {
    precondition(tolerance >= 0 && tolerance.isFinite, "a tolerance is a length")
    self.tolerance = tolerance
  }
}
