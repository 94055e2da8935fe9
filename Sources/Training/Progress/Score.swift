/// How good the weights are on the validation part.
public struct Score: Sendable, Equatable {
  /// Decides which epoch is the best: the higher the better; nil where it is undefined.
  public var primary: Double?
  /// The mean loss; of equal primary numbers the lower is the better; nil where nothing counts.
  public var loss: Double?
  /// Further columns of `progress.csv`, the same ones at each call.
  public var columns: [Column]
  /// The names of the classes that the labels have, but no prediction.
  public var unpredicted: [String]
  /// The case for which the network's output is not finite, so that there is no score; nil: there is none.
  public var failedCase: String?

  /// A further number.
  public struct Column: Sendable, Equatable, Codable {
    /// Its name, in snake_case.
    public var name: String
    /// Nil where it is undefined.
    public var value: Double?

    /// Makes a column.
    public init(name: String, value: Double?) { (self.name, self.value) = (name, value) }
  }

  /// Makes a score.
  public init(primary: Double?, loss: Double?, columns: [Column] = [], unpredicted: [String] = []) {
    (self.primary, self.loss, self.columns, self.unpredicted) = (primary, loss, columns, unpredicted)
  }

  /// The score of weights with which the network's output for a case is not finite: a loss that is not a number.
  public static func notFinite(case name: String) -> Score {
    var score = Score(primary: nil, loss: .nan)
    score.failedCase = name
    return score
  }
}

/// Scores the weights of a training on its validation part.
public protocol Validator {
  /// What the primary number is, in snake_case, such as `fg_dice`: it is in the columns `mean_fg_dice` and `ema_fg_dice`.
  var primaryName: String { get }

  /// The score of the weights as they are at the call; a loss that is not finite ends the training.
  func score() throws -> Score
}
