import Datasets
import Files
import Foundation
import Metrics
import Pipelines
import ScanIO
import Volumes

/// A prediction to be judged.
package struct EvaluationItem {
  let id: String
  let prediction: URL
  let reference: URL
  /// Where the two are compared: the case's image; nil: the reference.
  let grid: Grid?
  /// The files as reports name them.
  let predictionName: String
  let referenceName: String

  package init(
    id: String, prediction: URL, reference: URL, grid: Grid?, predictionName: String, referenceName: String
  ) {
    (self.id, self.prediction, self.reference, self.grid) = (id, prediction, reference, grid)
    (self.predictionName, self.referenceName) = (predictionName, referenceName)
  }
}

/// Judges predictions against references and writes `summary.json` and `metrics.csv`.
package struct EvaluationJob {
  let classes: ClassMap
  let reading: ScanReading
  let policy: BadCasePolicy

  package init(classes: ClassMap, reading: ScanReading, policy: BadCasePolicy) {
    (self.classes, self.reading, self.policy) = (classes, reading, policy)
  }

  package static let summaryName = "summary.json"
  package static let tableName = "metrics.csv"

  /// Measures the items, and returns those that could not be measured beside the evaluation of the others.
  ///
  /// - Throws: `JobError.badCases` where the policy is to stop, or nothing could be measured.
  package func run(
    _ items: [EvaluationItem], log: RunLog
  ) throws -> (evaluation: Evaluation, failures: [JobError.BadCase]) {
    let byID = Dictionary(uniqueKeysWithValues: items.map { ($0.id, $0) })
    let (results, failures) = attemptInParallel(items.map(\.id)) { try measure(byID[$0]!) }
    guard failures.isEmpty || (policy == .quarantine && failures.count < items.count) else {
      throw JobError.badCases(failures, of: items.count)
    }
    for failure in failures { log.warning("\(failure.name): \(failure.error)") }
    var notes = NoteLog(advice: reading.choices.advice)
    for (item, result) in zip(items, results) {
      for labels in result?.labels ?? [] {
        notes.add(labels.notes, reordered: [labels.reordered].compactMap { $0 }, of: item.id, to: log)
      }
    }
    notes.finish(to: log)
    return (Evaluation(classes: classes.scored, cases: results.compactMap { $0?.result }), failures)
  }

  /// What was done to bring a label file to its place.
  private struct Placement {
    let notes: [ScanNote]
    let reordered: ReorderedFile?
  }

  /// Writes the two files and the table of failures.
  package static func write(_ evaluation: Evaluation, _ failures: [JobError.BadCase], to folder: URL) throws {
    try AtomicFile.write(evaluation.summaryJSON(), to: folder.appending(path: summaryName))
    try AtomicFile.write(evaluation.metricsCSV(), to: folder.appending(path: tableName))
    try FailureTable.write(failures, to: folder)
  }

  private func measure(_ item: EvaluationItem) throws -> (result: CaseResult, labels: [Placement]) {
    let reader = CaseReader(classes: classes, reading: reading)
    let grid = try item.grid ?? reader.grid(item.reference)
    let reference = try reader.placedLabels(item.reference, id: item.id, on: grid)
    guard FileManager.default.fileExists(atPath: item.prediction.path) else {
      throw JobError.noPrediction(file: item.prediction.path)
    }
    // A prediction was written on the image's grid; on another one it belongs to something else.
    var strict = reading
    strict.onMismatch = .error
    let prediction = try CaseReader(
      classes: classes, reading: strict, fixed: item.grid == nil ? "reference" : "image", labels: "prediction"
    ).placedLabels(item.prediction, id: item.id, on: grid)
    let result = try CaseResult(
      name: item.id, predictionFile: item.predictionName, referenceFile: item.referenceName,
      prediction: prediction.labels, reference: reference.labels, classCount: classes.count)
    return (result, [reference, prediction].map { Placement(notes: $0.notes, reordered: $0.reordered) })
  }

  /// The Dice of each class and their mean, for the log.
  package static func report(_ evaluation: Evaluation, _ log: RunLog) {
    func text(_ number: Double?) -> String { number.map { decimals($0, 4) } ?? "undefined" }
    for (index, item) in evaluation.classes.enumerated() {
      let counts = OverlapStatus.allCases.filter { $0 != .ok }.compactMap { status -> String? in
        let count = evaluation.caseCount(status, class: index + 1)
        return count > 0 ? ", \(count) \(status.rawValue)" : nil
      }
      log.info("\(item.name): Dice \(text(evaluation.mean(of: .dice, class: index + 1)))" + counts.joined())
    }
    log.info(
      "mean foreground Dice \(text(evaluation.foregroundMean(of: .dice))) over \(evaluation.cases.count) cases",
      ["mean_fg_dice": .double(evaluation.foregroundMean(of: .dice) ?? .nan)])
  }
}
