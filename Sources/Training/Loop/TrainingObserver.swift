/// The observer of a training: progress, checkpoints and requests to stop.
public protocol TrainingObserver {
  /// After each step.
  func didStep(_ progress: StepProgress)
  /// Before the first step, with the score of the weights that the training starts with, where it was asked for.
  func didScoreStart(_ score: Score)
  /// After each epoch, with the row that it adds to the progress table.
  ///
  /// - Parameter emptySteps: The steps since the start of the epoch, or of this attempt, in whose samples nothing
  ///   counted: they have no loss.
  func didFinishEpoch(_ rows: [ProgressRow], emptySteps: Int) throws
  /// After an epoch, with what its user should know; each kind of concern comes up once in a training.
  func didNotice(_ concern: TrainingConcern)
  /// Saves a checkpoint atomically, for the next attempt.
  func save(_ checkpoint: TrainingCheckpoint) throws
  /// Whether a stop was requested; checked after each step.
  var isStopRequested: Bool { get }
}

extension TrainingObserver {
  /// Does nothing.
  public func didScoreStart(_ score: Score) {}
}

/// The progress of a training.
public struct StepProgress: Sendable {
  /// The epoch, from 0.
  public var epoch: Int
  /// The number of epochs; nil where a budget of time will say it after the first.
  public var epochs: Int?
  /// The steps done in this epoch.
  public var step: Int
  /// The steps of this epoch.
  public var steps: Int
  /// The share of all steps that is done, or of the budget of time where that is more, 0...1.
  public var share: Double
  /// The mean loss of this epoch so far.
  public var loss: Double?
  /// The time that the rest will take, at the pace so far; nil at first.
  public var secondsLeft: Double?
}
