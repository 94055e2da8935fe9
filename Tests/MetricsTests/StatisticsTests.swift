import Foundation
import Metrics
import Testing
import Volumes

@Suite("Statistics of an evaluation")
struct StatisticsTests {
  /// Dice 1, 0 (missed), none (both empty), 0 (false alarm), 0.5.
  private func evaluation(groups: [String]? = nil) throws -> Evaluation {
    var cases = [
      try makeCase("right", [0, 1, 0, 0], [0, 1, 0, 0]), try makeCase("missed", [0, 0, 0, 0], [0, 1, 1, 0]),
      try makeCase("empty", [0, 0, 0, 0], [0, 0, 0, 0]), try makeCase("alarm", [1, 0, 0, 0], [0, 0, 0, 0]),
      try makeCase("half", [0, 1, 1, 0], [0, 0, 1, 1]),
    ]
    for (index, group) in (groups ?? []).enumerated() { cases[index].group = group }
    return Evaluation(classes: [ScoredClass(name: "tumour", fileValue: 1)], cases: cases)
  }

  @Test("the present mean has only cases in which both masks have the class, the penalised one also misses and alarms")
  func means() throws {
    let statistics = try EvaluationStatistics(evaluation()).classes[0]
    let dice = try #require(statistics["Dice"]), distance = try #require(statistics["HD95_mm"])
    #expect(dice.presentMean == 0.75 && dice.presentCount == 2)
    #expect(dice.penalisedMean == 0.375 && dice.count == 4)
    #expect(dice.median == 0.25 && dice.percentile5 == 0 && abs(dice.percentile95! - 0.925) < 1e-12)
    #expect(abs(dice.standardDeviation! - (0.6875 / 3).squareRoot()) < 1e-12)
    // A miss and a false alarm are as far off as the row of four voxels is long.
    #expect(distance.presentMean == 0.475 && distance.penalisedMean == (0 + 4 + 4 + 0.95) / 4)
    let precision = try #require(statistics["Precision"])
    #expect(precision.penalisedMean == (1 + 0 + 0 + 0.5) / 4)
  }

  @Test("the foreground's mean is that of the classes' means")
  func foreground() throws {
    let evaluation = Evaluation(
      classes: [ScoredClass(name: "a", fileValue: 1), ScoredClass(name: "b", fileValue: 2)],
      cases: [
        try makeCase("x", [0, 1, 2, 2], [0, 1, 2, 0], classCount: 3),
        try makeCase("y", [1, 1, 0, 0], [1, 0, 0, 0], classCount: 3),
      ])
    let statistics = try EvaluationStatistics(evaluation)
    let dice = try #require(statistics.foreground["Dice"])
    #expect(dice.penalisedMean == evaluation.foregroundMean(of: .dice))
    #expect(dice.standardDeviation == nil && dice.median == nil)
  }

  @Test("two groups with values 0 and 1 have an interval from 0 to 1; one group has none")
  func extremeGroups() throws {
    let bootstrap = try Bootstrap(groupCount: 2, resamples: 1000)
    let means = bootstrap.means(of: GroupSums([0, 0, 1], groups: [0, 0, 1], groupCount: 2))
    #expect(Set(means) == [0, 1 / 3.0, 1])
    #expect(bootstrap.interval(of: means) == 0...1)
    let single = try Bootstrap(groupCount: 1)
    #expect(single.interval(of: single.means(of: GroupSums([3], groups: [0], groupCount: 1))) == nil)
  }

  @Test("cases of one group are drawn together")
  func groups() throws {
    let alone = try EvaluationStatistics(evaluation()).classes[0]["Dice"]
    let together = try EvaluationStatistics(evaluation(groups: ["p", "p", "p", "p", "p"])).classes[0]["Dice"]
    #expect(alone?.penalisedInterval != nil && together?.penalisedInterval == nil)
    #expect(alone?.penalisedMean == together?.penalisedMean)
  }

  @Test("a resample without any value does not count")
  func missingValues() throws {
    let bootstrap = try Bootstrap(groupCount: 3, resamples: 500)
    let means = bootstrap.means(of: GroupSums([nil, nil, 0.5], groups: [0, 1, 2], groupCount: 3))
    #expect(means.contains { $0.isNaN })
    #expect(bootstrap.interval(of: means) == 0.5...0.5)
    #expect(bootstrap.interval(of: [.nan]) == nil)
  }

  @Test("the interval of a mean is as wide as the normal approximation says, and the same bits everywhere")
  func interval() throws {
    let values = (0..<100).map { Double($0 * 37 % 100) / 100 }
    let bootstrap = try Bootstrap(groupCount: 100)
    let means = bootstrap.means(of: GroupSums(values, groups: Array(0..<100), groupCount: 100))
    let interval = try #require(bootstrap.interval(of: means))
    let deviation = 0.28866 / 10
    #expect(abs(interval.lowerBound - (0.495 - 1.96 * deviation)) < 0.003)
    #expect(abs(interval.upperBound - (0.495 + 1.96 * deviation)) < 0.003)
    #expect(interval == 0.43859750000000003...0.5511)
  }

  @Test("parts of the cases have statistics of their own, by the values of a column")
  func parts() throws {
    var evaluation = try evaluation()
    var cases = evaluation.cases
    for (index, site) in ["A", "B", "A", "B"].enumerated() { cases[index].attributes = ["site": site] }
    evaluation = Evaluation(classes: evaluation.classes, cases: cases)
    let report = try EvaluationReport(evaluation, EvaluationReport.Choices(columns: ["site"], resamples: 100))
    #expect(report.parts.map(\.value) == ["A", "B"])
    #expect(report.parts.map { $0.evaluation.cases.map(\.name) } == [["right", "empty"], ["missed", "alarm"]])
    #expect(report.parts[0].statistics.classes[0]["Dice"]?.penalisedMean == 1)
    let lines = String(decoding: report.statisticsCSV(), as: UTF8.self).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("site,B,1,tumour,Dice,2,0.0,0.0,0.0,0,,,,0.0,0.0,0.0,0.0,1,1,0") })
    #expect(lines.contains { $0.hasPrefix(",,foreground,,Dice,4,0.375,") })
  }

  @Test("the confusion matrix is that of all cases together")
  func confusion() throws {
    let report = try EvaluationReport(evaluation(), EvaluationReport.Choices(resamples: 10))
    #expect(
      String(decoding: report.confusionCSV(), as: UTF8.self)
        == "reference,background,tumour\nbackground,13,2\ntumour,3,2\n")
  }
}

/// Tests/Golden/metrics/tests.json, made by the script beside it.
private struct GoldenTest: Decodable {
  let differences: [Double]
  let p: Double
  let positive: Double

  static func all() throws -> [GoldenTest] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode(
      [GoldenTest].self, from: Data(contentsOf: folder.appending(path: "Golden/metrics/tests.json")))
  }
}

@Suite("Comparison of two evaluations")
struct ComparisonTests {
  @Test("the signed-rank test is scipy's, exact and approximate")
  func signedRank() throws {
    for golden in try GoldenTest.all() {
      let test = SignedRankTest(golden.differences)
      #expect(abs(test.probability - golden.p) <= 1e-9 * golden.p, "\(golden.differences.count) differences")
      #expect(test.positiveRanks == golden.positive)
    }
  }

  @Test("equal values leave no difference to test; equal magnitudes share their rank")
  func ties() {
    #expect(SignedRankTest([0, 0]).probability == 1 && SignedRankTest([]).count == 0)
    // Of the 4 sums of signs of two equal ranks one is as large as 3.
    #expect(SignedRankTest([0.5, 0.5]).positiveRanks == 3 && SignedRankTest([0.5, 0.5]).probability == 0.5)
    #expect(SignedRankTest([1, -1]).probability == 1)
  }

  @Test("Holm's correction never makes a smaller probability larger than a larger one")
  func holm() {
    let corrected = SignedRankTest.holm([0.01, 0.04, 0.03, 0.005])
    #expect(zip(corrected, [0.03, 0.06, 0.06, 0.02]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(SignedRankTest.holm([0.9, 0.8]) == [1, 1] && SignedRankTest.holm([]).isEmpty)
  }

  private func scores(_ cases: String, names: String = "") throws -> SummaryScores {
    try SummaryScores(Data("{\(names)\"metric_per_case\": [\(cases)]}".utf8))
  }

  @Test("a summary of nnU-Net is read, with its NaN and without names of cases")
  func nnUNet() throws {
    let scores = try scores(
      """
      {"metrics": {"1": {"Dice": NaN, "n_ref": 0.0}, "2": {"Dice": 0.5, "FN": 3}},
       "prediction_file": "/data/NaN \\"x\\"/case_1.nii.gz", "reference_file": "y"}
      """)
    #expect(scores.cases.map(\.name) == ["case_1"] && scores.cases[0].group == "case_1")
    #expect(scores.cases[0].values["1"] == ["n_ref": 0] && scores.cases[0].values["2"]?["Dice"] == 0.5)
  }

  @Test("pairs are compared by case; misses count with the worst value; the better direction is the metric's")
  func pairs() throws {
    func item(_ name: String, _ dice: Double, _ distance: String, _ more: String = "") -> String {
      """
      {"case": "\(name)", "group": "g\(name)", "metrics": {"1": {"status": "ok", "Dice": \(dice), "HD95_mm": \(distance)\(more)}}}
      """
    }
    let first = try scores([item("a", 0.5, "4"), item("b", 0.5, "3"), item("c", 0.5, "2")].joined(separator: ","))
    let second = try scores(
      [item("a", 0.75, "2"), item("b", 0, "null", #", "penalised": {"HD95_mm": 9}"#), item("d", 1, "0")]
        .joined(separator: ","), names: #""class_names": {"1": "tumour"}, "#)
    let comparison = try PairedComparison(first, second, metrics: Metric.chosen(["Dice", "HD95", "ASSD"]))
    #expect(comparison.onlyFirst == ["c"] && comparison.onlySecond == ["d"] && comparison.caseCount == 2)
    #expect(comparison.rows.map(\.metric) == ["Dice", "HD95_mm"] && comparison.rows[0].className == "tumour")
    #expect(comparison.rows.map(\.better) == [1, 1] && comparison.rows.map(\.worse) == [1, 1])
    #expect(comparison.rows.map(\.difference) == [-0.125, 2])
    #expect(comparison.rows[0].interval == -0.5...0.25)
    #expect(comparison.pairs.map(\.isBetter) == [true, false, true, false])
  }

  @Test("only cases in which all four masks have the class count where that is asked for")
  func present() throws {
    let missed = #"{"case": "a", "metrics": {"1": {"status": "missed", "Dice": 0}}}"#
    let found = #"{"case": "b", "metrics": {"1": {"status": "ok", "Dice": 0.5}}}"#
    let better = ["a", "b"].map { #"{"case": "\#($0)", "metrics": {"1": {"status": "ok", "Dice": 0.75}}}"# }
    let first = try scores([missed, found].joined(separator: ","))
    let second = try scores(better.joined(separator: ","))
    #expect(try PairedComparison(first, second, metrics: [.dice]).rows[0].pairs == 2)
    let present = try PairedComparison(first, second, metrics: [.dice], onlyPresent: true).rows[0]
    #expect(present.pairs == 1 && present.difference == 0.25 && present.equal == 0)
  }

  @Test("surfaces measured with other tolerances, and metrics of which no value is better, are not compared")
  func refusals() throws {
    let item = #"{"case": "a", "metrics": {"1": {"NSD": 0.5, "Dice": 0.5}}}"#
    let first = try scores(item, names: #""tolerance": 1, "#), second = try scores(item, names: #""tolerance": 2, "#)
    #expect(throws: MetricsError.tolerancesDiffer(metric: "NSD", 1, 2)) {
      try PairedComparison(first, second, metrics: Metric.chosen(["Dice", "NSD"]))
    }
    #expect(try PairedComparison(first, second, metrics: [.dice]).rows.count == 1)
    #expect(throws: MetricsError.notComparable("TP")) {
      try PairedComparison(first, second, metrics: [.truePositives])
    }
  }

  @Test("beside a false alarm, a rightly empty mask has the best value; two of them are no pair")
  func rightlyEmpty() throws {
    let alarm = #"{"status": "false_alarm", "Dice": 0, "penalised": {"HD95_mm": 30}}"#
    func summary(_ first: String, _ second: String) throws -> SummaryScores {
      let empty = #"{"status": "both_empty", "Dice": null}"#
      let items = [("a", first), ("b", second), ("c", "")].map { name, metrics in
        #"{"case": "\#(name)", "metrics": {"1": \#(metrics.isEmpty ? empty : metrics)}}"#
      }
      return try scores(items.joined(separator: ","))
    }
    let comparison = try PairedComparison(
      summary(alarm, ""), summary("", alarm), metrics: Metric.chosen(["Dice", "HD95"]))
    #expect(comparison.rows.map(\.pairs) == [2, 2] && comparison.rows.map(\.difference) == [0, 0])
    #expect(comparison.pairs.map(\.first) == [0, 1, 30, 0] && comparison.pairs.map(\.second) == [1, 0, 0, 30])
    #expect(comparison.pairs.map(\.isBetter) == [true, false, true, false])
  }

  @Test("two cases of one name are refused, since cases are paired by name")
  func repeatedNames() {
    let item = #"{"prediction_file": "/a/1.nii.gz", "metrics": {"1": {"Dice": 0.5}}}"#
    let other = #"{"prediction_file": "/b/1.nii.gz", "metrics": {"1": {"Dice": 0.7}}}"#
    #expect(throws: MetricsError.repeatedCase("1")) { try scores("\(item), \(other)") }
  }

  @Test("cases of one group count once in the test")
  func groups() throws {
    func summary(_ values: [Double]) throws -> SummaryScores {
      try scores(
        values.enumerated().map { index, value in
          #"{"case": "\#(index)", "group": "\#(index / 2)", "metrics": {"1": {"Dice": \#(value)}}}"#
        }.joined(separator: ","))
    }
    let comparison = try PairedComparison(
      summary([0.1, 0.1, 0.1, 0.1]), summary([0.2, 0.4, 0.3, 0.5]), metrics: [.dice])
    #expect(comparison.groupCount == 2 && comparison.rows[0].pairs == 4 && comparison.rows[0].probability == 0.5)
  }
}
