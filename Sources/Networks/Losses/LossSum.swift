/// A loss as a sum over what it counts, pixels or samples, so that batches add up to an epoch exactly.
public struct LossSum: Sendable, Equatable, Codable {
  /// The sum of the losses.
  public var loss: Double
  /// The number of pixels or samples that count; those whose target is ignored do not.
  public var count: Int

  /// Makes a sum; that of nothing is 0 over 0.
  public init(loss: Double = 0, count: Int = 0) {
    self.loss = loss
    self.count = count
  }

  enum CodingKeys: String, CodingKey {
    case loss
    // As the checkpoints of version 0.1 call it.
    case count = "pixels"
  }

  /// The mean; nil where nothing counts.
  public var mean: Double? { count > 0 ? loss / Double(count) : nil }

  /// Adds another sum.
  public static func += (sum: inout LossSum, other: LossSum) {
    sum.loss += other.loss
    sum.count += other.count
  }
}
