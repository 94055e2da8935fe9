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
  /// Passes over the samples, which the schedule spans; at least 1. Nil: as many as `steps` take.
  public var epochs: Int?
  /// The most steps; at least 1. Nil: all of the epochs.
  public var steps: Int?
  /// A budget of wall time in minutes, validation included; above 0. The training ends after the first step with which
  /// it is used up, but for the time that the last validation took. Nil: none.
  public var minutes: Double?
  /// The optimiser.
  public var optimiser: any OptimiserConfiguration
  /// The schedule of the learning rate.
  public var schedule: any ScheduleConfiguration
  /// Ends the training when the score no longer improves; nil: never.
  public var patience: Patience?
  /// The norm that longer gradients are shortened to; above 0. Nil: none is.
  public var gradientClipping: Double?
  /// The decay of the moving average of the weights; at least 0, below 1. Nil: there is none.
  public var weightAveraging: Double?
  /// The time between checkpoints within an epoch; one is also saved after each epoch.
  public var checkpointSeconds: Double

  /// Makes a configuration.
  public init(
    seed: UInt64, stage: String, loss: LossTerms = LossTerms(CrossEntropyConfiguration()), batch: Int, epochs: Int?,
    optimiser: any OptimiserConfiguration, schedule: any ScheduleConfiguration, patience: Patience? = nil,
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
