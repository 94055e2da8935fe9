import CKernels
import Machine

/// The soft Dice loss of a batch, alone or with the mean cross-entropy added.
///
/// 1 - the mean over the foreground classes of (2 sum(p g) + s) / (sum(p) + sum(g) + s), where p are the probabilities of
/// the class, g is 1 where it is the truth, the sums run over all pixels of the batch whose label is a class, and s is
/// `smoothing`. A class that is neither there nor predicted costs nothing.
/// Sources: Milletari, Navab and Ahmadi, "V-Net", 3DV 2016, with sums in place of squares in the denominator, and the
/// smoothing of Drozdzal et al., "The Importance of Skip Connections in Biomedical Image Segmentation", 2016.
public final class SoftDice: Loss {
  /// s, in pixels.
  public static let smoothing: Float = 1

  private let addsCrossEntropy: Bool
  private let scratch: UnsafeMutableBufferPointer<Double>

  /// Makes a loss for up to the given number of pixels and classes.
  public init(pixels: Int, classes: Int, addsCrossEntropy: Bool = false) {
    self.addsCrossEntropy = addsCrossEntropy
    var kernel = ck_soft_dice()
    kernel.pixels = pixels
    kernel.classes = Int32(classes)
    scratch = .allocate(capacity: ck_soft_dice_scratch(&kernel))
  }

  deinit { scratch.deallocate() }

  /// The loss, times the number of pixels that count, so that an epoch's mean weighs its batches by them; writes the loss's
  /// gradient, if wanted.
  public func callAsFunction(
    output: Tensor, target: Target, gradient: Tensor?, workers: Int = Threads.count
  ) -> LossSum {
    let labels = target.classes
    precondition(labels.count == output.shape.pixels, "one label per pixel")
    precondition(gradient.map { $0.shape == output.shape } ?? true, "the gradient has the shape of the output")
    var kernel = ck_soft_dice(
      pixels: labels.count, classes: Int32(output.shape.channels), smoothing: Self.smoothing,
      cross_entropy_weight: addsCrossEntropy ? 1 : 0, workers: Int32(workers))
    precondition(ck_soft_dice_scratch(&kernel) <= scratch.count, "the loss has scratch memory for fewer pixels")
    let sum = ck_soft_dice_loss(&kernel, output.start, labels.baseAddress!, gradient?.start, scratch.baseAddress!)
    let dice = sum.dice * Double(sum.pixels)
    return LossSum(loss: addsCrossEntropy ? dice + sum.cross_entropy : dice, count: sum.pixels)
  }
}
