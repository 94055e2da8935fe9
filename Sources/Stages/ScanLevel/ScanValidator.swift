import Foundation
import Jobs
import Metrics
import Networks
import Training

/// Scores a network on the scans of the validation part: the accuracy of classes, or R2 of numbers.
struct ScanValidator: Validator {
  let primaryName: String
  private let cases: [PreparedCase]
  private let judge: ScanJudge
  private let targets: ScanTargets

  init(_ cases: [PreparedCase], _ judge: ScanJudge, targets: ScanTargets, score: ScoreName) {
    (self.cases, self.judge, self.targets) = (cases, judge, targets)
    primaryName = score.key
  }

  func score() throws -> Score {
    judge.readParameters()
    var loss = LossSum()
    var right = 0
    var truths: [Double] = []
    do {
      for item in cases {
        let values = try item.withVoxels { image, _ in try judge.values(of: image, name: item.id) }
        let truth = targets.values[item.id] ?? .nan
        switch targets.outcome {
        case .classes(_, let areExclusive):
          if ScanClassification.mostProbable(values) == Int(truth) { right += 1 }
          loss += Self.crossEntropy(values, truth: Int(truth), areExclusive: areExclusive)
        case .number(let mean, let deviation):
          let error = (values[0] - mean) / deviation - truth
          truths.append(truth)
          loss += LossSum(loss: error * error, count: 1)
        }
      }
    } catch JobError.outputNotFinite(let name, _) {
      return .notFinite(case: name)
    }
    return Score(primary: primary(right: right, truths: truths, loss: loss), loss: loss.mean)
  }

  private static func crossEntropy(_ probabilities: [Double], truth: Int, areExclusive: Bool) -> LossSum {
    func surprise(_ probability: Double) -> Double { -log(max(probability, 1e-30)) }
    if areExclusive { return LossSum(loss: surprise(probabilities[truth]), count: 1) }
    let each = probabilities.enumerated().map { surprise($0 == truth ? $1 : 1 - $1) }
    return LossSum(loss: each.reduce(0, +) / Double(each.count), count: 1)
  }

  private func primary(right: Int, truths: [Double], loss: LossSum) -> Double? {
    guard case .number = targets.outcome else { return Double(right) / Double(cases.count) }
    let mean = truths.reduce(0, +) / Double(truths.count)
    let total = truths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return total > 0 ? 1 - loss.loss / total : nil
  }
}
