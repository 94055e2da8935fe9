import Foundation
import Metrics

/// The files of an evaluation.
package struct EvaluationFiles {
  /// Every value, statistics and counts, in nnU-Net's shape.
  package static let summary = "summary.json"
  /// The tables: every value; the statistics; the confusion matrix.
  package static let tables = ["metrics.csv", "statistics.csv", "confusion.csv"]
  /// The names of all files.
  package static var names: [String] { [summary] + tables }

  /// The files with their names.
  package let files: [(name: String, data: Data)]

  package init(_ report: EvaluationReport) throws {
    let contents = [
      try report.summaryJSON(), report.evaluation.metricsCSV(), report.statisticsCSV(), report.confusionCSV(),
    ]
    files = zip(Self.names, contents).map { ($0, $1) }
  }
}
