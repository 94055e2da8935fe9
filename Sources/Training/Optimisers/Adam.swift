import CKernels
import Networks

/// Adam's hyperparameters.
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
public struct AdamConfiguration: OptimiserConfiguration {
  public static let name = "adam"
  public static let stateBuffers = 2

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
