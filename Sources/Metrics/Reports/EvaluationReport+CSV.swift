import Files
import Foundation

extension EvaluationReport {
  /// The statistics of every class and metric, a line each, under a header line of names.
  ///
  /// The rows of all cases have an empty `by` and `value`; then come those of parts. The label of the mean over the
  /// classes is `foreground`. Columns that end in `_low` and `_high` are the ends of a 95 % interval.
  public func statisticsCSV() -> Data {
    let header = [
      "by", "value", "label", "class", "metric", "cases", "mean_penalised", "mean_penalised_low", "mean_penalised_high",
      "cases_present", "mean_present", "mean_present_low", "mean_present_high", "sd", "median", "p5", "p95", "missed",
      "false_alarm", "both_empty",
    ]
    let rows =
      Self.rows(by: "", value: "", evaluation, statistics)
      + parts.flatMap { Self.rows(by: $0.column, value: $0.value, $0.evaluation, $0.statistics) }
    return Data(([header] + rows).map(CSVText.line).joined().utf8)
  }

  private static func rows(
    by column: String, value: String, _ evaluation: Evaluation, _ statistics: EvaluationStatistics
  ) -> [[String]] {
    func rows(
      _ label: String, _ name: String, _ metrics: [String: MetricStatistics], _ count: (OverlapStatus) -> Int
    ) -> [[String]] {
      let statuses = [OverlapStatus.missed, .falseAlarm, .bothEmpty].map { "\(count($0))" }
      return evaluation.metricNames.compactMap { metric in
        metrics[metric].map { [column, value, label, name, metric] + $0.cells + statuses }
      }
    }
    let classes = evaluation.classes.indices.flatMap { index in
      rows("\(evaluation.classes[index].fileValue)", evaluation.classes[index].name, statistics.classes[index]) {
        evaluation.caseCount($0, class: index + 1)
      }
    }
    let foreground = rows("foreground", "", statistics.foreground) { status in
      evaluation.classes.indices.reduce(0) { $0 + evaluation.caseCount(status, class: $1 + 1) }
    }
    return classes + foreground
  }

  /// The confusion matrix over all cases: a row for each class of the reference, a column for each predicted class, in
  /// voxels.
  public func confusionCSV(background: String = "background") -> Data {
    let names = [background] + evaluation.classes.map(\.name)
    let rows = evaluation.confusion?.rows ?? []
    let lines = [["reference"] + names] + zip(names, rows).map { [$0] + $1.map(String.init) }
    return Data(lines.map(CSVText.line).joined().utf8)
  }
}

extension EvaluationReport {
  /// The ROC and precision-recall curves of each class over the voxels of all cases; nil without probabilities.
  public func curvesCSV() -> Data? {
    table(header: ["label", "class", "threshold", "recall", "false_positive_rate", "precision"]) { tally in
      tally.curve.map { point in
        ["\(point.threshold)", "\(point.recall)", "\(point.falsePositiveRate)", point.precision.map { "\($0)" } ?? ""]
      }
    }
  }

  /// The reliability diagram of each class over the voxels of all cases, and over those within 2 mm of the reference's
  /// boundary; nil without probabilities.
  public func reliabilityCSV() -> Data? {
    table(header: ["label", "class", "voxels", "bin", "low", "high", "count", "confidence", "frequency"]) { tally in
      [("all", tally.bins), ("boundary", tally.bandBins)].flatMap { name, bins in
        bins.enumerated().map { index, bin in
          let ends = [index, index + 1].map { "\(Double($0) / Double(ProbabilityTally.binCount))" }
          let values = [bin.confidence, bin.frequency].map { $0.map { "\($0)" } ?? "" }
          return [name, "\(index + 1)"] + ends + ["\(bin.count)"] + values
        }
      }
    }
  }

  private func table(header: [String], _ rows: (ProbabilityTally) -> [[String]]) -> Data? {
    let known = zip(evaluation.classes, tallies).compactMap { item, tally in tally.map { (item, $0) } }
    guard !known.isEmpty else { return nil }
    let lines = known.flatMap { item, tally in rows(tally).map { ["\(item.fileValue)", item.name] + $0 } }
    return Data(([header] + lines).map(CSVText.line).joined().utf8)
  }

  /// V^Rand and V^Info of each case at each threshold; nil without them.
  public func membraneCSV() -> Data? {
    let rows = evaluation.cases.flatMap { result in
      zip(evaluation.classes, result.membraneCurves).flatMap { item, curve in
        curve.map { point in
          [
            result.name, "\(item.fileValue)", "\(point.threshold)", MetricValue(point.scores.rand).text,
            MetricValue(point.scores.information).text,
          ]
        }
      }
    }
    guard !rows.isEmpty else { return nil }
    return Data(([["case", "label", "threshold", "VRand", "VInfo"]] + rows).map(CSVText.line).joined().utf8)
  }
}

extension MetricStatistics {
  fileprivate var cells: [String] {
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    return [
      "\(count)", text(penalisedMean), text(penalisedInterval?.lowerBound), text(penalisedInterval?.upperBound),
      "\(presentCount)", text(presentMean), text(presentInterval?.lowerBound), text(presentInterval?.upperBound),
      text(standardDeviation), text(median), text(percentile5), text(percentile95),
    ]
  }
}
