import Configurations

/// The Tversky loss, as pipeline files set it: the soft Dice loss with weights of false positives and false negatives.
///
/// Sources: Salehi, Erdogmus and Gholipour, "Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep
/// Networks", MLMI 2017, equation 4; Abraham and Khan, "A Novel Focal Tversky Loss Function with Improved Attention U-Net for
/// Lesion Segmentation", ISBI 2019, equation 4, for `gamma`. There alpha is of the false negatives.
public struct TverskyConfiguration: LossConfiguration {
  /// `tversky`.
  public static let name = "tversky"
  /// 1 - the mean Tversky index.
  public static let meaning = """
    the mean over the foreground classes of (1 - T)^(1/gamma), \
    T = (sum(p g) + 0.5) / (sum(p g) + alpha sum(p (1 - g)) + beta sum((1 - p) g) + 0.5); alpha = beta = 0.5: `soft_dice`
    """

  /// alpha.
  public var falsePositiveWeight = 0.3
  /// beta.
  public var falseNegativeWeight = 0.7
  /// The root of 1 - T that is taken; where 1 - T is below 1e-6, its slope is that at 1e-6.
  public var gamma = 1.0
  /// Which pixels the sums are over.
  public var over = OverlapScope.batch

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<TverskyConfiguration>] = [
    .number("alpha", \.falsePositiveWeight, .within(0...10), "weight of false positives"),
    .number("beta", \.falseNegativeWeight, .within(0...10), "weight of false negatives"),
    .number(
      "gamma", \.gamma, .within(1...3), "above 1 (4/3 in the paper): focal Tversky, classes that are poor count more"),
    .choice("over", \.over, OverlapScope.meaning),
  ]

  /// Makes the configuration.
  public init() {}

  /// Both weights nearly 0: then the overlap is 1 whatever is predicted.
  public var contradictions: [ConfigurationProblem] {
    guard falsePositiveWeight + falseNegativeWeight < 0.001 else { return [] }
    return [
      ConfigurationProblem(
        key: "alpha", expected: "alpha + beta of at least 0.001",
        found: "\(falsePositiveWeight) + \(falseNegativeWeight)", comparedWith: ["beta"])
    ]
  }

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss {
    OverlapLoss(
      OverlapLoss.Formula(
        over: over, falsePositiveWeight: falsePositiveWeight, falseNegativeWeight: falseNegativeWeight,
        exponent: 1 / gamma), output: output)
  }
}
