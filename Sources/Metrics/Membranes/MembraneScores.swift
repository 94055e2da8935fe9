import Volumes

/// How well the regions between membranes were found: means over the planes of a case.
///
/// The class is the membrane. Regions are found plane by plane along k, with 4 neighbours.
public struct MembraneScores: Sendable, Equatable {
  /// V^Rand with the predicted membrane thinned; not a number where no plane of the reference has a region.
  public let rand: Double
  /// V^Info with the predicted membrane thinned; not a number where no plane of the reference has a region.
  public let information: Double
  /// One minus the Rand F-score without thinning: the Rand error of the challenge of 2012.
  public let randError: Double

  /// - Parameters:
  ///   - isMembrane: For each voxel whether it is predicted as membrane. Shape: (depth, height, width).
  ///   - label: The index of the class that is the membrane.
  ///   - reference: The label map held to be true; its ignored voxels are membrane in both.
  init(_ isMembrane: (Int) -> Bool, label: UInt8, reference: LabelMap) {
    let size = reference.grid.size
    let plane = size.width * size.height
    var (thinned, plain) = ([RegionAgreement](), [RegionAgreement]())
    for k in 0..<size.depth {
      let range = k * plane..<(k + 1) * plane
      let real = range.map { reference.labels[$0] == label || reference.labels[$0] == LabelMap.ignored }
      guard real.contains(false) else { continue }
      let truth = PlaneRegions(real, width: size.width)
      var found = PlaneRegions(
        range.map { isMembrane($0) || reference.labels[$0] == LabelMap.ignored }, width: size.width)
      plain.append(RegionAgreement(prediction: found, reference: truth))
      found.thinMembrane()
      thinned.append(RegionAgreement(prediction: found, reference: truth))
    }
    func mean(_ scores: [RegionAgreement], _ value: KeyPath<RegionAgreement, Double>) -> Double {
      scores.reduce(0) { $0 + $1[keyPath: value] } / Double(scores.count)
    }
    rand = mean(thinned, \.rand)
    information = mean(thinned, \.information)
    randError = 1 - mean(plain, \.rand)
  }
}

/// The scores at a threshold of the probability of no membrane.
public struct MembraneThreshold: Sendable {
  /// The threshold, in 0...1: voxels above it are no membrane.
  public let threshold: Double
  /// The scores.
  public let scores: MembraneScores
}
