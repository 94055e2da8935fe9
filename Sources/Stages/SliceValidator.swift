import Datasets
import Jobs
import Metrics
import Networks
import Training
import Volumes

/// Scores a network on whole cases, as the evaluation will.
struct SliceValidator: Validator {
  /// The mean foreground Dice.
  static let dice = "fg_dice"
  var primaryName: String { Self.dice }
  private let cases: [PreparedCase]
  private let segmenter: SliceSegmenter

  init(_ cases: [PreparedCase], _ segmenter: SliceSegmenter) {
    self.cases = cases
    self.segmenter = segmenter
  }

  /// The score of the weights as they are; its loss is not a number where a probability is not finite.
  func score() throws -> Score {
    var loss = LossSum()
    var results: [CaseResult] = []
    let classes = segmenter.card.classes.scored
    for item in cases {
      let predicted = try segmenter.labels(of: item.image, reference: item.labels)
      if predicted.firstNotFinite != nil { return Score(primary: nil, loss: .nan) }
      loss += predicted.loss
      results.append(
        try CaseResult(
          name: item.id, predictionFile: "", referenceFile: "", prediction: predicted.labels, reference: item.labels,
          classCount: classes.count + 1, metrics: [.dice]))
    }
    let evaluation = Evaluation(classes: classes, cases: results)
    return Score(primary: evaluation.foregroundMean(of: .dice), loss: loss.mean)
  }
}
