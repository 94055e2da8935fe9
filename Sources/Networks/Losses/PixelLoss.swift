import CKernels
import Configurations

/// A loss that is a weighted mean over pixels: the softmax cross-entropy or the focal loss, its gradient made in the same
/// pass.
///
/// Pixels labelled `Target.ignored` count neither in the loss nor in the gradient. Where every pixel is ignored, the sum is 0
/// over 0 pixels and the gradient is zero.
final class PixelLoss: Loss {
  private let classWeights: ClassWeightTable
  private let borderWeights: BorderWeights?
  /// Of the focal loss; nil: cross-entropy.
  private let gamma: Float?
  private let scratch: UnsafeMutableBufferPointer<Double>

  /// Makes a loss for outputs of this shape.
  init(classWeights: ClassWeights, borderWeights: BorderWeights? = nil, gamma: Float? = nil, output: Shape) {
    self.classWeights = ClassWeightTable(classWeights, classes: output.channels)
    self.borderWeights = borderWeights
    self.gamma = gamma
    var kernel = ck_pixel_losses()
    kernel.pixels = output.pixels
    scratch = .allocate(capacity: ck_pixel_losses_scratch(&kernel))
  }

  deinit { scratch.deallocate() }

  /// The weighted mean times the number of pixels that count.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
    let labels = target.classes
    precondition(labels.count == output.shape.pixels, "one label per pixel")
    precondition(gradient.map { $0.shape == output.shape } ?? true, "the gradient has the shape of the output")
    var kernel = ck_pixel_losses(
      pixels: labels.count, classes: Int32(output.shape.channels),
      weights: ck_pixel_weights(classes: classWeights.start, pixels: borderWeights?(labels, workers: workers)),
      workers: Int32(workers))
    precondition(ck_pixel_losses_scratch(&kernel) <= scratch.count, "the loss has scratch memory for fewer pixels")
    let (labelStart, sums) = (labels.baseAddress!, scratch.baseAddress!)
    let sum =
      if let gamma {
        ck_focal(&kernel, gamma, output.start, labelStart, gradient?.start, sums)
      } else {
        ck_cross_entropy(&kernel, output.start, labelStart, gradient?.start, sums)
      }
    return LossSum(weighted: sum.loss, weight: sum.weight, count: sum.pixels)
  }
}

extension LossSum {
  /// The weighted mean over pixels, times their number; where each weighs 1, the sum itself.
  init(weighted sum: Double, weight: Double, count: Int) {
    let isPlain = weight == Double(count) || count == 0
    self.init(loss: isPlain ? sum : sum / weight * Double(count), count: count)
  }
}
