import CKernels
import Configurations

/// AdaGrad: divides each step by the root of the sum of all squared gradients so far, so that rare features get longer
/// steps, and all steps become shorter.
/// Source: Duchi et al., "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, 2011.
public struct AdaGradConfiguration: OptimiserConfiguration {
  /// `adagrad`.
  public static let name = "adagrad"
  /// The sum of the squared gradients.
  public static let state = ["squares"]

  /// The step size at the beginning.
  public var learningRate = 1e-2
  /// Added to the root.
  public var epsilon = 1e-10
  /// Times the weight, added to its gradient.
  public var weightDecay = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<AdaGradConfiguration>] = [
    .learningRate,
    .number("epsilon", \.epsilon, .above(0, atMost: 1), "added to the root of the sum of the squared gradients"),
    .weightDecay(\.weightDecay),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// A step of the method with a diagonal matrix.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_adagrad(learning_rate: learningRate, epsilon: Float(epsilon))
    ck_adagrad_update(&numbers, &arrays, workers)
  }
}
