import Datasets
import Jobs
import Metrics
import Networks
import Training
import Volumes

/// Scores a network on whole cases, as the evaluation will.
struct SliceValidator {
  private let cases: [PreparedCase]
  private let segmenter: CaseSegmenter

  init(_ cases: [PreparedCase], _ segmenter: CaseSegmenter) {
    self.cases = cases
    self.segmenter = segmenter
  }

  func validate() throws -> ValidationScore {
    var loss = CrossEntropy.Sum()
    var results: [CaseResult] = []
    let classes = segmenter.card.classes.scored
    for item in cases {
      let predicted = try segmenter.labels(of: item.image, reference: item.labels)
      loss += predicted.loss
      results.append(
        try CaseResult(
          name: item.id, predictionFile: "", referenceFile: "", prediction: predicted.labels, reference: item.labels,
          classCount: classes.count + 1, metrics: [.dice]))
    }
    let evaluation = Evaluation(classes: classes, cases: results)
    return ValidationScore(loss: loss.mean ?? 0, meanForegroundDice: evaluation.foregroundMean(of: .dice))
  }
}
