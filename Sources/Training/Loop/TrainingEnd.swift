/// What ends a training.
public enum TrainingEnd: Hashable, Sendable {
  /// All epochs are done.
  case epochs
  /// All steps are done, before the epochs are.
  case steps
  /// The budget of time is used up.
  case minutes
  /// The score has not improved for as many epochs as was to be waited.
  case patience
}

/// The epoch of a training whose weights are kept.
public struct BestEpoch: Hashable, Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// Its score; nil where it is undefined.
  public let score: Double?
  /// Its validation loss; nil where it is undefined.
  public let loss: Double?
  /// Whether the weights are its averaged ones.
  public let isAveraged: Bool

  init(_ best: TrainingCheckpoint.Best) {
    (epoch, score, loss, isAveraged) = (best.epoch + 1, best.score, best.loss, best.isAveraged ?? false)
  }
}
