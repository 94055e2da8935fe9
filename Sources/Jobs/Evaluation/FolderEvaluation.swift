import Datasets
import Files
import Foundation
import Metrics
import Pipelines
import ScanIO

/// Compares a folder of predictions with a folder of references of the same names: `segment evaluate`.
public struct FolderEvaluation {
  private let prediction: String
  private let reference: String
  private let output: URL
  private let classes: URL?
  private let choices: Choices
  private let overwrites: Bool

  /// What is measured and reported.
  public struct Choices {
    /// The names of metrics and groups of metrics; nil: the usual ones.
    public var metrics: [String]?
    /// The tolerance of NSD and BoundaryIoU in millimetres, or pixels.
    public var tolerance: Double
    /// The threshold of the probability of no membrane for VRand_threshold; nil: none.
    public var threshold: Double?
    /// A CSV table with a column `case`; nil: each case is a group of its own.
    public var table: URL?
    /// The columns of the table by whose values the cases are also reported apart.
    public var columns: [String]

    /// The usual choices.
    public init(
      metrics: [String]? = nil, tolerance: Double = 1, threshold: Double? = nil, table: URL? = nil,
      columns: [String] = []
    ) {
      (self.metrics, self.tolerance, self.threshold) = (metrics, tolerance, threshold)
      (self.table, self.columns) = (table, columns)
    }
  }

  /// - Parameters:
  ///   - prediction: The folder of predictions.
  ///   - reference: The folder of references; each needs a prediction of its name, in any of the formats.
  ///   - output: The folder for the results, made where there is none.
  ///   - classes: A YAML file with the keys `classes`, `background`, `label_map` and `ignore` of a load stage; nil: each value found but 0 is a
  ///     class.
  ///   - choices: What is measured and reported.
  ///   - overwrites: Whether files in the folder that this program did not write may be replaced.
  public init(
    prediction: String, reference: String, output: URL, classes: URL?, choices: Choices = Choices(),
    overwrites: Bool = false
  ) {
    self.prediction = prediction
    self.reference = reference
    self.output = output
    self.classes = classes
    self.choices = choices
    self.overwrites = overwrites
  }

  /// Evaluates; `failures.csv` lists the cases that were skipped.
  ///
  /// - Throws: `JobError`, `MetricsError`, `DatasetError`, `ScanError`, `PipelineFileError`.
  public func run(log: RunLog) throws -> (report: EvaluationReport, failed: Int) {
    try checkOutput()
    let choices = try evaluationChoices()
    let (items, surplus) = try items(log)
    let folder = OutputFolder(output, replacesForeignFiles: overwrites)
    let files = items.flatMap { ($0.isMissing ? [] : [$0.prediction]) + [$0.reference] }
    let inputs = files.flatMap(ScanFile.parts) + [classes, self.choices.table].compactMap { $0 }
    try folder.check(EvaluationFiles.names + EvaluationPlots.paths + [FailureTable.fileName], inputs: inputs)
    let job = EvaluationJob(
      classes: try classMap(of: items, log), reading: ScanReading(choices: ReadingChoices(advice: .conversion)),
      policy: .quarantine, choices: choices)
    if Self.realPath(prediction) == Self.realPath(reference) {
      log.warning("prediction and reference are the same: every score is perfect")
    }
    let (report, unusable) = try job.run(items, log: log)
    let failures = unusable + surplus
    // Tables that these results do not have may be left of earlier ones.
    let written = try EvaluationFiles(report).files + EvaluationPlots(report).files(log: log)
    for name in EvaluationFiles.names + EvaluationPlots.paths where !written.contains(where: { $0.name == name }) {
      try folder.removeOwn(name)
    }
    let origin = FileOrigin(
      command: "evaluate", inputs: ["files": try hashes(of: inputs)],
      settings: [
        "metrics": report.evaluation.metricNames.joined(separator: ","), "tolerance": "\(self.choices.tolerance)",
      ])
    for file in written {
      try AtomicFile.write(file.data, to: folder.target(file.name, origin: origin))
    }
    try FailureTable.write(failures.map { ($0.name, "\($0.error)") }, to: folder, origin: origin)
    EvaluationLog(report).write(to: log)
    return (report, failures.count)
  }

  /// Results among the labels would be read as labels by the next evaluation.
  private func checkOutput() throws {
    for (name, path) in [("--prediction", prediction), ("--reference", reference)]
    where FileSystem.kind(of: path) == .folder && Self.realPath(output.path).hasPrefix(Self.realPath(path)) {
      throw JobError.option(
        name: "--output", expected: "a folder outside of \(name), whose files are read as labels",
        found: output.relativePath)
    }
  }

  /// A path without symbolic links, with a slash at its end.
  private static func realPath(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardized.path + "/"
  }

  private func evaluationChoices() throws -> EvaluationChoices {
    guard choices.tolerance >= 0, choices.tolerance.isFinite else {
      throw JobError.option(name: "--tolerance", expected: "a length of at least 0", found: "\(choices.tolerance)")
    }
    guard (0...1).contains(choices.threshold ?? 0) else {
      throw JobError.option(
        name: "--threshold", expected: "a probability from 0 to 1", found: "\(choices.threshold ?? 0)")
    }
    guard choices.columns.isEmpty || choices.table != nil else {
      throw JobError.option(
        name: "--by", expected: "also --table, a CSV file with these columns",
        found: choices.columns.joined(separator: ","))
    }
    let thresholds = Dictionary(
      uniqueKeysWithValues: choices.threshold.map { value in (1..<ClassMap.maximumCount).map { ($0, value) } } ?? [])
    return EvaluationChoices(
      metrics: try choices.metrics.map { try Metric.chosen($0) },
      report: EvaluationReport.Choices(
        settings: MetricSettings(tolerance: choices.tolerance, membraneThresholds: thresholds),
        columns: choices.columns),
      attributes: try choices.table.map { try CaseAttributes(table: $0, columns: choices.columns) } ?? .none)
  }

  /// One hash of all files that can be read; those that cannot are listed as failures.
  private func hashes(of files: [URL]) throws -> [String] {
    let hashes = files.compactMap { try? ContentHash.hash(of: $0) }
    return [ContentHash.hash(of: Data(hashes.joined().utf8))]
  }

  /// The cases, and the predictions that have no reference.
  private func items(_ log: RunLog) throws -> (items: [EvaluationItem], surplus: [JobError.BadCase]) {
    if let pair = pairOfFiles { return ([pair], []) }
    func named(_ folder: String) throws -> [String: ScanFolder.Item] {
      var items: [String: ScanFolder.Item] = [:]
      let listing = try ScanFolder.listing(folder, of: .labels)
      // Probabilities are evaluated with their labels.
      for warning in listing.leftOut.filter({ $0.reason != .probabilities }).warnings {
        log.warning("\(folder): \(warning)")
      }
      for item in listing.items {
        if let first = items.updateValue(item, forKey: ScanFormat.baseName(of: item.name)) {
          throw JobError.sameName(
            name: ScanFormat.baseName(of: item.name), first: first.url.path, second: item.url.path)
        }
      }
      return items
    }
    let predictions = try named(prediction)
    let references = try named(reference)
    let extra = predictions.keys.filter { references[$0] == nil }.sorted()
    if !extra.isEmpty {
      log.warning(
        "\(counted(extra.count, "prediction")) without a reference \(extra.count == 1 ? "is" : "are") ignored: "
          + listed(extra))
    }
    guard extra.count < predictions.count else {
      throw JobError.unmatched(
        what: "\(extra.count == 1 ? "prediction" : "predictions") without a reference of the same name", names: extra,
        folder: reference)
    }
    let folder = URL(filePath: prediction)
    let expected = FileSystem.kind(of: prediction) == .file ? folder.deletingLastPathComponent() : folder
    let items = references.keys.sorted().map { id in
      let found = predictions[id]
      return EvaluationItem(
        id: id, prediction: found?.url ?? expected.appending(path: references[id]!.name),
        reference: references[id]!.url, grid: nil, predictionName: found?.name ?? id,
        referenceName: references[id]!.name, isMissing: found == nil)
    }
    let surplus = extra.map { name in
      JobError.BadCase(name: name, error: JobError.noReference(file: predictions[name]!.url.path, folder: reference))
    }
    return (items, surplus)
  }

  /// Two files are a pair, also with different names.
  private var pairOfFiles: EvaluationItem? {
    func isFile(_ path: String) -> Bool { FileSystem.kind(of: path) == .file }
    guard isFile(prediction), isFile(reference) else { return nil }
    let (first, second) = (URL(filePath: prediction), URL(filePath: reference))
    return EvaluationItem(
      id: ScanFormat.baseName(of: second.lastPathComponent), prediction: first, reference: second, grid: nil,
      predictionName: first.lastPathComponent, referenceName: second.lastPathComponent)
  }

  private func classMap(of items: [EvaluationItem], _ log: RunLog) throws -> ClassMap {
    guard let classes else {
      // A file that cannot be read is found again, and listed, where it is measured.
      let files = items.flatMap { [$0.reference.path] + ($0.isMissing ? [] : [$0.prediction.path]) }
      let (found, _) = attemptInParallel(files) { try FoundValues(in: URL(filePath: $0), advice: .conversion) }
      return try ClassMap(found.compactMap { $0 }, log: log)
    }
    return try ClassFile(classes).classMap()
  }
}
