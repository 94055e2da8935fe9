import CKernels
import Configurations

/// ADADELTA: like AdaGrad with moving means in place of sums; its steps have the size of its earlier ones, so that the
/// learning rate is 1.
/// Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, algorithm 1.
public struct AdaDeltaConfiguration: OptimiserConfiguration {
  /// `adadelta`.
  public static let name = "adadelta"
  /// The mean squares of the gradients and of the updates.
  public static let state = ["squares", "updates"]

  /// The factor of each update at the beginning.
  public var learningRate = 1.0
  /// The decay of the mean squares.
  public var rho = 0.9
  /// Added to the mean squares.
  public var epsilon = 1e-6
  /// Times the weight, added to its gradient.
  public var weightDecay = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<AdaDeltaConfiguration>] = [
    .learningRate,
    .number("rho", \.rho, .atLeast(0, below: 1), "decay of the moving means of squares"),
    .number("epsilon", \.epsilon, .above(0, atMost: 1), "added to the mean squares before their roots"),
    .weightDecay(\.weightDecay),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// Algorithm 1 of the paper, with a learning rate.
  public func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32) {
    var numbers = ck_adadelta(learning_rate: learningRate, rho: Float(rho), epsilon: Float(epsilon))
    ck_adadelta_update(&numbers, &arrays, workers)
  }
}
