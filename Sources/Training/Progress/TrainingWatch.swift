/// Something about a training that its user should know while it runs.
public enum TrainingConcern: Hashable, Sendable {
  /// The training loss falls while the validation loss rises, since an epoch (from 1).
  case overfitting(since: Int, epoch: Int)
  /// Classes that are in the validation labels, and that no epoch so far has predicted.
  case neverPredicted(classes: [String], epochs: Int)
  /// No epoch so far was better than the first one.
  case noImprovement(epochs: Int)
}

extension TrainingConcern: CustomStringConvertible {
  /// What it is, and what to do.
  public var description: String {
    switch self {
    case .overfitting(let since, let epoch):
      "epoch \(epoch): the network probably overfits: since epoch \(since) the training loss falls and the validation loss "
        + "rises. The best weights are kept; more training cases, stronger augmentation, weight_decay or dropout can help, "
        + "and patience ends such a training earlier"
    case .neverPredicted(let classes, let epochs):
      "epoch \(epochs): never predicted in the validation part so far: \(classes.joined(separator: ", ")). If this does not "
        + "change, check the labels; for small structures a loss with a Dice term, or more samples of the class, can help"
    case .noImprovement(let epochs):
      "epoch \(epochs): no epoch was better than the first one. Try another learning_rate (first a lower one), and check that "
        + "images and labels belong together"
    }
  }
}

/// Watches the rows of a training's progress; each kind of concern comes up once at most.
public struct TrainingWatch: Sendable {
  /// The epochs that something must last.
  public static let span = 5
  /// The share by which the validation loss must exceed its lowest value.
  private static let rise = 0.05

  private var lowest: (epoch: Int, validationLoss: Double, trainLoss: Double)?
  /// The epochs in a row that look like overfitting.
  private var overfitted = 0
  private var neverPredicted: [String]?
  private var first: ProgressRow?
  private var isBetterThanFirst = false
  private var hasOverfitted = false

  /// Watches a training that has these rows already; what they had to tell was told.
  public init(after rows: [ProgressRow] = []) {
    for row in rows { _ = observe(row) }
  }

  /// The concerns that a new row brings up.
  public mutating func observe(_ row: ProgressRow) -> [TrainingConcern] {
    [overfitting(row), unpredicted(row), improvement(row)].compactMap { $0 }
  }

  private mutating func overfitting(_ row: ProgressRow) -> TrainingConcern? {
    guard let loss = row.validationLoss, let trainLoss = row.trainLoss else { return nil }
    guard let lowest, loss >= lowest.validationLoss else {
      lowest = (row.epoch, loss, trainLoss)
      overfitted = 0
      return nil
    }
    let looksSo = loss > lowest.validationLoss * (1 + Self.rise) && trainLoss < lowest.trainLoss
    overfitted = looksSo ? overfitted + 1 : 0
    guard overfitted == Self.span, !hasOverfitted else { return nil }
    hasOverfitted = true
    return .overfitting(since: lowest.epoch, epoch: row.epoch)
  }

  private mutating func unpredicted(_ row: ProgressRow) -> TrainingConcern? {
    let classes = row.unpredicted ?? []
    neverPredicted = neverPredicted.map { $0.filter(classes.contains) } ?? classes
    guard row.epoch == Self.span, let neverPredicted, !neverPredicted.isEmpty else { return nil }
    return .neverPredicted(classes: neverPredicted, epochs: row.epoch)
  }

  /// By the score, of equals by the validation loss; or by the training loss where the first epoch has no score.
  private mutating func improvement(_ row: ProgressRow) -> TrainingConcern? {
    guard let first else {
      first = row
      return nil
    }
    if let score = first.score {
      let isEqual = row.score == score && (row.validationLoss ?? .infinity) < (first.validationLoss ?? .infinity)
      isBetterThanFirst = isBetterThanFirst || isEqual || (row.score ?? -.infinity) > score
    } else {
      isBetterThanFirst = isBetterThanFirst || (row.trainLoss ?? .infinity) < (first.trainLoss ?? .infinity)
    }
    return row.epoch == Self.span + 1 && !isBetterThanFirst ? .noImprovement(epochs: row.epoch) : nil
  }
}
