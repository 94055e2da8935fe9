import CKernels

/// A loss of the overlap of prediction and truth: soft Dice or Tversky, alone or with the mean cross-entropy added.
///
/// 1 - the mean over the foreground classes of T = (2 O + s) / (2 O + 2 alpha FP + 2 beta FN + s), where O = sum(p g),
/// FP = sum(p (1 - g)) and FN = sum((1 - p) g), p are the probabilities of the class, g is 1 where it is the truth, the sums
/// run over the pixels of the batch or of a sample whose label is a class, and s is `smoothing`. With alpha = beta = 0.5, T is
/// the soft Dice (2 O + s) / (sum(p) + sum(g) + s). A class that is neither there nor predicted costs nothing.
/// Sources: Milletari, Navab and Ahmadi, "V-Net", 3DV 2016, with sums in place of squares in the denominator, and the
/// smoothing of Drozdzal et al., "The Importance of Skip Connections in Biomedical Image Segmentation", 2016; Salehi,
/// Erdogmus and Gholipour, "Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep Networks", MLMI
/// 2017, equation 4.
final class OverlapLoss: Loss {
  /// s, in pixels.
  static let smoothing: Float = 1

  /// What the loss is.
  struct Formula {
    /// Which pixels the sums are over.
    var over: OverlapScope
    /// alpha, of the false positives.
    var falsePositiveWeight = 0.5
    /// beta, of the false negatives.
    var falseNegativeWeight = 0.5
    /// The exponent of 1 - T.
    var exponent = 1.0
    /// Whether the mean cross-entropy is added.
    var addsCrossEntropy = false

    fileprivate func kernel(_ output: Shape, workers: Int) -> ck_soft_dice {
      ck_soft_dice(
        pixels: output.pixels, classes: Int32(output.channels), groups: over == .batch ? 1 : Int32(output.batch),
        false_positive_weight: Float(falsePositiveWeight), false_negative_weight: Float(falseNegativeWeight),
        smoothing: OverlapLoss.smoothing, exponent: Float(exponent), cross_entropy_weight: addsCrossEntropy ? 1 : 0,
        workers: Int32(workers))
    }
  }

  private let formula: Formula
  private let scratch: UnsafeMutableBufferPointer<Double>

  /// Makes a loss for outputs of this shape.
  init(_ formula: Formula, output: Shape) {
    self.formula = formula
    var kernel = formula.kernel(output, workers: 1)
    scratch = .allocate(capacity: ck_soft_dice_scratch(&kernel))
  }

  deinit { scratch.deallocate() }

  /// The loss, times the number of pixels that count, so that an epoch's mean weighs its batches by them; writes the loss's
  /// gradient, if wanted.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
    let labels = target.classes
    precondition(labels.count == output.shape.pixels, "one label per pixel")
    precondition(gradient.map { $0.shape == output.shape } ?? true, "the gradient has the shape of the output")
    var kernel = formula.kernel(output.shape, workers: workers)
    precondition(ck_soft_dice_scratch(&kernel) <= scratch.count, "the loss has scratch memory for fewer pixels")
    let sum = ck_soft_dice_loss(&kernel, output.start, labels.baseAddress!, gradient?.start, scratch.baseAddress!)
    let dice = sum.dice * Double(sum.pixels)
    return LossSum(loss: formula.addsCrossEntropy ? dice + sum.cross_entropy : dice, count: sum.pixels)
  }
}
