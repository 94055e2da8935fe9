/// What the primary score of a training is called.
struct ScoreName: Sendable {
  /// In tables, in snake_case.
  let key: String
  /// In the log.
  let title: String
  /// In plots.
  let axisTitle: String
  /// Of the validation loss, in plots.
  let lossTitle: String
  /// The values that plots show in any case.
  let range: ClosedRange<Double>

  /// The mean Dice of the foreground classes.
  static let dice = ScoreName(
    key: CaseValidator.dice, title: "Dice", axisTitle: "mean foreground Dice",
    lossTitle: "validation cross-entropy", range: 0...1)
  /// The share of right answers.
  static let accuracy = ScoreName(
    key: "accuracy", title: "accuracy", axisTitle: "accuracy", lossTitle: "validation cross-entropy", range: 0...1)
  /// The explained share of the variance.
  static let r2 = ScoreName(
    key: "r2", title: "R2", axisTitle: "explained variance (R2)", lossTitle: "validation mean squared error",
    range: 0...1)
  /// Those of classes and numbers of whole scans.
  static let ofScans = [accuracy, r2]
}
