import CKernels
import Configurations

/// The softmax cross-entropy of each pixel, as pipeline files set it.
public struct CrossEntropyConfiguration: LossConfiguration {
  /// `cross_entropy`.
  public static let name = "cross_entropy"
  /// The mean of -log p.
  public static let meaning = "mean over the pixels of -log p, where p is the probability (softmax) of the true class"
  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<CrossEntropyConfiguration>] = []

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { CrossEntropy(pixels: output.pixels) }
}

/// Per-pixel softmax cross-entropy, its gradient made in the same pass.
///
/// The loss is the mean over the pixels whose label is a class; pixels labelled `Target.ignored` count neither in the loss nor
/// in the gradient. Where every pixel is ignored, the sum is 0 over 0 pixels and the gradient is zero.
/// Source: Ronneberger, Fischer and Brox, "U-Net", MICCAI 2015, equation 1, with all weights 1.
private final class CrossEntropy: Loss {
  private let scratch: UnsafeMutableBufferPointer<Double>

  /// Makes a loss for up to the given number of pixels.
  init(pixels: Int) {
    scratch = .allocate(capacity: ck_cross_entropy_scratch(pixels))
  }

  deinit { scratch.deallocate() }

  /// The loss of logits [n, classes, d, h, w] against class indices; writes the gradient of the mean, if wanted.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
    let labels = target.classes
    precondition(labels.count == output.shape.pixels, "one label per pixel")
    precondition(
      ck_cross_entropy_scratch(labels.count) <= scratch.count, "the loss has scratch memory for fewer pixels")
    precondition(gradient.map { $0.shape == output.shape } ?? true, "the gradient has the shape of the output")
    let sum = ck_cross_entropy(
      output.start, labels.baseAddress!, output.shape.pixels, Int32(output.shape.channels), gradient?.start,
      scratch.baseAddress!, Int32(workers))
    return LossSum(loss: sum.loss, count: sum.pixels)
  }
}
