import Files
import Foundation
import Metrics

/// A comparison of two evaluations as text, CSV and JSON.
public struct ComparisonReport {
  private let comparison: PairedComparison
  private let first: String
  private let second: String

  private let onlyPresent: Bool
  private let tolerance: Double?

  init(_ comparison: PairedComparison, first: String, second: String, onlyPresent: Bool, tolerance: Double?) {
    (self.comparison, self.first, self.second) = (comparison, first, second)
    (self.onlyPresent, self.tolerance) = (onlyPresent, tolerance)
  }

  /// A table for people, and the cases that changed most.
  public var text: String {
    let unit = comparison.groupCount == comparison.caseCount ? "" : " of \(counted(comparison.groupCount, "group"))"
    let header = [
      "class", "metric", "cases", "A", "B", "B - A", "95 % interval", "p (Holm)", "better", "equal", "worse",
    ]
    let cells = comparison.rows.map { row in
      [
        row.className.isEmpty ? row.label : row.className, row.metric, "\(row.pairs)", significant(row.firstMean),
        significant(row.secondMean), signed(row.difference),
        row.interval.map { "\(signed($0.lowerBound)) to \(signed($0.upperBound))" } ?? "-",
        row.correctedProbability < 0.001 ? "< 0.001" : decimals(row.correctedProbability, 3), "\(row.better)",
        "\(row.equal)", "\(row.worse)",
      ]
    }
    return """
      A: \(first)
      B: \(second)
      \(counted(comparison.caseCount, "case"))\(unit) in both. \(rule)

      \(Self.aligned([header] + cells))
      \(changes)
      """
  }

  /// Which values count.
  private var rule: String {
    let values =
      onlyPresent
      ? "Only cases in which all four masks have the class." : "Misses and false alarms count with the worst value."
    let hasTolerance = comparison.rows.contains { ["NSD", "BoundaryIoU"].contains($0.metric) }
    return values + (hasTolerance ? tolerance.map { " Tolerance: \(significant($0))." } ?? "" : "")
  }

  /// The cases whose first metric changed most.
  private var changes: String {
    guard let metric = comparison.rows.first?.metric else { return "" }
    let pairs = comparison.pairs.filter { $0.metric == metric && $0.isBetter != nil }
      .sorted { (abs($0.second - $0.first), $1.name) > (abs($1.second - $1.first), $0.name) }
    let names = Dictionary(
      comparison.rows.filter { !$0.className.isEmpty }.map { ($0.label, $0.className) },
      uniquingKeysWith: { first, _ in first })
    func lines(_ isBetter: Bool) -> [String] {
      pairs.filter { $0.isBetter == isBetter }.prefix(5).map { pair in
        "  \(pair.name), \(names[pair.label] ?? "label \(pair.label)"): \(metric) \(significant(pair.first)) -> \(significant(pair.second))"
      }
    }
    let (better, worse) = (lines(true), lines(false))
    return
      ((better.isEmpty ? [] : ["", "better in B:"] + better) + (worse.isEmpty ? [] : ["", "worse in B:"] + worse))
      .joined(separator: "\n")
  }

  private func signed(_ number: Double) -> String { number > 0 ? "+" + significant(number) : significant(number) }

  /// Columns as wide as their widest cell; texts to the left, numbers to the right.
  private static func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// A line for each class and metric.
  func tableCSV() -> Data {
    let header = [
      "label", "class", "metric", "pairs", "mean_a", "mean_b", "difference", "difference_low", "difference_high", "p",
      "p_holm", "better", "equal", "worse",
    ]
    let rows = comparison.rows.map { row in
      [
        row.label, row.className, row.metric, "\(row.pairs)", "\(row.firstMean)", "\(row.secondMean)",
        "\(row.difference)",
      ]
        + [row.interval?.lowerBound, row.interval?.upperBound].map { $0.map { "\($0)" } ?? "" }
        + ["\(row.probability)", "\(row.correctedProbability)", "\(row.better)", "\(row.equal)", "\(row.worse)"]
    }
    return Data(([header] + rows).map(CSVText.line).joined().utf8)
  }

  /// A line for each case, class and metric.
  func casesCSV() -> Data {
    let rows = comparison.pairs.map { pair in
      [
        pair.name, pair.label, pair.metric, "\(pair.first)", "\(pair.second)", "\(pair.second - pair.first)",
        pair.isBetter.map { $0 ? "better" : "worse" } ?? "equal",
      ]
    }
    let header = ["case", "label", "metric", "a", "b", "difference", "b_is"]
    return Data(([header] + rows).map(CSVText.line).joined().utf8)
  }

  /// The table and the cases, with sorted keys.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(ComparisonJSON(comparison)) + Data("\n".utf8)
  }
}

private struct ComparisonJSON: Encodable {
  struct Row: Encodable {
    let label, `class`, metric: String
    let pairs, better, worse: Int
    let meanA, meanB, difference: Double
    let interval: [Double]?
    let p, pHolm: Double
  }

  struct Pair: Encodable {
    let `case`, label, metric: String
    let a, b: Double
  }

  let cases: Int
  let groups: Int
  let onlyA: [String]
  let onlyB: [String]
  let rows: [Row]
  let values: [Pair]

  init(_ comparison: PairedComparison) {
    (cases, groups) = (comparison.caseCount, comparison.groupCount)
    (onlyA, onlyB) = (comparison.onlyFirst, comparison.onlySecond)
    rows = comparison.rows.map { row in
      Row(
        label: row.label, class: row.className, metric: row.metric, pairs: row.pairs, better: row.better,
        worse: row.worse, meanA: row.firstMean, meanB: row.secondMean, difference: row.difference,
        interval: row.interval.map { [$0.lowerBound, $0.upperBound] }, p: row.probability,
        pHolm: row.correctedProbability)
    }
    values = comparison.pairs.map { pair in
      Pair(case: pair.name, label: pair.label, metric: pair.metric, a: pair.first, b: pair.second)
    }
  }
}
