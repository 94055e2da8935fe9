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
  /// The probabilities that the prediction was chosen by; nil where they are not known.
  public let probabilities: ClassProbabilities?
  /// What metrics with a parameter use.
  public let settings: MetricSettings
  private let places: (prediction: LabelPlace, reference: LabelPlace)
  private let hasIgnored: Bool
  private var knownMasks: ClassMasks?
  private var knownDistances: SurfaceDistances?
  private var knownLesions: LesionMatching?
  private var knownLines: CentreLines?
  private var knownMembrane: MembraneScores?
  /// The scores at several thresholds, where a metric asked for them.
  private(set) var knownMembraneCurve: [MembraneThreshold] = []
  /// The tally of the probabilities, where a metric asked for it.
  private(set) var knownTally: ProbabilityTally?

  init(
    index: Int, counts: ConfusionCounts, places: (prediction: LabelPlace, reference: LabelPlace),
    hasIgnored: Bool, prediction: LabelMap, reference: LabelMap, probabilities: ClassProbabilities?,
    settings: MetricSettings
  ) {
    (self.index, self.counts, self.places, self.hasIgnored) = (index, counts, places, hasIgnored)
    (self.prediction, self.reference, self.settings) = (prediction, reference, settings)
    self.probabilities = probabilities
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

  /// The agreement of the regions that the class, a membrane, separates.
  func membraneScores() -> MembraneScores {
    let scores =
      knownMembrane
      ?? MembraneScores({ self.prediction.labels[$0] == UInt8(self.index) }, label: UInt8(index), reference: reference)
    knownMembrane = scores
    return scores
  }

  /// The same at eleven thresholds of the probability of no membrane, from 0 to 1; empty without probabilities.
  func membraneCurve() -> [MembraneThreshold] {
    if knownMembraneCurve.isEmpty, probabilities != nil {
      knownMembraneCurve = (0...10).compactMap { step in
        membraneScores(at: Double(step) / 10).map { MembraneThreshold(threshold: Double(step) / 10, scores: $0) }
      }
    }
    return knownMembraneCurve
  }

  /// The same at the threshold of the settings; nil without one or without probabilities.
  func membraneScoresAtThreshold() -> MembraneScores? {
    settings.membraneThresholds[index].flatMap { membraneScores(at: $0) }
  }

  private func membraneScores(at threshold: Double) -> MembraneScores? {
    probabilities.map { probabilities in
      MembraneScores(
        { 1 - Double(probabilities(voxel: $0, class: self.index)) <= threshold }, label: UInt8(index),
        reference: reference)
    }
  }

  /// The tally of the class's probabilities; nil where they are not known.
  func probabilityTally() -> ProbabilityTally? {
    guard let probabilities else { return nil }
    if knownTally == nil {
      let band = boxedMasks().map { BoundaryNeighbourhood(of: $0.reference, in: $0, distance: Self.calibrationBand) }
      knownTally = ProbabilityTally(probabilities, class: index, reference: reference) { band?.contains($0) ?? false }
    }
    return knownTally
  }

  /// How near to the reference's boundary calibration is also measured, in millimetres (pixels).
  private static let calibrationBand = 2.0

  /// The centres of the two masks, in world coordinates; nil where one of them is empty.
  public var centres: (prediction: SIMD3<Double>, reference: SIMD3<Double>)? {
    guard counts.status == .ok else { return nil }
    let affine = reference.grid.affine
    return (
      affine(places.prediction.sum / Double(counts.predicted)), affine(places.reference.sum / Double(counts.reference))
    )
  }
}
