import Metrics
import Pipelines

/// The log lines of an evaluation: the main metrics of each class, with intervals, and the misses.
package struct EvaluationLog {
  private let report: EvaluationReport
  private static let metrics = ["Dice", "HD95_mm", "HD95_px", "NSD", "lesion_F1", "clDice", "VRand"]

  package init(_ report: EvaluationReport) { self.report = report }

  package func write(to log: RunLog) {
    for (index, item) in evaluation.classes.enumerated() {
      let counts = OverlapStatus.allCases.filter { $0 != .ok }.compactMap { status -> String? in
        let count = evaluation.caseCount(status, class: index + 1)
        return count > 0 ? "\(count) \(status.rawValue)" : nil
      }
      log.info("\(item.name): " + (texts(report.statistics.classes[index]) + counts).joined(separator: ", "))
    }
    log.info(
      "mean foreground " + texts(report.statistics.foreground).joined(separator: ", ")
        + " over \(counted(evaluation.cases.count, "case"))"
        + (report.hasGroups ? " of \(counted(evaluation.groupNames.count, "group"))" : "")
        + (hasMisses ? "; misses and false alarms count with the worst value" : ""),
      ["mean_fg_dice": .double(evaluation.foregroundMean(of: .dice) ?? .nan)])
    if let spread = report.foldSpreads[SummaryScores.foreground]?["Dice"], let sd = spread.sd {
      log.info(
        "mean over \(spread.folds) folds: Dice \(decimals(spread.mean, 4)), standard deviation \(decimals(sd, 4))")
    }
  }

  private var evaluation: Evaluation { report.evaluation }

  private var hasMisses: Bool {
    evaluation.cases.contains { $0.classes.contains { [.missed, .falseAlarm].contains($0.status) } }
  }

  private func texts(_ statistics: [String: MetricStatistics]) -> [String] {
    let names = Self.metrics.filter { statistics[$0] != nil }
    let chosen = names.isEmpty ? Array(report.evaluation.metricNames.prefix(3)) : names
    // Where nothing has a value, one metric says so.
    let defined = chosen.filter { statistics[$0]?.penalisedMean != nil }
    return (defined.isEmpty ? Array(chosen.prefix(1)) : defined).compactMap { name in
      statistics[name].map { text(name, $0) }
    }
  }

  /// A mean with its interval: `HD95 1.49 mm (95 % 1.30 to 1.69)`. Misses and false alarms count with the worst value.
  private func text(_ name: String, _ statistics: MetricStatistics) -> String {
    let unit = ["mm", "px"].first { name.hasSuffix("_\($0)") }
    let title = unit.map { String(name.dropLast($0.count + 1)) } ?? name
    guard let mean = statistics.penalisedMean else { return "\(title) undefined" }
    func number(_ value: Double) -> String { decimals(value, unit == nil ? 4 : 2) }
    let value = "\(title) \(number(mean))" + (unit.map { " \($0)" } ?? "")
    guard let interval = statistics.penalisedInterval else { return value }
    return "\(value) (95 % \(number(interval.lowerBound)) to \(number(interval.upperBound)))"
  }
}
