import Volumes

/// The probabilities of one class and how often each came true: curves and calibration follow from it.
///
/// Probabilities are counted to the nearest thousandth, so that tallies of many cases can be added.
public struct ProbabilityTally: Sendable, Equatable {
  /// The number of steps of a probability.
  static let steps = 1000
  /// The number of bins of a reliability diagram.
  public static let binCount = 15

  /// The voxels whose probability is about a value, and how many of them are of the class.
  public struct Bin: Sendable, Equatable {
    /// The number of voxels.
    public var count = 0
    /// The number of those of the class.
    public var positives = 0
    /// The sum of their probabilities.
    public var sum = 0.0

    /// The mean probability; nil for an empty bin.
    public var confidence: Double? { count > 0 ? sum / Double(count) : nil }
    /// The share of voxels of the class; nil for an empty bin.
    public var frequency: Double? { count > 0 ? Double(positives) / Double(count) : nil }
  }

  /// The numbers of voxels of the class and of others, by thousandths of the probability from 0 to 1000.
  private(set) var positives = [Int](repeating: 0, count: steps + 1)
  private(set) var negatives = [Int](repeating: 0, count: steps + 1)
  /// Bins of equal width over all voxels.
  public private(set) var bins = [Bin](repeating: Bin(), count: binCount)
  /// The same over the voxels near the reference's boundary.
  public private(set) var bandBins = [Bin](repeating: Bin(), count: binCount)
  /// The sum of the squared differences between the probability and the truth (0 or 1).
  private var squares = 0.0

  /// Counts nothing.
  public init() {}

  /// Counts the voxels of a case.
  ///
  /// - Parameters:
  ///   - index: The class.
  ///   - reference: The label map held to be true; its ignored voxels are left out.
  ///   - isInBand: For each voxel whether it is near the boundary of the reference's class.
  init(_ probabilities: ClassProbabilities, class index: Int, reference: LabelMap, isInBand: (Int) -> Bool) {
    for voxel in reference.labels.indices where reference.labels[voxel] != LabelMap.ignored {
      let probability = Double(probabilities(voxel: voxel, class: index))
      let isPositive = reference.labels[voxel] == UInt8(index)
      let step = min(max(Int((probability * Double(Self.steps)).rounded()), 0), Self.steps)
      if isPositive { positives[step] += 1 } else { negatives[step] += 1 }
      let difference = probability - (isPositive ? 1 : 0)
      squares += difference * difference
      let bin = min(max(Int(probability * Double(Self.binCount)), 0), Self.binCount - 1)
      bins[bin].add(probability, isPositive)
      if isInBand(voxel) { bandBins[bin].add(probability, isPositive) }
    }
  }

  /// The tallies of two cases together.
  public static func + (first: ProbabilityTally, second: ProbabilityTally) -> ProbabilityTally {
    var sum = first
    for step in 0...steps {
      sum.positives[step] += second.positives[step]
      sum.negatives[step] += second.negatives[step]
    }
    for bin in 0..<binCount {
      sum.bins[bin].add(second.bins[bin])
      sum.bandBins[bin].add(second.bandBins[bin])
    }
    sum.squares += second.squares
    return sum
  }

  /// The number of voxels of the class, and of others.
  var totals: (positives: Int, negatives: Int) { (positives.reduce(0, +), negatives.reduce(0, +)) }
}

extension ProbabilityTally.Bin {
  fileprivate mutating func add(_ probability: Double, _ isPositive: Bool) {
    count += 1
    sum += probability
    if isPositive { positives += 1 }
  }

  fileprivate mutating func add(_ other: Self) {
    count += other.count
    positives += other.positives
    sum += other.sum
  }
}

extension ProbabilityTally {
  /// A point of the ROC and precision-recall curves: what a threshold finds.
  public struct Point: Sendable {
    /// Voxels of at least this probability count as found.
    public let threshold: Double
    /// The share of the class's voxels that are found.
    public let recall: Double
    /// The share of other voxels that are found.
    public let falsePositiveRate: Double
    /// The share of found voxels that are of the class; nil where none is found.
    public let precision: Double?
  }

  /// The curve from the largest threshold on; empty where there is no voxel of the class or no other.
  public var curve: [Point] {
    let totals = totals
    guard totals.positives > 0, totals.negatives > 0 else { return [] }
    var (found, wrong) = (0, 0)
    return (0...Self.steps).reversed().map { step in
      found += positives[step]
      wrong += negatives[step]
      return Point(
        threshold: Double(step) / Double(Self.steps), recall: Double(found) / Double(totals.positives),
        falsePositiveRate: Double(wrong) / Double(totals.negatives),
        precision: found + wrong > 0 ? Double(found) / Double(found + wrong) : nil)
    }
  }

  /// The area under the ROC curve: how often a voxel of the class is more probable than another one, ties counting half.
  /// Not a number where there is no voxel of the class or no other. Source: Hanley and McNeil, Radiology 143(1), 1982.
  public var areaUnderROC: Double {
    let totals = totals
    var (below, sum) = (0.0, 0.0)
    for step in 0...Self.steps {
      sum += Double(positives[step]) * (below + Double(negatives[step]) / 2)
      below += Double(negatives[step])
    }
    return sum / (Double(totals.positives) * Double(totals.negatives))
  }

  /// Average precision: the mean of the precisions at the thresholds, weighted by the recall that each adds. Not a number
  /// where there is no voxel of the class.
  public var averagePrecision: Double {
    let totals = totals
    var (found, all, sum) = (0, 0, 0.0)
    for step in (0...Self.steps).reversed() where positives[step] + negatives[step] > 0 {
      found += positives[step]
      all += positives[step] + negatives[step]
      sum += Double(positives[step]) * Double(found) / Double(all)
    }
    return sum / Double(totals.positives)
  }

  /// The expected calibration error: the mean distance of confidence and frequency over the bins, weighted by their voxels.
  /// Not a number without voxels. Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, for one class
  /// against the others.
  public static func calibrationError(_ bins: [Bin]) -> Double {
    let count = bins.reduce(0) { $0 + $1.count }
    let sum = bins.reduce(0.0) { sum, bin in
      guard let confidence = bin.confidence, let frequency = bin.frequency else { return sum }
      return sum + Double(bin.count) * abs(confidence - frequency)
    }
    return sum / Double(count)
  }

  /// Brier's score: the mean squared difference of probability and truth, in 0...1. Not a number without voxels.
  /// Source: Brier, "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather Review 78(1), 1950.
  public var brier: Double { squares / Double(totals.positives + totals.negatives) }
}
