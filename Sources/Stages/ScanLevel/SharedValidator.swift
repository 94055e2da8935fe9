import Training

/// Scores a network on both of its tasks: the segmentation decides which epoch is the best, the other score is a column.
struct SharedValidator: Validator {
  let cases: CaseValidator
  let scans: ScanValidator
  var primaryName: String { cases.primaryName }

  func score() throws -> Score {
    var score = try cases.score()
    score.columns.append(Score.Column(name: scans.primaryName, value: try scans.score().primary))
    return score
  }
}
