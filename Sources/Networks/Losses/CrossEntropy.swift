import CKernels

/// Per-pixel softmax cross-entropy, its gradient made in the same pass.
///
/// The loss is the mean over the pixels whose label is a class; pixels labelled `ignored` count neither in the loss nor
/// in the gradient. Where every pixel is ignored, the sum is 0 over 0 pixels and the gradient is zero.
/// Source: Ronneberger, Fischer and Brox, "U-Net", MICCAI 2015, equation 1, with all weights 1.
public final class CrossEntropy: Loss {
  /// The label of pixels that do not count.
  public static let ignored = UInt8(CK_IGNORED_LABEL)

  /// A loss as a sum, so that batches add up to an epoch exactly.
  public struct Sum: Sendable, Equatable, Codable {
    /// The sum of -log(probability of the true class).
    public var loss: Double
    /// The number of pixels that count.
    public var pixels: Int

    /// Makes a sum; that of nothing is 0 over 0 pixels.
    public init(loss: Double = 0, pixels: Int = 0) {
      self.loss = loss
      self.pixels = pixels
    }

    /// The mean; nil where no pixel counts.
    public var mean: Double? { pixels > 0 ? loss / Double(pixels) : nil }

    /// Adds another sum.
    public static func += (sum: inout Sum, other: Sum) {
      sum.loss += other.loss
      sum.pixels += other.pixels
    }
  }

  private let scratch: UnsafeMutableBufferPointer<Double>

  /// Makes a loss for up to the given number of pixels.
  public init(pixels: Int) {
    scratch = .allocate(capacity: ck_cross_entropy_scratch(pixels))
  }

  deinit { scratch.deallocate() }

  /// The loss of logits [n, classes, d, h, w] against labels [n, d, h, w]; writes the gradient of the mean, if wanted.
  public func callAsFunction(
    logits: Tensor, labels: UnsafeBufferPointer<UInt8>, gradient: Tensor?, workers: Int = Threads.count
  ) -> Sum {
    precondition(labels.count == logits.shape.pixels, "one label per pixel")
    precondition(
      ck_cross_entropy_scratch(labels.count) <= scratch.count, "the loss has scratch memory for fewer pixels")
    precondition(gradient.map { $0.shape == logits.shape } ?? true, "the gradient has the shape of the logits")
    let sum = ck_cross_entropy(
      logits.start, labels.baseAddress!, logits.shape.pixels, Int32(logits.shape.channels), gradient?.start,
      scratch.baseAddress!, Int32(workers))
    return Sum(loss: sum.loss, pixels: sum.pixels)
  }
}
