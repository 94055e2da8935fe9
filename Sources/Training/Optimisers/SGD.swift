import CKernels
import Configurations

/// Stochastic gradient descent: steps by the learning rate against the gradient.
/// Source: Robbins and Monro, "A Stochastic Approximation Method", 1951.
public struct SGDConfiguration: OptimiserConfiguration {
  /// `sgd`.
  public static let name = "sgd"
  /// It keeps nothing.
  public static let state: [String] = []

  /// The step size at the beginning.
  public var learningRate = 1e-2
  /// Times the weight, added to its gradient.
  public var weightDecay = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<SGDConfiguration>] = [.learningRate, .weightDecay(\.weightDecay)]

  /// Makes a configuration of the defaults.
  public init() {}

  /// A step against the gradient.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_sgd(learning_rate: learningRate, momentum: 0, is_nesterov: false)
    ck_sgd_update(&numbers, &arrays, workers)
  }
}

/// Gradient descent with momentum: steps by a velocity, to which each gradient is added.
/// Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
public struct MomentumConfiguration: OptimiserConfiguration {
  /// `momentum`.
  public static let name = "momentum"
  /// The velocity.
  public static let state = ["velocity"]

  /// The step size at the beginning.
  public var learningRate = 1e-2
  /// The share of the velocity that a step leaves.
  public var momentum = 0.9
  /// Times the weight, added to its gradient.
  public var weightDecay = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<MomentumConfiguration>] = [
    .learningRate,
    .number("momentum", \.momentum, .above(0, below: 1), "share of the velocity that each step keeps"),
    .weightDecay(\.weightDecay),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// A step by the velocity.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_sgd(learning_rate: learningRate, momentum: Float(momentum), is_nesterov: false)
    ck_sgd_update(&numbers, &arrays, workers)
  }
}

/// Gradient descent with Nesterov's momentum: steps by the velocity that the next step would have with this gradient.
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, section 2;
/// in the form that takes the gradient at the weights themselves: Bengio et al., "Advances in Optimizing Recurrent
/// Networks", ICASSP 2013, equation 7.
public struct NesterovConfiguration: OptimiserConfiguration {
  /// `nesterov`.
  public static let name = "nesterov"
  /// The velocity.
  public static let state = ["velocity"]

  /// The step size at the beginning.
  public var learningRate = 1e-2
  /// The share of the velocity that a step leaves.
  public var momentum = 0.9
  /// Times the weight, added to its gradient.
  public var weightDecay = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<NesterovConfiguration>] = [
    .learningRate,
    .number("momentum", \.momentum, .above(0, below: 1), "share of the velocity that each step keeps"),
    .weightDecay(\.weightDecay),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// A step by the velocity one step ahead.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_sgd(learning_rate: learningRate, momentum: Float(momentum), is_nesterov: true)
    ck_sgd_update(&numbers, &arrays, workers)
  }
}
