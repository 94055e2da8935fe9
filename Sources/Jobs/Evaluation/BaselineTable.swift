import Files
import Foundation
import Metrics

/// A comparison of several methods with a baseline as CSV, JSON and lines of text.
package struct BaselineTable {
  private let comparison: BaselineComparison

  package init(_ comparison: BaselineComparison) { self.comparison = comparison }

  /// A line for each class, metric and method.
  package func csv() -> Data {
    let header = [
      "method", "label", "class", "metric", "evaluations", "mean", "sd", "baseline", "pairs", "difference",
      "difference_low", "difference_high", "p", "p_holm", "better", "equal", "worse",
    ]
    let rows = comparison.rows.map { row in
      let difference = row.difference
      func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
      return [
        row.method, row.label, row.className, row.metric, "\(row.spread.folds)", text(row.spread.mean),
        text(row.spread.sd), comparison.baseline, difference.map { "\($0.pairs)" } ?? "", text(difference?.difference),
        text(difference?.interval?.lowerBound), text(difference?.interval?.upperBound), text(difference?.probability),
        text(difference?.correctedProbability),
      ] + [difference?.better, difference?.equal, difference?.worse].map { $0.map { "\($0)" } ?? "" }
    }
    return Data(([header] + rows).map(CSVText.line).joined().utf8)
  }

  /// The same with sorted keys.
  package func json() throws -> Data { try CanonicalJSON.data(of: Content(comparison)) }

  /// A line for each method: the first metric of the foreground, or of the only class.
  package var lines: [String] {
    guard let metric = comparison.rows.first?.metric else { return [] }
    let all = comparison.rows.filter { $0.metric == metric }
    let foreground = all.filter { $0.label == SummaryScores.foreground }
    return (foreground.isEmpty ? all : foreground).map { row in
      let deviation = row.spread.sd.map { " (SD \(significant($0)) over \(row.spread.folds) evaluations)" } ?? ""
      let start = "\(row.method): \(metric) \(significant(row.spread.mean))\(deviation)"
      guard let difference = row.difference else { return start }
      let interval = difference.interval.map { ", 95 % \(signed($0.lowerBound)) to \(signed($0.upperBound))" } ?? ""
      return start + "; \(signed(difference.difference)) against \(comparison.baseline)\(interval)"
    }
  }

  private func signed(_ number: Double) -> String { number > 0 ? "+" + significant(number) : significant(number) }

  private struct Content: Encodable {
    struct Row: Encodable {
      let method, label, `class`, metric: String
      let spread: FoldSpread
      let difference: Difference?
    }

    struct Difference: Encodable {
      let pairs, better, worse: Int
      let mean: Double
      let interval: [Double]?
      let p, pHolm: Double

      enum CodingKeys: String, CodingKey {
        case pairs, better, worse, mean, interval, p
        case pHolm = "p_holm"
      }

      init(_ row: PairedComparison.Row) {
        (pairs, better, worse, mean) = (row.pairs, row.better, row.worse, row.difference)
        interval = row.interval.map { [$0.lowerBound, $0.upperBound] }
        (p, pHolm) = (row.probability, row.correctedProbability)
      }
    }

    let baseline: String
    let rows: [Row]

    init(_ comparison: BaselineComparison) {
      baseline = comparison.baseline
      rows = comparison.rows.map { row in
        Row(
          method: row.method, label: row.label, class: row.className, metric: row.metric, spread: row.spread,
          difference: row.difference.map(Difference.init))
      }
    }
  }
}
