import CKernels
import Networks

/// Changes the parameters of a network by their gradients, as its configuration says.
public final class Optimiser {
  /// Its memory, by the names that a checkpoint stores it under; each a number for each parameter, 0 before the first step.
  public let state: [String: ParameterBuffer]
  private let configuration: any OptimiserConfiguration
  /// The buffers of `state`, in the configuration's order.
  private let buffers: [ParameterBuffer]
  private let trainable: [ParameterLayout.Entry]

  /// Makes an optimiser that has done no step.
  ///
  /// - Parameter isTrainable: By a parameter's name; the others are never changed.
  public init(_ configuration: any OptimiserConfiguration, layout: ParameterLayout, isTrainable: (String) -> Bool) {
    self.configuration = configuration
    let names = type(of: configuration).state
    buffers = names.map { _ in ParameterBuffer(layout) }
    state = Dictionary(uniqueKeysWithValues: zip(names, buffers))
    trainable = layout.trainable(isTrainable)
  }

  /// Does one step: changes the trainable parameters and the state.
  ///
  /// - Parameters:
  ///   - gradients: Of the loss; of parameters that are not trained they are not read.
  ///   - learningRate: Of this step, as the schedule has it; above 0.
  ///   - step: The number of this step, from 1.
  ///   - workers: No result depends on it.
  public func update(
    _ parameters: ParameterBuffer, gradients: ParameterBuffer, learningRate: Double, step: Int, workers: Int
  ) {
    for entry in trainable {
      var arrays = ck_parameter(
        gradient: gradients[entry].baseAddress, weights: parameters[entry].baseAddress,
        first: buffers.isEmpty ? nil : buffers[0][entry].baseAddress,
        second: buffers.count < 2 ? nil : buffers[1][entry].baseAddress,
        count: entry.parameter.count, decay: entry.parameter.decays ? Float(configuration.weightDecay) : 0)
      configuration.update(&arrays, learningRate: Float(learningRate), step: step, workers: Int32(workers))
    }
  }
}

extension ParameterLayout {
  /// The parameters that an optimiser changes: those that are learnt and that a closure accepts by name.
  func trainable(_ isTrainable: (String) -> Bool) -> [Entry] {
    entries.filter { $0.parameter.isLearnt && isTrainable($0.parameter.name) }
  }
}
