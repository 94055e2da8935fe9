/// The parameters of metrics.
public struct MetricSettings: Hashable, Sendable {
  /// How far apart surfaces may be and still count as the same, in millimetres (pixels for images without physical size).
  public var tolerance: Double
  /// The threshold of the probability of no membrane, by the index of the class that is the membrane.
  public var membraneThresholds: [Int: Double]

  /// The usual settings: a tolerance of 1, no threshold.
  public init(tolerance: Double = 1, membraneThresholds: [Int: Double] = [:]) {
    precondition(tolerance >= 0 && tolerance.isFinite, "a tolerance is a length")
    (self.tolerance, self.membraneThresholds) = (tolerance, membraneThresholds)
  }
}
