import Networks

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
  public var schedule: any ScheduleConfiguration
  /// Stops when the score has not improved for so many epochs; nil: never.
  public var patience: Int?
  /// The time between checkpoints within an epoch; one is also saved after each epoch.
  public var checkpointSeconds: Double

  /// Makes a configuration.
  public init(
    seed: UInt64, stage: String, loss: LossTerms = LossTerms(CrossEntropyConfiguration()), batch: Int, epochs: Int,
    optimiser: any OptimiserConfiguration, schedule: any ScheduleConfiguration, patience: Int? = nil,
    checkpointSeconds: Double = 60
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
