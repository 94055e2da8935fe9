import CKernels
import Configurations

/// The soft Dice loss, as pipeline files set it.
public struct SoftDiceConfiguration: LossConfiguration {
  /// `soft_dice`.
  public static let name = "soft_dice"
  /// 1 - the mean soft Dice.
  public static let meaning = """
    1 - the mean over the foreground classes of the soft Dice (2 sum(p g) + 1) / (sum(p) + sum(g) + 1), summed over the \
    pixels of the batch; p: probability, g: 1 where the class is true, else 0
    """
  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<SoftDiceConfiguration>] = []

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { SoftDice(output, addsCrossEntropy: false) }
}

/// The sum of cross-entropy and soft Dice, as pipeline files set it.
public struct CrossEntropyAndSoftDiceConfiguration: LossConfiguration {
  /// `cross_entropy_and_soft_dice`.
  public static let name = "cross_entropy_and_soft_dice"
  /// Their sum.
  public static let meaning = "the sum of both, computed in one pass"
  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<CrossEntropyAndSoftDiceConfiguration>] = []

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { SoftDice(output, addsCrossEntropy: true) }
}

/// The soft Dice loss of a batch, alone or with the mean cross-entropy added.
///
/// 1 - the mean over the foreground classes of (2 sum(p g) + s) / (sum(p) + sum(g) + s), where p are the probabilities of
/// the class, g is 1 where it is the truth, the sums run over all pixels of the batch whose label is a class, and s is
/// `smoothing`. A class that is neither there nor predicted costs nothing.
/// Sources: Milletari, Navab and Ahmadi, "V-Net", 3DV 2016, with sums in place of squares in the denominator, and the
/// smoothing of Drozdzal et al., "The Importance of Skip Connections in Biomedical Image Segmentation", 2016.
private final class SoftDice: Loss {
  /// s, in pixels.
  static let smoothing: Float = 1

  private let addsCrossEntropy: Bool
  private let scratch: UnsafeMutableBufferPointer<Double>

  /// Makes a loss for outputs of this shape, or of fewer pixels.
  init(_ output: Shape, addsCrossEntropy: Bool) {
    self.addsCrossEntropy = addsCrossEntropy
    var kernel = ck_soft_dice()
    kernel.pixels = output.pixels
    kernel.classes = Int32(output.channels)
    scratch = .allocate(capacity: ck_soft_dice_scratch(&kernel))
  }

  deinit { scratch.deallocate() }

  /// The loss, times the number of pixels that count, so that an epoch's mean weighs its batches by them; writes the loss's
  /// gradient, if wanted.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
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
