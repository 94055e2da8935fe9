import Datasets
import Files
import Foundation
import Metrics
import Pipelines
import ScanIO
import Volumes

/// A prediction and its reference.
package struct EvaluationItem {
  let id: String
  let prediction: URL
  package let reference: URL
  /// Where the two are compared: the case's image; nil: the reference.
  let grid: Grid?
  /// The files as reports name them.
  let predictionName: String
  let referenceName: String
  /// Whether there is no prediction for the case; `prediction` is then where it would be looked for.
  let isMissing: Bool

  /// Where the prediction's probabilities are, if they were written.
  var probabilities: URL {
    let name = ScanFormat.baseName(of: prediction.lastPathComponent) + PredictionItem.probabilitiesEnding
    return prediction.deletingLastPathComponent().appending(path: name)
  }

  package init(
    id: String, prediction: URL, reference: URL, grid: Grid?, predictionName: String, referenceName: String,
    isMissing: Bool = false
  ) {
    (self.id, self.prediction, self.reference, self.grid) = (id, prediction, reference, grid)
    (self.predictionName, self.referenceName, self.isMissing) = (predictionName, referenceName, isMissing)
  }
}

/// What an evaluation measures, and how its report is made.
package struct EvaluationChoices {
  /// The metrics; nil: the usual ones, and those of probabilities where these were written.
  package var metrics: [Metric]?
  /// The parameters of metrics, and the statistics.
  package var report: EvaluationReport.Choices
  /// The groups of the cases and other facts of them.
  package var attributes: CaseAttributes

  package init(
    metrics: [Metric]? = nil, report: EvaluationReport.Choices = EvaluationReport.Choices(),
    attributes: CaseAttributes = .none
  ) {
    (self.metrics, self.report, self.attributes) = (metrics, report, attributes)
  }
}

/// Compares predictions with references; `EvaluationFiles` writes the results.
package struct EvaluationJob {
  let classes: ClassMap
  let reading: ScanReading
  let policy: BadCasePolicy
  let choices: EvaluationChoices

  package init(
    classes: ClassMap, reading: ScanReading, policy: BadCasePolicy, choices: EvaluationChoices = EvaluationChoices()
  ) {
    (self.classes, self.reading, self.policy, self.choices) = (classes, reading, policy, choices)
  }

  /// Evaluates the items; returns the report and the items that could not be evaluated.
  ///
  /// - Throws: `JobError.badCases` where the policy is to stop, or nothing could be measured.
  package func run(
    _ items: [EvaluationItem], log: RunLog
  ) throws -> (report: EvaluationReport, failures: [JobError.BadCase]) {
    let byID = Dictionary(uniqueKeysWithValues: items.map { ($0.id, $0) })
    let metrics = metrics(for: items)
    let (results, failures) = attemptInParallel(items.map(\.id)) { try measure(byID[$0]!, metrics) }
    guard failures.isEmpty || (policy == .quarantine && failures.count < items.count) else {
      throw JobError.badCases(failures, of: items.count)
    }
    Self.warn(of: failures, log)
    let measured = results.compactMap { $0 }
    var notes = NoteLog(advice: reading.choices.advice)
    for item in measured {
      for warning in item.warnings { log.warning(warning) }
      for labels in item.labels {
        notes.add(labels.notes, reordered: [labels.reordered].compactMap { $0 }, of: item.result.name, to: log)
      }
    }
    notes.finish(to: log)
    let evaluation = Evaluation(classes: classes.scored, cases: measured.map(\.result))
    for warning in SharedValues(evaluation, advice: reading.choices.advice).warnings { log.warning(warning) }
    warn(ofUnlistedCases: measured.map(\.result), log)
    warn(ofThickMembranes: evaluation, log)
    let report = try EvaluationReport(evaluation, choices.report)
    for (metric, reason) in report.reasons.sorted(by: { $0.key < $1.key }) {
      log.warning("\(metric) is not computed for some cases: \(reason.rawValue)")
    }
    return (report, failures)
  }

  /// A warning where a class that is taken for the membrane has most of the voxels.
  private func warn(ofThickMembranes evaluation: Evaluation, _ log: RunLog) {
    let names = Set(MetricGroup.membranes.metrics.map(\.name))
    guard evaluation.metricNames.contains(where: names.contains), let matrix = evaluation.confusion else { return }
    let all = matrix.rows.joined().reduce(0, +)
    for (index, item) in evaluation.classes.enumerated() where 2 * matrix.rows[index + 1].reduce(0, +) > all {
      log.warning(
        "'\(item.name)' has more than half of the voxels, but the metrics of membranes take it for the membrane. If it is "
          + "not, make it the background, such as 'classes: {cell: 255, membrane: 0}' with 'background: cell'")
    }
  }

  /// A warning where the table of attributes lacks cases.
  private func warn(ofUnlistedCases results: [CaseResult], _ log: RunLog) {
    guard !choices.attributes.values.isEmpty else { return }
    let unlisted = results.map(\.name).filter { choices.attributes.values[$0] == nil }
    if !unlisted.isEmpty {
      log.warning("the table has no row for \(counted(unlisted.count, "case")): \(listed(unlisted))")
    }
    for column in choices.report.columns {
      let empty = results.filter { choices.attributes.values[$0.name] != nil && $0.attributes[column] == nil }
      guard !empty.isEmpty else { continue }
      log.warning("in no part, since '\(column)' is empty: \(listed(empty.map(\.name)))")
    }
  }

  /// A warning for each case that could not be evaluated; one for all cases without a prediction.
  private static func warn(of failures: [JobError.BadCase], _ log: RunLog) {
    let missing = failures.filter { if case JobError.noPrediction = $0.error { true } else { false } }
    for failure in failures where missing.count == 1 || !missing.contains(where: { $0.name == failure.name }) {
      log.warning("\(failure.name): \(failure.error)")
    }
    guard missing.count > 1 else { return }
    log.warning("\(missing.count) cases have no prediction: \(listed(missing.map(\.name)))")
  }

  /// How a label file was brought to the grid of the comparison.
  private struct Placement {
    let notes: [ScanNote]
    let reordered: ReorderedFile?
  }

  /// A case that was evaluated, with its notes and warnings.
  private struct Measured {
    let result: CaseResult
    let warnings: [String]
    let labels: [Placement]
  }

  private func metrics(for items: [EvaluationItem]) -> [Metric] {
    if let chosen = choices.metrics { return chosen }
    let haveProbabilities = items.contains { FileSystem.kind(of: $0.probabilities.path) == .file }
    return Metric.usual + (haveProbabilities ? MetricGroup.probabilities.metrics : [])
  }

  private func measure(_ item: EvaluationItem, _ metrics: [Metric]) throws -> Measured {
    let reader = CaseReader(classes: classes, reading: reading)
    let grid = try item.grid ?? reader.grid(item.reference)
    let placed = try reader.placedLabels(item.reference, id: item.id, on: grid)
    var reference = placed.labels
    guard !item.isMissing, FileManager.default.fileExists(atPath: item.prediction.path) else {
      throw JobError.noPrediction(file: item.prediction.path)
    }
    // A prediction was written on the image's grid; on another one it belongs to something else.
    var strict = reading
    strict.onMismatch = .error
    let found: PlacedLabels
    do {
      found = try CaseReader(
        classes: classes, reading: strict, fixed: item.grid == nil ? "reference" : "image", labels: "prediction"
      ).placedLabels(item.prediction, id: item.id, on: grid)
    } catch DatasetError.geometry(let problem) {
      throw JobError.otherGrid(prediction: item.prediction.path, other: item.reference.path, problem)
    }
    var prediction = found.labels
    var warnings = placed.resampled?.loss.map { ["\(item.id): reference '\(item.reference.path)': \($0)"] } ?? []
    let ignored = Self.ignore(in: &prediction, and: &reference)
    if ignored > 0 {
      warnings.append(
        "\(item.id): \(ignored) \(ignored == 1 ? "voxel" : "voxels") of the prediction with an ignored value: not counted"
      )
    }
    var probabilities: ClassProbabilities?
    if Metric.useProbabilities(metrics), FileSystem.kind(of: item.probabilities.path) == .file {
      do {
        probabilities = try self.probabilities(item, found)
      } catch let error as MetricsError {
        warnings.append("\(item.id): '\(item.probabilities.path)' is left out: \(error)")
      }
    }
    var result = try CaseResult(
      name: item.id, predictionFile: item.predictionName, referenceFile: item.referenceName, prediction: prediction,
      reference: reference, probabilities: probabilities, classCount: classes.count, metrics: metrics,
      settings: choices.report.settings)
    result.group = choices.attributes.groups[item.id] ?? item.id
    result.attributes = choices.attributes.attributes(of: item.id)
    return Measured(
      result: result, warnings: warnings,
      labels: [placed, found].map { Placement(notes: $0.notes, reordered: $0.reordered) })
  }

  /// The probabilities beside a prediction, whose voxels are in the order of the prediction's.
  private func probabilities(_ item: EvaluationItem, _ found: PlacedLabels) throws -> ClassProbabilities {
    guard found.reordered == nil else { throw MetricsError.reorderedProbabilities }
    let volume = try ScanFile.read(item.probabilities, choices: ReadingChoices(furtherDimension: .channels)).volume
    let grid = found.labels.grid
    if grid.unit == .millimetres, let displacement = grid.displacement(to: volume.grid), displacement.voxels > 0.1 {
      throw MetricsError.movedProbabilities("\(displacement)")
    }
    return try ClassProbabilities(volume, grid: found.labels.grid, classCount: classes.count)
  }

  /// Ignores in the reference what the prediction ignores, so that no metric counts it; returns the number of voxels
  /// that only the prediction ignores.
  private static func ignore(in prediction: inout LabelMap, and reference: inout LabelMap) -> Int {
    guard prediction.grid.size == reference.grid.size, prediction.labels.contains(LabelMap.ignored) else { return 0 }
    var count = 0
    for voxel in prediction.labels.indices where prediction.labels[voxel] == LabelMap.ignored {
      if reference.labels[voxel] != LabelMap.ignored { count += 1 }
      reference.labels[voxel] = LabelMap.ignored
      prediction.labels[voxel] = 0
    }
    return count
  }
}
