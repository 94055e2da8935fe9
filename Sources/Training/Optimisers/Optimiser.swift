import CKernels
import Networks

/// Changes the parameters of a network by their gradients, as its configuration says.
public final class Optimiser {
  /// Its memory, by the names that a checkpoint stores it under; each a number for each parameter, 0 before the first step.
  public let state: [String: ParameterBuffer]
  private let configuration: any OptimiserConfiguration
  /// The buffers of `state`, in the configuration's order.
  private let buffers: [ParameterBuffer]
  private let trainable: [Trained]

  /// A parameter that is trained.
  private struct Trained {
    let entry: ParameterLayout.Entry
    /// What its learning rate is multiplied by.
    let rate: Double
    /// The epoch, from 0, from which on it is trained.
    let firstEpoch: Int
  }

  /// Makes an optimiser that has done no step.
  ///
  /// - Parameter schedule: Which parameters are trained, from when on and how fast; the others are never changed.
  public init(
    _ configuration: any OptimiserConfiguration, layout: ParameterLayout, schedule: ParameterSchedule = .all
  ) {
    self.configuration = configuration
    let names = type(of: configuration).state
    buffers = names.map { _ in ParameterBuffer(layout) }
    state = Dictionary(uniqueKeysWithValues: zip(names, buffers))
    trainable = layout.trainable(schedule.isEverTrained).map { entry in
      let name = entry.parameter.name
      return Trained(entry: entry, rate: schedule.rate(of: name), firstEpoch: schedule.firstEpoch(of: name) ?? 0)
    }
  }

  /// Does one step: changes the trainable parameters and the state.
  ///
  /// - Parameters:
  ///   - gradients: Of the loss; of parameters that are not trained they are not read.
  ///   - learningRate: Of this step, as the schedule has it; above 0.
  ///   - step: The number of this step, from 1.
  ///   - epoch: The epoch, from 0: parameters that are thawed later stay as they are.
  ///   - stepsPerEpoch: To those that were thawed later than the training began, the steps since then are their steps.
  ///   - workers: No result depends on it.
  public func update(
    _ parameters: ParameterBuffer, gradients: ParameterBuffer, learningRate: Double, step: Int, epoch: Int = 0,
    stepsPerEpoch: Int = 0, workers: Int
  ) {
    for item in trainable where item.firstEpoch <= epoch {
      let entry = item.entry
      var arrays = ck_parameter(
        gradient: gradients[entry].baseAddress, weights: parameters[entry].baseAddress,
        first: buffers.isEmpty ? nil : buffers[0][entry].baseAddress,
        second: buffers.count < 2 ? nil : buffers[1][entry].baseAddress,
        count: entry.parameter.count, decay: entry.parameter.decays ? Float(configuration.weightDecay) : 0)
      configuration.update(
        &arrays, learningRate: Float(learningRate * item.rate), step: step - item.firstEpoch * stepsPerEpoch,
        workers: Int32(workers))
    }
  }
}

extension ParameterLayout {
  /// The parameters that an optimiser changes: those that are learnt and that a closure accepts by name.
  func trainable(_ isTrainable: (String) -> Bool) -> [Entry] {
    entries.filter { $0.parameter.isLearnt && isTrainable($0.parameter.name) }
  }
}
