import Foundation
import Metrics

/// The files of an evaluation.
package struct EvaluationFiles {
  /// Every value, statistics and counts, in nnU-Net's shape.
  package static let summary = "summary.json"
  /// The tables: every value; the statistics; the confusion matrix; of probabilities the curves and the reliability;
  /// of membranes the scores by threshold.
  package static let tables = [
    "metrics.csv", "statistics.csv", "confusion.csv", "curves.csv", "reliability.csv", "membrane_thresholds.csv",
  ]
  /// The names of all files; the last three are there only with probabilities.
  package static var names: [String] { [summary] + tables }

  /// The files with their names.
  package let files: [(name: String, data: Data)]

  package init(_ report: EvaluationReport) throws {
    let contents = [
      try report.summaryJSON(), report.evaluation.metricsCSV(), report.statisticsCSV(), report.confusionCSV(),
      report.curvesCSV(), report.reliabilityCSV(), report.membraneCSV(),
    ]
    files = zip(Self.names, contents).compactMap { name, data in data.map { (name, $0) } }
  }
}
