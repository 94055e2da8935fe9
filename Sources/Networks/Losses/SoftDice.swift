import CKernels
import Configurations

/// Which pixels a Dice or an overlap is the sum of.
public enum OverlapScope: String, CaseIterable, Sendable {
  /// Those of all samples of the batch together.
  case batch
  /// Those of each sample; the loss is the mean over the samples that are not ignored as a whole.
  case sample

  /// For the documentation of the losses that have one.
  static let meaning =
    "the sums are over the pixels of the whole `batch`, or over those of each `sample`, and the losses of samples are averaged"
}

/// The soft Dice loss, as pipeline files set it.
public struct SoftDiceConfiguration: LossConfiguration {
  /// `soft_dice`.
  public static let name = "soft_dice"
  /// 1 - the mean soft Dice.
  public static let meaning = """
    1 - the mean over the foreground classes of the soft Dice (2 sum(p g) + 1) / (sum(p) + sum(g) + 1); \
    p: probability, g: 1 where the class is true, else 0
    """

  /// Which pixels the sums are over.
  public var over = OverlapScope.batch

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<SoftDiceConfiguration>] = [
    .choice("over", \.over, absent: .batch, OverlapScope.meaning)
  ]

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { OverlapLoss(OverlapLoss.Formula(over: over), output: output) }
}

/// The sum of cross-entropy and soft Dice, as pipeline files set it.
public struct CrossEntropyAndSoftDiceConfiguration: LossConfiguration {
  /// `cross_entropy_and_soft_dice`.
  public static let name = "cross_entropy_and_soft_dice"
  /// Their sum.
  public static let meaning = "the sum of these two, computed together"

  /// Which pixels the sums of the soft Dice are over.
  public var over = OverlapScope.batch

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<CrossEntropyAndSoftDiceConfiguration>] = [
    .choice("over", \.over, absent: .batch, OverlapScope.meaning)
  ]

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss {
    OverlapLoss(OverlapLoss.Formula(over: over, addsCrossEntropy: true), output: output)
  }
}
