import Foundation
import Metrics
import Testing
import Volumes

@Suite("Evaluation of many cases")
struct EvaluationTests {
  /// Class 1: Dice 1, 0 (missed), undefined, 0 (false alarm); class 2: undefined but for the first.
  private func evaluation() throws -> Evaluation {
    Evaluation(
      classes: [ScoredClass(name: "anterior", fileValue: 10), ScoredClass(name: "posterior", fileValue: 2)],
      cases: [
        try makeCase("right", [0, 1, 2, 0], [0, 1, 2, 2], classCount: 3),
        try makeCase("missed", [0, 0, 0, 0], [0, 1, 1, 0], classCount: 3),
        try makeCase("empty", [0, 0, 0, 0], [0, 0, 0, 0], classCount: 3),
        try makeCase("alarm", [1, 0, 0, 0], [0, 0, 0, 0], classCount: 3),
      ])
  }

  @Test("means are over the cases in which a metric is defined, then over classes; misses and false alarms count as 0")
  func means() throws {
    let evaluation = try evaluation()
    #expect(evaluation.mean(of: .dice, class: 1) == 1.0 / 3)
    #expect(evaluation.mean(of: .dice, class: 2) == 2.0 / 3)
    #expect(evaluation.foregroundMean(of: .dice) == 0.5)
    #expect(evaluation.mean(of: .precision, class: 1) == 0.5)
    #expect(evaluation.mean(of: .truePositives, class: 1) == 0.25)
  }

  @Test("cases of each status are counted for each class")
  func statusCounts() throws {
    let evaluation = try evaluation()
    #expect(OverlapStatus.allCases.map { evaluation.caseCount($0, class: 1) } == [1, 1, 1, 1])
    #expect(OverlapStatus.allCases.map { evaluation.caseCount($0, class: 2) } == [1, 0, 0, 3])
  }

  @Test("a class that no case holds has no mean and leaves the foreground's to the others")
  func emptyClass() throws {
    let evaluation = Evaluation(
      classes: [ScoredClass(name: "a", fileValue: 1), ScoredClass(name: "b", fileValue: 2)],
      cases: [try makeCase("x", [1, 0], [1, 0], classCount: 3)])
    #expect(evaluation.mean(of: .dice, class: 2) == nil)
    #expect(evaluation.foregroundMean(of: .dice) == 1)
  }

  @Test("without cases every mean is missing, and reports are still whole")
  func noCases() throws {
    let evaluation = Evaluation(classes: [ScoredClass(name: "a", fileValue: 1)], cases: [])
    #expect(evaluation.mean(of: .dice, class: 1) == nil && evaluation.foregroundMean(of: .dice) == nil)
    #expect(String(decoding: evaluation.metricsCSV(), as: UTF8.self) == "case,label,metric,value,status\n")
    #expect(try !EvaluationReport(evaluation).summaryJSON().isEmpty)
  }

  @Test("summary.json has nnU-Net's shape, sorted keys, null for what is undefined")
  func summary() throws {
    let metrics: [Metric] = [.dice, .precision, .truePositives]
    func scored(_ name: String, _ prediction: [UInt8], _ reference: [UInt8]) throws -> CaseResult {
      try CaseResult(
        name: name, predictionFile: "predictions/\(name).nii.gz", referenceFile: "labels/\(name).nii.gz",
        prediction: makeMap(prediction), reference: makeMap(reference), classCount: 3, metrics: metrics)
    }
    let evaluation = Evaluation(
      classes: [ScoredClass(name: "anterior", fileValue: 10), ScoredClass(name: "posterior", fileValue: 2)],
      cases: [try scored("one", [1, 1, 0, 0], [1, 0, 0, 0]), try scored("two", [0, 0, 0, 0], [1, 0, 0, 0])])
    let text = String(decoding: try EvaluationReport(evaluation).summaryJSON(), as: UTF8.self)
    #expect(try text == expectedSummary())
  }

  @Test("the same results give the same bytes")
  func deterministic() throws {
    let first = try EvaluationReport(evaluation()).summaryJSON()
    for _ in 0..<5 { #expect(try EvaluationReport(evaluation()).summaryJSON() == first) }
  }

  @Test("metrics.csv has a line a value, quoted where a name needs it")
  func csv() throws {
    let awkward = try CaseResult(
      name: "a \"b\", c", predictionFile: "p", referenceFile: "r", prediction: makeMap([0, 1, 1]),
      reference: makeMap([0, 1, 0]), classCount: 2, metrics: [.dice, .truePositives])
    let empty = try CaseResult(
      name: "plain", predictionFile: "p", referenceFile: "r", prediction: makeMap([0]), reference: makeMap([0]),
      classCount: 2, metrics: [.dice, .truePositives])
    let evaluation = Evaluation(classes: [ScoredClass(name: "cell", fileValue: 255)], cases: [awkward, empty])
    #expect(
      String(decoding: evaluation.metricsCSV(), as: UTF8.self) == """
        case,label,metric,value,status
        "a ""b"", c",255,Dice,0.6666666666666666,ok
        "a ""b"", c",255,TP,1,ok
        plain,255,Dice,,both_empty
        plain,255,TP,0,both_empty

        """)
  }

  /// Tests/Golden/metrics/summary.json, looked through by eye.
  private func expectedSummary() throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: folder.appending(path: "Golden/metrics/summary.json"), encoding: .utf8)
  }
}
