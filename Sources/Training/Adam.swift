import CKernels
import Networks

/// Adam's hyperparameters.
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
public struct AdamConfiguration: Sendable, Equatable, Codable {
  /// The step size at the beginning; above 0.
  public var learningRate: Double
  /// The decay of the mean; in 0..<1.
  public var beta1: Double
  /// The decay of the mean square; in 0..<1.
  public var beta2: Double
  /// Added to the root; above 0.
  public var epsilon: Double

  /// Makes a configuration; the defaults are the paper's.
  public init(learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }
}

/// Adam's memory for a network's parameters.
final class Adam {
  let configuration: AdamConfiguration
  let firstMoment: ParameterBuffer
  let secondMoment: ParameterBuffer
  /// The steps done.
  var step = 0
  private let trainable: [ParameterLayout.Entry]

  init(_ configuration: AdamConfiguration, layout: ParameterLayout, isTrainable: (String) -> Bool) {
    self.configuration = configuration
    firstMoment = ParameterBuffer(layout)
    secondMoment = ParameterBuffer(layout)
    trainable = layout.entries.filter { $0.parameter.isLearnt && isTrainable($0.parameter.name) }
  }

  func update(
    _ parameters: ParameterBuffer, gradients: ParameterBuffer, learningRate: Double, workers: Int = Threads.count
  ) {
    step += 1
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
