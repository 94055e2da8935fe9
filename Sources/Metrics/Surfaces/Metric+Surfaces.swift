extension Metric {
  /// The Hausdorff distance: the largest distance from a boundary voxel to the other boundary.
  /// Source: Huttenlocher et al., "Comparing Images Using the Hausdorff Distance", IEEE TPAMI 15(9), 1993.
  public static let hausdorff = distance("HD") { $0.maximum }

  /// The larger of the two directed 95th percentiles of the distances between the boundaries.
  /// Source: Maier-Hein et al., "Metrics Reloaded", Nature Methods 21, 2024, supplement.
  public static let hausdorff95 = distance("HD95") { $0.percentile(95) }

  /// The average symmetric surface distance: the mean over the boundary voxels of both masks together.
  /// Source: Heimann et al., "Comparison and Evaluation of Methods for Liver Segmentation", IEEE TMI 28(8), 2009.
  public static let averageSurfaceDistance = distance("ASSD") { $0.pooledMean }

  /// The mean average surface distance: the mean of the two directed means.
  /// Source: Maier-Hein et al., "Metrics Reloaded", Nature Methods 21, 2024, supplement.
  public static let meanSurfaceDistance = distance("MASD") { $0.meanOfMeans }

  /// The share of both surfaces that is within the tolerance of the other: normalised surface Dice, in 0...1.
  ///
  /// Undefined where a mask is empty, and on sheared grids.
  public static let surfaceDice = Metric(name: "NSD", preference: .higher, penalty: .both(.value(0))) { comparison in
    guard let masks = comparison.masks() else { return .undefined }
    guard !masks.frame.isSheared else { return .unavailable(.shearedGrid) }
    return MetricValue(SurfaceOverlap(of: masks, tolerance: comparison.settings.tolerance).share)
  }

  /// The intersection over union of the two masks' voxels within the tolerance of their own boundaries, in 0...1.
  /// Source: Cheng et al., "Boundary IoU", CVPR 2021.
  public static let boundaryIoU = Metric(
    name: "BoundaryIoU", preference: .higher, penalty: .both(.value(0))
  ) { comparison in
    guard let masks = comparison.masks() else { return .undefined }
    let counts = BoundaryBands(of: masks, width: comparison.settings.tolerance).counts
    return .ratio(counts.both, counts.either)
  }

  /// The distance between the centres of mass of the two masks.
  public static let centreDistance = Metric(
    name: "centre_distance", hasLength: true, preference: .lower, penalty: .both(.diagonal)
  ) { comparison in
    guard let (prediction, reference) = comparison.centres else { return .undefined }
    let step = prediction - reference
    return MetricValue((step * step).sum().squareRoot())
  }

  private static func distance(
    _ name: String, _ value: @escaping @Sendable (SurfaceDistances) -> Double
  ) -> Metric {
    Metric(name: name, hasLength: true, preference: .lower, penalty: .both(.diagonal)) { comparison in
      try comparison.surfaceDistances().map { MetricValue(value($0)) } ?? .undefined
    }
  }
}
