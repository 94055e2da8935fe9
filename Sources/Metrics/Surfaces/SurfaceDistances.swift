/// The distances between the boundaries of two masks, from which all distance metrics follow.
///
/// A boundary voxel is one that an erosion with the 6-neighbourhood (in a plane the 4-neighbourhood) removes; beyond the
/// image is outside. Distances are between the centres of voxels, in the grid's unit, exact on anisotropic, oblique and
/// sheared grids.
public struct SurfaceDistances: Sendable {
  /// From each boundary voxel of the reference to the nearest one of the prediction.
  public let toPrediction: [Double]
  /// From each boundary voxel of the prediction to the nearest one of the reference.
  public let toReference: [Double]

  init(between masks: ClassMasks) throws {
    let (prediction, reference) = (masks.boundary(of: masks.prediction), masks.boundary(of: masks.reference))
    toPrediction = try masks.frame.distances(from: reference, to: prediction)
    toReference = try masks.frame.distances(from: prediction, to: reference)
  }

  /// The larger of the two directed maxima: the Hausdorff distance. Infinite where a boundary is empty.
  public var maximum: Double { max(toPrediction.max() ?? .infinity, toReference.max() ?? .infinity) }

  /// The larger of the two directed percentiles; linear interpolation between ranks. Infinite where a boundary is empty.
  ///
  /// - Parameter percent: In 0...100.
  public func percentile(_ percent: Double) -> Double {
    max(Quantile.percentile(percent, of: toPrediction), Quantile.percentile(percent, of: toReference))
  }

  /// The mean of all distances of both directions together (ASSD). Not a number where both boundaries are empty.
  public var pooledMean: Double {
    (toPrediction.reduce(0, +) + toReference.reduce(0, +)) / Double(toPrediction.count + toReference.count)
  }

  /// The mean of the two directed means (MASD). Not a number where a boundary is empty.
  public var meanOfMeans: Double {
    (toPrediction.reduce(0, +) / Double(toPrediction.count) + toReference.reduce(0, +) / Double(toReference.count)) / 2
  }
}
