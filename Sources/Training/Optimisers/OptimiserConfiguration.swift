import CKernels
import Configurations

/// An optimiser's hyperparameters, and its step on one parameter.
public protocol OptimiserConfiguration: Configuration {
  /// Its name in pipeline files.
  static var name: String { get }
  /// What it keeps for each number of the parameters, by the names that a checkpoint stores it under; at most two.
  static var state: [String] { get }
  /// The learning rate at the beginning; above 0.
  var learningRate: Double { get set }
  /// The share of each weight that a step takes from it, in units of the learning rate; at least 0. How it joins the
  /// gradient is the optimiser's affair. Biases and normalisations do not decay.
  var weightDecay: Double { get }

  /// Does one step on a parameter.
  ///
  /// - Parameters:
  ///   - arrays: Its arrays; `first` and `second` are those of `state`, in this order, and nil beyond. `decay` is the
  ///     weight decay, 0 where the parameter does not decay.
  ///   - learningRate: Of this step; above 0.
  ///   - step: The number of this step, from 1.
  ///   - workers: No result depends on it.
  func update(_ arrays: inout ck_parameter, learningRate: Float, step: Int, workers: Int32)
}

/// The optimisers, the default one first.
public enum Optimisers {
  /// By their names in pipeline files.
  public static let all: [any OptimiserConfiguration.Type] = [
    AdamConfiguration.self,
    AdamWConfiguration.self,
    SGDConfiguration.self,
    MomentumConfiguration.self,
    NesterovConfiguration.self,
    RMSPropConfiguration.self,
    AdaGradConfiguration.self,
    AdaDeltaConfiguration.self,
  ]
}

extension ConfigurationKey where Root: OptimiserConfiguration {
  /// The key `learning_rate`.
  static var learningRate: Self {
    .number("learning_rate", \.learningRate, .above(0, atMost: 1), "learning rate of the first epoch")
  }

  /// The key `weight_decay` of an optimiser that adds the decay to the gradient.
  static func weightDecay(_ place: Place<Double>, absent: Double? = nil) -> Self {
    .number(
      "weight_decay", place, .atLeast(0, below: 1), absent: absent,
      "L2 regularisation: this times the weight is added to its gradient; not for biases and normalisations")
  }
}
