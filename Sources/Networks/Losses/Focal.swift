import CKernels
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
  public func loss(of output: Shape) -> any Loss { Focal(self, output: output) }
}

/// The focal loss, its gradient made in the same pass. Ignored pixels count neither in the loss nor in the gradient.
private final class Focal: Loss {
  private let gamma: Float
  private let scratch: UnsafeMutableBufferPointer<Double>
  private let classWeights: ClassWeightTable

  init(_ configuration: FocalConfiguration, output: Shape) {
    gamma = Float(configuration.gamma)
    classWeights = ClassWeightTable(configuration.classWeights, classes: output.channels)
    var kernel = ck_focal()
    kernel.pixels = output.pixels
    scratch = .allocate(capacity: ck_focal_scratch(&kernel))
  }

  deinit { scratch.deallocate() }

  /// The weighted mean times the number of pixels that count.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
    let labels = target.classes
    precondition(labels.count == output.shape.pixels, "one label per pixel")
    precondition(gradient.map { $0.shape == output.shape } ?? true, "the gradient has the shape of the output")
    var kernel = ck_focal(
      pixels: labels.count, classes: Int32(output.shape.channels), gamma: gamma,
      weights: ck_pixel_weights(classes: classWeights.start, pixels: nil), workers: Int32(workers))
    precondition(ck_focal_scratch(&kernel) <= scratch.count, "the loss has scratch memory for fewer pixels")
    let sum = ck_focal_loss(&kernel, output.start, labels.baseAddress!, gradient?.start, scratch.baseAddress!)
    return LossSum(weighted: sum.loss, weight: sum.weight, count: sum.pixels)
  }
}
