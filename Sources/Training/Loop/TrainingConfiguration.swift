import Foundation
import Networks

/// How the learning rate changes from epoch to epoch.
public enum Schedule: String, CaseIterable, Sendable, Codable {
  /// It is constant.
  case constant
  /// It falls as (1 - epoch / epochs)^0.9. Source: Chen et al., "DeepLab", TPAMI 40(4), 2018, section 4.1.
  case polynomial

  /// The learning rate of an epoch, from 0.
  public func learningRate(_ initial: Double, epoch: Int, of epochs: Int) -> Double {
    switch self {
    case .constant: initial
    case .polynomial: initial * pow(1 - Double(epoch) / Double(epochs), 0.9)
    }
  }
}

/// The configuration of a training.
public struct TrainingConfiguration: Sendable {
  /// The seed and the stage's name, which key the order of the samples.
  public var seed: UInt64
  /// The stage's name.
  public var stage: String
  /// The loss function.
  public var loss: LossTerms
  /// Samples a step; at least 1.
  public var batch: Int
  /// Passes over the samples; at least 1.
  public var epochs: Int
  /// The optimiser.
  public var optimiser: any OptimiserConfiguration
  /// The schedule of the learning rate.
  public var schedule: Schedule
  /// Stops when the score has not improved for so many epochs; nil: never.
  public var patience: Int?
  /// The time between checkpoints within an epoch; one is also saved after each epoch.
  public var checkpointSeconds: Double

  /// Makes a configuration.
  public init(
    seed: UInt64, stage: String, loss: LossTerms = LossTerms(CrossEntropyConfiguration()), batch: Int, epochs: Int,
    optimiser: any OptimiserConfiguration, schedule: Schedule, patience: Int? = nil, checkpointSeconds: Double = 60
  ) {
    self.seed = seed
    self.stage = stage
    self.loss = loss
    self.batch = batch
    self.epochs = epochs
    self.optimiser = optimiser
    self.schedule = schedule
    self.patience = patience
    self.checkpointSeconds = checkpointSeconds
  }
}
