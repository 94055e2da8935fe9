/// What a training makes small, with its gradient.
public protocol Loss: AnyObject {
  /// The loss of a network's output against its target, as a sum over what counts; writes the gradient of the mean, if
  /// wanted.
  ///
  /// - Parameters:
  ///   - output: Of a segmentation the logits. Shape: [n, classes, depth, height, width].
  ///   - target: Of the kind that the loss's configuration names, for the same samples.
  ///   - gradient: Receives the gradient; of the output's shape.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum
}

/// The losses, by their names in pipeline files.
public enum LossKind: String, CaseIterable, Sendable, Codable {
  /// Per-pixel softmax cross-entropy.
  case crossEntropy = "cross_entropy"
  /// 1 - the mean soft Dice of the foreground classes.
  case softDice = "soft_dice"
  /// Their sum.
  case crossEntropyAndSoftDice = "cross_entropy_and_soft_dice"

  /// What it compares the output with.
  public var target: TargetKind { .classes }

  /// Makes the loss for up to so many pixels.
  public func loss(pixels: Int, classes: Int) -> any Loss {
    switch self {
    case .crossEntropy: CrossEntropy(pixels: pixels)
    case .softDice: SoftDice(pixels: pixels, classes: classes)
    case .crossEntropyAndSoftDice: SoftDice(pixels: pixels, classes: classes, addsCrossEntropy: true)
    }
  }
}
