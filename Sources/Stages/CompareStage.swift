import Datasets
import Files
import Foundation
import Jobs
import Metrics
import Pipelines

/// The stage `compare`: compares several evaluations with one of them, case by case.
struct CompareStage: Stage {
  static let kind = "compare"
  static let version = 1
  static let summary = "compares several evaluations with one of them, case by case, with intervals over patients"
  static let inputs = [StageInput(.metrics, takesSeveral: true)]
  static let outputs = [StageOutput(.comparison, path: "comparison.json", publishedAs: "comparison.json")]
  static let links = [StageLink(path: tableName, publishedAs: tableName)]

  private static let tableName = "comparison.csv"

  private let axes: [String]?
  private let baseline: String?
  private let metrics: [Metric]
  private let onlyPresent: Bool

  init(_ parameters: ParameterReader) throws {
    axes = try parameters.optionalStrings("by", count: 1...8)
    baseline = try parameters.optionalString("baseline")
    onlyPresent = try parameters.bool("present", default: false)
    let names = try parameters.optionalStrings("metrics", count: 1...64) ?? PairedComparison.usualMetrics
    let chosen = try parameters.collecting("metrics") {
      try Metric.chosen(names).map { metric in
        guard metric.preference != .neither else { throw MetricsError.notComparable(metric.name) }
        return metric
      }
    }
    metrics = try parameters.needed(chosen)
  }

  func forecast(_ context: ForecastContext) throws -> Forecast {
    if context.inputs.all(.metrics, as: MetricsForecast.self).contains(where: \.areOfWholeScans) {
      throw StageError.segmentsNothing(
        stage: context.stage, what: "the evaluations are of classes or numbers of whole scans",
        remedy: "only those of segmentations can be compared so far")
    }
    _ = try methods(context.sources(of: .metrics).map { ($0.name, $0.coordinates) }, stage: context.stage)
    return Forecast()
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let inputs = context.all(.metrics)
    let methods = try methods(inputs.map { ($0.name, $0.coordinates) }, stage: context.stage)
    let scores = try inputs.map { input in
      do {
        return try SummaryScores(Data(contentsOf: input.url))
      } catch {
        throw StageError.damagedArtefact(file: input.url.path, reason: "\(error)")
      }
    }
    let comparison = try BaselineComparison(
      methods.all.map { .init(name: $0.name, evaluations: $0.inputs.map { scores[$0] }) }, baseline: methods.baseline,
      metrics: metrics, onlyPresent: onlyPresent, seed: context.seed)
    guard !comparison.rows.isEmpty else { throw StageError.nothingInCommon(stage: context.stage) }
    if comparison.leftOutCases > 0 {
      context.log.warning(
        "\(counted(comparison.leftOutCases, "case")) not in all evaluations: only common cases are compared")
    }
    let table = BaselineTable(comparison)
    try AtomicFile.write(table.csv(), to: context.folder.appending(path: Self.tableName))
    try AtomicFile.write(table.json(), to: context.folder.appending(path: "comparison.json"))
    for line in table.lines { context.log.info(line) }
    return .done
  }

  /// The methods: the evaluations that agree along some axes, or where there is no axis each evaluation.
  private func methods(
    _ inputs: [(name: String, place: Coordinates)], stage: String
  ) throws -> (all: [(name: String, inputs: [Int])], baseline: Int) {
    guard inputs.count > 1 else { throw StageError.nothingCompared(stage: stage, count: inputs.count) }
    let known = inputs.flatMap { $0.place.entries.map(\.axis) }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let differing = known.filter { axis in Set(inputs.map { $0.place[axis] }).count > 1 }
    if let unknown = axes?.first(where: { !differing.contains($0) }) {
      throw StageError.comparedAxis(stage: stage, found: unknown, axes: differing)
    }
    if axes == nil, differing.count > 1 { throw StageError.comparedAxis(stage: stage, found: nil, axes: differing) }
    let chosen = axes ?? differing
    var all: [(name: String, inputs: [Int])] = []
    for (index, input) in inputs.enumerated() {
      let name = chosen.isEmpty ? input.name : Self.name(input.place, chosen)
      if let place = all.firstIndex(where: { $0.name == name }) {
        all[place].inputs.append(index)
      } else {
        all.append((name, [index]))
      }
    }
    guard let baseline else { return (all, 0) }
    guard let place = all.firstIndex(where: { $0.name == baseline }) else {
      throw StageError.unknownBaseline(stage: stage, found: baseline, known: all.map(\.name))
    }
    return (all, place)
  }

  /// The value of one axis, or of several with their names, such as `n=4 start=scratch`.
  private static func name(_ place: Coordinates, _ axes: [String]) -> String {
    let values = axes.map { ($0, place[$0] ?? "none") }
    return values.count == 1 ? values[0].1 : values.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }
}
