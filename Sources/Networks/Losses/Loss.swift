/// What a training makes small, with its gradient.
public protocol Loss: AnyObject {
  /// The loss of logits [n, classes, d, h, w] against labels [n, d, h, w], as a sum over the pixels that count; writes the
  /// gradient of the mean, if wanted.
  func callAsFunction(
    logits: Tensor, labels: UnsafeBufferPointer<UInt8>, gradient: Tensor?, workers: Int
  ) -> CrossEntropy.Sum
}

/// The losses, by their names in pipeline files.
public enum LossKind: String, CaseIterable, Sendable, Codable {
  /// Per-pixel softmax cross-entropy.
  case crossEntropy = "cross_entropy"
  /// 1 - the mean soft Dice of the foreground classes.
  case softDice = "soft_dice"
  /// Their sum.
  case crossEntropyAndSoftDice = "cross_entropy_and_soft_dice"

  /// Makes the loss for up to so many pixels.
  public func loss(pixels: Int, classes: Int) -> any Loss {
    switch self {
    case .crossEntropy: CrossEntropy(pixels: pixels)
    case .softDice: SoftDice(pixels: pixels, classes: classes)
    case .crossEntropyAndSoftDice: SoftDice(pixels: pixels, classes: classes, addsCrossEntropy: true)
    }
  }
}
