import CKernels
import Configurations

/// Adam: steps by the moving mean of the gradients over the root of the moving mean of their squares, both corrected for
/// their start at 0.
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
public struct AdamConfiguration: OptimiserConfiguration {
  /// `adam`.
  public static let name = "adam"
  /// The two moments.
  public static let state = ["first", "second"]

  /// The step size at the beginning.
  public var learningRate = 1e-3
  /// The decay of the mean.
  public var beta1 = 0.9
  /// The decay of the mean square.
  public var beta2 = 0.999
  /// Added to the root.
  public var epsilon = 1e-8
  /// Times the weight, added to its gradient.
  public var weightDecay = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<AdamConfiguration>] = [
    .learningRate,
    .number("beta1", \.beta1, .atLeast(0, below: 1), absent: 0.9, "decay of the moving mean of the gradients"),
    .number("beta2", \.beta2, .atLeast(0, below: 1), absent: 0.999, "decay of the moving mean of their squares"),
    .number("epsilon", \.epsilon, .above(0, atMost: 1), absent: 1e-8, "added to the root of the mean square"),
    .weightDecay(\.weightDecay, absent: 0),
  ]

  /// Makes the paper's configuration.
  public init() {}

  /// Makes the paper's configuration with another learning rate.
  public init(learningRate: Double) { self.learningRate = learningRate }

  /// Algorithm 1 of the paper.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_adam(
      learning_rate: learningRate, beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      is_decay_decoupled: false, step: step)
    ck_adam_update(&numbers, &arrays, workers)
  }
}

/// AdamW: Adam, but the decay shrinks the weights themselves and does not enter the moments.
/// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2.
public struct AdamWConfiguration: OptimiserConfiguration {
  /// `adamw`.
  public static let name = "adamw"
  /// The two moments.
  public static let state = ["first", "second"]

  /// The step size at the beginning.
  public var learningRate = 1e-3
  /// The decay of the mean.
  public var beta1 = 0.9
  /// The decay of the mean square.
  public var beta2 = 0.999
  /// Added to the root.
  public var epsilon = 1e-8
  /// Times the learning rate, the share of each weight that a step takes from it.
  public var weightDecay = 0.01

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<AdamWConfiguration>] = [
    .learningRate,
    .number("beta1", \.beta1, .atLeast(0, below: 1), "decay of the moving mean of the gradients"),
    .number("beta2", \.beta2, .atLeast(0, below: 1), "decay of the moving mean of their squares"),
    .number("epsilon", \.epsilon, .above(0, atMost: 1), "added to the root of the mean square"),
    .number(
      "weight_decay", \.weightDecay, .atLeast(0, below: 1),
      "each step takes this times the learning rate from each weight, beside Adam's step; not from biases and normalisations"
    ),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// Algorithm 2 of the paper, with the decay in units of the learning rate.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_adam(
      learning_rate: learningRate, beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      is_decay_decoupled: true, step: step)
    ck_adam_update(&numbers, &arrays, workers)
  }
}
