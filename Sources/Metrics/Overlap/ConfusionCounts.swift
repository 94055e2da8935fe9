/// The voxels of one class, found and missed: the counts from which overlaps and rates are made.
public struct ConfusionCounts: Hashable, Sendable {
  /// Voxels of the class, predicted as it.
  public var truePositives: Int
  /// Voxels of other classes, predicted as it.
  public var falsePositives: Int
  /// Voxels of the class, predicted as others.
  public var falseNegatives: Int
  /// Voxels of other classes, predicted as others.
  public var trueNegatives: Int

  /// Makes counts.
  public init(truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int) {
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
    self.trueNegatives = trueNegatives
  }

  /// The number of voxels predicted as the class.
  public var predicted: Int { truePositives + falsePositives }
  /// The number of voxels that are of the class.
  public var reference: Int { truePositives + falseNegatives }

  /// The number of voxels that are of other classes.
  public var negatives: Int { trueNegatives + falsePositives }

  /// The number of voxels that are predicted right.
  public var right: Int { truePositives + trueNegatives }
  /// The number of voxels that are predicted wrong.
  public var wrong: Int { falsePositives + falseNegatives }
  /// The number of voxels.
  public var all: Int { right + wrong }

  /// Which of the two masks is empty, if any.
  public var status: OverlapStatus {
    switch (predicted == 0, reference == 0) {
    case (true, true): .bothEmpty
    case (true, false): .missed
    case (false, true): .falseAlarm
    case (false, false): .ok
    }
  }
}

/// Whether a class can be compared: which of its two masks is empty.
public enum OverlapStatus: String, Hashable, Sendable, Codable, CaseIterable {
  /// Neither is empty; they need not overlap.
  case ok
  /// The reference contains the class, the prediction does not: Dice and IoU are 0.
  case missed
  /// The prediction contains the class, the reference does not: Dice and IoU are 0.
  case falseAlarm = "false_alarm"
  /// Neither contains the class: Dice and IoU are undefined, left out of every mean, and the case is counted.
  case bothEmpty = "both_empty"
}
