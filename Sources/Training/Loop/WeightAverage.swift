import CKernels
import Networks

/// The exponential moving average of a network's parameters: after each step it moves towards them by a share of
/// 1 - decay. What is measured rather than learnt, such as the running statistics of batch normalisation, is averaged too.
///
/// So that the first weights do not stay in it for long, the decay of step t is at most (1 + t) / (10 + t).
/// Sources: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; Tarvainen and Valpola,
/// "Mean teachers are better role models", NeurIPS 2017; the bound of the decay is that of TensorFlow's
/// `ExponentialMovingAverage`.
public final class WeightAverage {
  /// The averages.
  public let values: ParameterBuffer
  private let decay: Double

  /// Makes an average of zeros; `begin` gives it its first values.
  ///
  /// - Parameter decay: Of each step; at least 0, below 1.
  public init(decay: Double, layout: ParameterLayout) {
    self.decay = decay
    values = ParameterBuffer(layout)
  }

  /// Takes over the parameters as they are before the first step.
  public func begin(with parameters: ParameterBuffer) { values.copy(from: parameters) }

  /// Moves towards the parameters as they are after a step, whose number counts from 1. No result depends on `workers`.
  public func update(by parameters: ParameterBuffer, step: Int, workers: Int) {
    let decay = min(decay, Double(1 + step) / Double(10 + step))
    ck_average(
      values.values.baseAddress, parameters.values.baseAddress, values.values.count, Float(1 - decay), Int32(workers))
  }

  /// What a closure gives while the parameters are the averages; afterwards they are what they were, to the bit.
  public func inPlace<Result>(of parameters: ParameterBuffer, _ body: () throws -> Result) rethrows -> Result {
    exchange(with: parameters)
    defer { exchange(with: parameters) }
    return try body()
  }

  private func exchange(with parameters: ParameterBuffer) {
    for index in values.values.indices {
      (values.values[index], parameters.values[index]) = (parameters.values[index], values.values[index])
    }
  }
}
