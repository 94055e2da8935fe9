import Metrics
import Testing

@Suite("Scores of whole scans")
struct ScanScoresTests {
  @Test("of classes have their closed forms: confusion, rates and the area under the ROC curve with ties")
  func classes() {
    // The probability of class 1; two of each class, and a tie.
    let probabilities = [0.1, 0.4, 0.4, 0.9, 0.6].map { [1 - $0, $0] }
    let scores = ScanClassification(
      classes: ["no", "yes"], reference: [0, 0, 1, 1, 0], probabilities: probabilities,
      groups: ["a", "b", "c", "d", "e"])
    #expect(scores.confusion == [[2, 1], [1, 1]])
    #expect(scores.accuracy.value == 0.6 && scores.accuracy.interval != nil)
    #expect(abs(scores.errorRate - 0.4) < 1e-12)
    let yes = scores.perClass[1]
    #expect([yes.sensitivity, yes.precision, yes.f1] == [0.5, 0.5, 0.5])
    #expect(yes.specificity == 2.0 / 3)
    // Pairs (yes, no): 0.4 beats 0.1, ties 0.4, loses to 0.6; 0.9 beats all three.
    let area: Double = 4.5 / 6
    #expect(yes.rocAUC.value == area)
    let other: Double = scores.perClass[0].rocAUC.value ?? 0
    #expect(abs(area - other) < 1e-12)
    #expect(yes.roc.first == [0, 0] && yes.roc.last == [1, 1] && yes.roc.contains([2.0 / 3, 1]))
    let balanced: Double = scores.balancedAccuracy ?? 0
    #expect(abs(balanced - 7.0 / 12) < 1e-12)
  }

  @Test("of numbers have their closed forms; equal references have no R2, and one patient no interval")
  func numbers() {
    let scores = ScanRegression(reference: [1, 2, 3, 4], predicted: [1, 3, 3, 2], groups: ["a", "b", "c", "d"])
    #expect(scores.mae.value == 0.75 && scores.bias.value == -0.25)
    let (rmse, r2): (Double, Double) = (scores.rmse.value ?? 0, scores.r2.value ?? 9)
    #expect(abs(rmse - 1.25.squareRoot()) < 1e-12)
    #expect(abs(r2) < 1e-12)
    let constant = ScanRegression(reference: [2, 2], predicted: [1, 3], groups: ["a", "a"])
    #expect(constant.r2.value == nil && constant.mae == MeasuredNumber(value: 1, interval: nil))
  }

  @Test("have intervals over patients that are the same each time, wider for fewer patients")
  func intervals() {
    let reference = (0..<40).map { $0 % 2 }
    let probabilities = (0..<40).map { index -> [Double] in
      let p = index % 5 == 0 ? 0.5 + 0.2 * Double(1 - 2 * (index % 2)) : 0.5 - 0.3 * Double(1 - 2 * (index % 2))
      return [1 - p, p]
    }
    func interval(_ groups: [String]) -> [Double] {
      ScanClassification(classes: ["a", "b"], reference: reference, probabilities: probabilities, groups: groups)
        .accuracy
        .interval ?? []
    }
    let each = interval((0..<40).map { "\($0)" })
    #expect(each == interval((0..<40).map { "\($0)" }) && each.count == 2)
    let patients = interval((0..<40).map { "\($0 / 10)" })
    #expect(patients.count == 2)
  }
}
