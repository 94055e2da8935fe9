import CKernels
import Configurations
import Networks

/// Adam's hyperparameters.
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
public struct AdamConfiguration: OptimiserConfiguration {
  /// `adam`.
  public static let name = "adam"
  /// The two moments.
  public static let stateBuffers = 2

  /// The step size at the beginning.
  public var learningRate = 1e-3
  /// The decay of the mean.
  public var beta1 = 0.9
  /// The decay of the mean square.
  public var beta2 = 0.999
  /// Added to the root.
  public var epsilon = 1e-8

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<AdamConfiguration>] = [
    .number("learning_rate", \.learningRate, .above(0, atMost: 1), "learning rate of the first epoch"),
    .number("beta1", \.beta1, .atLeast(0, below: 1), absent: 0.9, "decay of the moving mean of the gradients"),
    .number("beta2", \.beta2, .atLeast(0, below: 1), absent: 0.999, "decay of the moving mean of their squares"),
    .number("epsilon", \.epsilon, .above(0, atMost: 1), absent: 1e-8, "added to the root of the mean square"),
  ]

  /// Makes the paper's configuration.
  public init() {}

  /// Makes the paper's configuration with another learning rate.
  public init(learningRate: Double) { self.learningRate = learningRate }

  /// Makes Adam with moments of 0.
  public func optimiser(_ layout: ParameterLayout, isTrainable: (String) -> Bool) -> any Optimiser {
    Adam(self, layout: layout, trainable: layout.trainable(isTrainable))
  }
}

/// Adam: steps by the moving mean of the gradients over the root of the moving mean of their squares, both corrected for
/// their start at 0.
private final class Adam: Optimiser {
  private let configuration: AdamConfiguration
  private let firstMoment: ParameterBuffer
  private let secondMoment: ParameterBuffer
  private let trainable: [ParameterLayout.Entry]

  init(_ configuration: AdamConfiguration, layout: ParameterLayout, trainable: [ParameterLayout.Entry]) {
    self.configuration = configuration
    self.trainable = trainable
    firstMoment = ParameterBuffer(layout)
    secondMoment = ParameterBuffer(layout)
  }

  var state: [String: ParameterBuffer] { ["first": firstMoment, "second": secondMoment] }

  func update(
    _ parameters: ParameterBuffer, gradients: ParameterBuffer, learningRate: Double, step: Int, workers: Int
  ) {
    var numbers = ck_adam(
      learning_rate: Float(learningRate), beta1: Float(configuration.beta1), beta2: Float(configuration.beta2),
      epsilon: Float(configuration.epsilon), step: step)
    for entry in trainable {
      ck_adam_update(
        &numbers, gradients[entry].baseAddress, parameters[entry].baseAddress, firstMoment[entry].baseAddress,
        secondMoment[entry].baseAddress, entry.parameter.count, Int32(workers))
    }
  }
}
