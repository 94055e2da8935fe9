import CKernels
import Configurations

/// RMSProp: divides each step by the root of the moving mean of the squared gradients.
/// Source: Tieleman and Hinton, "Lecture 6.5: rmsprop", COURSERA: Neural Networks for Machine Learning, 2012.
public struct RMSPropConfiguration: OptimiserConfiguration {
  /// `rmsprop`.
  public static let name = "rmsprop"
  /// The mean square of the gradients.
  public static let state = ["squares"]

  /// The step size at the beginning.
  public var learningRate = 1e-2
  /// The decay of the mean square.
  public var alpha = 0.99
  /// Added to the root.
  public var epsilon = 1e-8
  /// Times the weight, added to its gradient.
  public var weightDecay = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<RMSPropConfiguration>] = [
    .learningRate,
    .number("alpha", \.alpha, .atLeast(0, below: 1), "decay of the moving mean of the squared gradients"),
    .number("epsilon", \.epsilon, .above(0, atMost: 1), "added to the root of the mean square"),
    .weightDecay(\.weightDecay),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// A step of the lecture.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_rmsprop(learning_rate: learningRate, alpha: Float(alpha), epsilon: Float(epsilon))
    ck_rmsprop_update(&numbers, &arrays, workers)
  }
}
