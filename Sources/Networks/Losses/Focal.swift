import Configurations

/// The focal loss of each pixel, as pipeline files set it.
///
/// The loss is the mean of -(1 - p)^gamma log p over the pixels whose label is a class, as sum(w l) / sum(w) with the weights
/// of their classes (alpha in the paper, which does not divide by their sum). With gamma 0 it is the cross-entropy.
/// Source: Lin, Goyal, Girshick, He and Dollar, "Focal Loss for Dense Object Detection", ICCV 2017, equations 4 and 5, with
/// the softmax's probability of the true class.
public struct FocalConfiguration: ClassWeightedLoss {
  /// `focal`.
  public static let name = "focal"
  /// The mean of -(1 - p)^gamma log p.
  public static let meaning = "mean over the pixels of -(1 - p)^gamma log p: pixels that are nearly right count less"

  /// The exponent.
  public var gamma = 2.0
  /// The weights of the classes.
  public var classWeights = ClassWeights.equal

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<FocalConfiguration>] = [
    .number("gamma", \.gamma, .within(0...10), "how much less; 0: cross-entropy"),
    .classWeights("class_weights", \.classWeights, ClassWeights.meaning),
  ]

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss {
    PixelLoss(classWeights: classWeights, gamma: Float(gamma), output: output)
  }
}
