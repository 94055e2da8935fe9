import Configurations

/// How long a training waits for a better validation score before it ends.
public struct Patience: Configuration {
  /// The epochs that it waits.
  public var epochs = 10
  /// The share of the moving average that each epoch keeps; 0: the score itself is compared.
  public var smoothing = 0.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<Patience>] = [
    .count(
      "epochs", \.epochs, .within(1...1_000_000_000), "epochs without an improvement after which the training ends"),
    .number(
      "smoothing", \.smoothing, .atLeast(0, below: 1), absent: 0,
      "0: an improvement is a better validation score, or an equal one with a lower validation loss; above 0: a higher "
        + "moving average of the score, which keeps this share of its old value in each epoch"),
  ]

  /// Makes a configuration of the defaults.
  public init() {}

  /// Makes a patience that compares the scores themselves.
  public init(epochs: Int) { self.epochs = epochs }

  /// Whether it is at its end.
  ///
  /// - Parameters:
  ///   - history: The rows of all epochs so far. Epochs without a score leave the average as it is, and count as no
  ///     improvement.
  ///   - bestEpoch: The epoch (from 0) of the best score so far; nil: there is none, and the training goes on.
  func isOver(history: [ProgressRow], bestEpoch: Int?) -> Bool {
    guard let best = smoothing > 0 ? bestSmoothed(history) : bestEpoch else { return false }
    return history.count - 1 - best >= epochs
  }

  /// The epoch of the highest moving average, the first of equals.
  private func bestSmoothed(_ history: [ProgressRow]) -> Int? {
    var average: Double?
    var best: (epoch: Int, value: Double)?
    for (epoch, row) in history.enumerated() {
      guard let score = row.score else { continue }
      let value = average.map { smoothing * $0 + (1 - smoothing) * score } ?? score
      average = value
      if best.map({ value > $0.value }) ?? true { best = (epoch, value) }
    }
    return best?.epoch
  }
}
