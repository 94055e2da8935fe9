/// A row of `progress.csv`: one epoch.
public struct ProgressRow: Sendable, Codable, Equatable {
  /// The epoch, from 1.
  public var epoch: Int
  /// The mean of the training's loss over the epoch's samples, each under the weights of its step; nil where nothing
  /// counts.
  public var trainLoss: Double?
  /// The validation part's mean loss; nil without one, and where nothing counts.
  public var validationLoss: Double?
  /// The primary number of the score; nil without a validation part, and where it is undefined.
  public var score: Double?
  /// Its exponential moving average, 0.9 of the old and 0.1 of the new.
  public var averagedScore: Double?
  /// The further columns of the score.
  public var columns: [Score.Column]
  /// The classes of the validation labels that were not predicted; no column of the table.
  public var unpredicted: [String]?
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// The time that the epoch took, pauses left out.
  public var seconds: Double

  /// Makes a row.
  public init(
    epoch: Int, trainLoss: Double?, validationLoss: Double?, score: Double?, averagedScore: Double?,
    columns: [Score.Column] = [], unpredicted: [String] = [], learningRate: Double, seconds: Double
  ) {
    self.epoch = epoch
    self.trainLoss = trainLoss
    self.validationLoss = validationLoss
    self.score = score
    self.averagedScore = averagedScore
    self.columns = columns
    self.unpredicted = unpredicted.isEmpty ? nil : unpredicted
    self.learningRate = learningRate
    self.seconds = seconds
  }

  /// The names in checkpoints: those of version 0.1, whose score was always the Dice.
  enum CodingKeys: String, CodingKey {
    case epoch, trainLoss, validationLoss, columns, unpredicted, learningRate, seconds
    case score = "meanForegroundDice"
    case averagedScore = "averagedForegroundDice"
  }

  /// Reads a row; those of earlier versions have no further columns.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try values.decode(Int.self, forKey: .epoch)
    trainLoss = try values.decodeIfPresent(Double.self, forKey: .trainLoss)
    validationLoss = try values.decodeIfPresent(Double.self, forKey: .validationLoss)
    score = try values.decodeIfPresent(Double.self, forKey: .score)
    averagedScore = try values.decodeIfPresent(Double.self, forKey: .averagedScore)
    columns = try values.decodeIfPresent([Score.Column].self, forKey: .columns) ?? []
    unpredicted = try values.decodeIfPresent([String].self, forKey: .unpredicted)
    learningRate = try values.decode(Double.self, forKey: .learningRate)
    seconds = try values.decode(Double.self, forKey: .seconds)
  }
}

/// The progress of a training as a table.
public struct ProgressTable {
  private let primaryName: String

  /// - Parameter primaryName: See `Validator.primaryName`.
  public init(primaryName: String) { self.primaryName = primaryName }

  /// The text of `progress.csv`; empty fields where a number is not known.
  public func csv(_ rows: [ProgressRow]) -> String {
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let columns = rows.first?.columns.map(\.name) ?? []
    let lines = rows.map { row in
      [
        "\(row.epoch)", text(row.trainLoss), text(row.validationLoss), text(row.score), text(row.averagedScore),
        text(row.learningRate), text((row.seconds * 1000).rounded() / 1000),
      ] + row.columns.map { text($0.value) }
    }
    let names =
      ["epoch", "train_loss", "val_loss", "mean_\(primaryName)", "ema_\(primaryName)", "lr", "seconds"] + columns
    return ([names] + lines).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }
}
