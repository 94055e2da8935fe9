/// A row of `progress.csv`: one epoch.
public struct ProgressRow: Sendable, Codable, Equatable {
  /// The epoch, from 1.
  public var epoch: Int
  /// The mean of the training's loss over the epoch's samples, each under the weights of its step; nil where all their
  /// pixels are ignored.
  public var trainLoss: Double?
  /// The validation part's mean cross-entropy; nil without one, and where all its pixels are ignored.
  public var validationLoss: Double?
  /// The validation part's mean foreground Dice; nil without one.
  public var meanForegroundDice: Double?
  /// Its exponential moving average, 0.9 of the old and 0.1 of the new.
  public var averagedForegroundDice: Double?
  /// The learning rate.
  public var learningRate: Double
  /// The time that the epoch took, pauses left out.
  public var seconds: Double

  /// Makes a row.
  public init(
    epoch: Int, trainLoss: Double?, validationLoss: Double?, meanForegroundDice: Double?,
    averagedForegroundDice: Double?, learningRate: Double, seconds: Double
  ) {
    self.epoch = epoch
    self.trainLoss = trainLoss
    self.validationLoss = validationLoss
    self.meanForegroundDice = meanForegroundDice
    self.averagedForegroundDice = averagedForegroundDice
    self.learningRate = learningRate
    self.seconds = seconds
  }
}

/// The progress of a training as a table.
public enum ProgressTable {
  /// The text of `progress.csv`; empty fields where a number is not known.
  public static func csv(_ rows: [ProgressRow]) -> String {
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let lines = rows.map { row in
      [
        "\(row.epoch)", text(row.trainLoss), text(row.validationLoss), text(row.meanForegroundDice),
        text(row.averagedForegroundDice), text(row.learningRate), text((row.seconds * 1000).rounded() / 1000),
      ].joined(separator: ",")
    }
    return (["epoch,train_loss,val_loss,mean_fg_dice,ema_fg_dice,lr,seconds"] + lines).joined(separator: "\n") + "\n"
  }
}
