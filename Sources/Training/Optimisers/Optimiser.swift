import Configurations
import Networks

/// Changes the parameters of a network by their gradients, with a memory of its own.
public protocol Optimiser: AnyObject {
  /// Its memory, by the names that a checkpoint stores it under; each a number for each parameter, 0 before the first step.
  var state: [String: ParameterBuffer] { get }

  /// Does one step: changes the trainable parameters and the state.
  ///
  /// - Parameters:
  ///   - gradients: Of the loss; of parameters that are not trained they are not read.
  ///   - learningRate: Of this step, as the schedule has it; above 0.
  ///   - step: The number of this step, from 1.
  ///   - workers: No result depends on it.
  func update(
    _ parameters: ParameterBuffer, gradients: ParameterBuffer, learningRate: Double, step: Int, workers: Int)
}

/// An optimiser's hyperparameters.
public protocol OptimiserConfiguration: Configuration {
  /// Its name in pipeline files.
  static var name: String { get }
  /// The numbers that it keeps for each parameter.
  static var stateBuffers: Int { get }
  /// The learning rate at the beginning; above 0.
  var learningRate: Double { get set }

  /// Makes an optimiser for the parameters of a layout that a closure accepts by name.
  func optimiser(_ layout: ParameterLayout, isTrainable: (String) -> Bool) -> any Optimiser
}

/// The optimisers, the default one first.
public enum Optimisers {
  /// By their names in pipeline files.
  public static let all: [any OptimiserConfiguration.Type] = [AdamConfiguration.self]
}

extension ParameterLayout {
  /// The parameters that an optimiser changes: those that are learnt and that a closure accepts by name.
  func trainable(_ isTrainable: (String) -> Bool) -> [Entry] {
    entries.filter { $0.parameter.isLearnt && isTrainable($0.parameter.name) }
  }
}
