import Networks

/// The configuration of a training.
public struct TrainingConfiguration: Sendable {
  /// The seed and the stage's name, which key the order of the samples.
  public var seed: UInt64
  /// The stage's name.
  public var stage: String
  /// The loss function.
  public var loss: LossTerms
  /// The batches, the length, and what happens between gradient and weights.
  public var options: TrainingOptions
  /// The optimiser.
  public var optimiser: any OptimiserConfiguration
  /// The schedule of the learning rate.
  public var schedule: any ScheduleConfiguration
  /// Ends the training when the score no longer improves; nil: never.
  public var patience: Patience?
  /// Whether the weights are scored before the first step.
  public var scoresStart = false
  /// The time between checkpoints within an epoch; one is also saved after each epoch.
  public var checkpointSeconds: Double

  /// Makes a configuration.
  public init(
    seed: UInt64, stage: String, loss: LossTerms = LossTerms(CrossEntropyConfiguration()), options: TrainingOptions,
    optimiser: any OptimiserConfiguration, schedule: any ScheduleConfiguration, patience: Patience? = nil,
    checkpointSeconds: Double = 60
  ) {
    self.seed = seed
    self.stage = stage
    self.loss = loss
    self.options = options
    self.optimiser = optimiser
    self.schedule = schedule
    self.patience = patience
    self.checkpointSeconds = checkpointSeconds
  }
}
