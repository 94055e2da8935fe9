import Configurations

/// A loss function, with its gradient.
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

/// A loss function as pipeline files choose it: its name, its keys, and what it is made by.
public protocol LossConfiguration: Configuration {
  /// Its name in pipeline files.
  static var name: String { get }
  /// The formula and its source in a few words, for the documentation.
  static var meaning: String { get }
  /// What it compares the output with.
  static var target: TargetKind { get }

  /// Makes the loss for outputs of this shape: its channels are the classes, its batch and extent any.
  func loss(of output: Shape) -> any Loss

  /// The memory that the loss keeps for outputs of this shape, in bytes, if it grows with the pixels.
  func memory(of output: Shape) -> Int
}

extension LossConfiguration {
  /// Class indices.
  public static var target: TargetKind { .classes }
  /// None.
  public func memory(of output: Shape) -> Int { 0 }
}
