import Datasets
import Files
import Foundation
import Metrics
import Pipelines
import ScanIO

/// Measures a folder of predictions against a folder of references of the same names: `segment evaluate`.
public struct FolderEvaluation {
  private let prediction: String
  private let reference: String
  private let output: URL
  private let classes: URL?

  /// - Parameters:
  ///   - prediction: The folder of predictions.
  ///   - reference: The folder of references; each needs a prediction of its name, in any of the formats.
  ///   - output: The folder for the results, made where there is none.
  ///   - classes: A YAML file with the keys `classes` and `background` of a load stage; nil: each value found but 0 is a
  ///     class.
  public init(prediction: String, reference: String, output: URL, classes: URL?) {
    self.prediction = prediction
    self.reference = reference
    self.output = output
    self.classes = classes
  }

  /// Measures, and returns the number of cases that could not be; `failures.csv` lists them.
  ///
  /// - Throws: `JobError`, `DatasetError`, `ScanError`, `PipelineFileError`.
  public func run(log: RunLog) throws -> Int {
    let items = try items(log)
    let job = EvaluationJob(
      classes: try classMap(of: items), reading: ScanReading(choices: ReadingChoices(advice: .conversion)),
      policy: .quarantine)
    let (evaluation, failures) = try job.run(items, log: log)
    try FileSystem.makeFolder(output.path)
    try EvaluationJob.write(evaluation, failures, to: output)
    EvaluationJob.report(evaluation, log)
    return failures.count
  }

  private func items(_ log: RunLog) throws -> [EvaluationItem] {
    if let pair = pairOfFiles { return [pair] }
    func named(_ folder: String) throws -> [String: ScanFolder.Item] {
      var items: [String: ScanFolder.Item] = [:]
      for item in try ScanFolder.scans(folder) {
        if let first = items.updateValue(item, forKey: ScanFormat.baseName(of: item.name)) {
          throw JobError.sameOutput(name: ScanFormat.baseName(of: item.name), first: first.name, second: item.name)
        }
      }
      return items
    }
    let predictions = try named(prediction)
    let references = try named(reference)
    let extra = predictions.keys.filter { references[$0] == nil }.sorted()
    if !extra.isEmpty {
      log.warning(
        "\(extra.count) predictions have no reference and are not counted: \(extra.prefix(10).joined(separator: ", "))")
    }
    guard extra.count < predictions.count else {
      throw JobError.unmatched(what: "predictions have no reference of their name", names: extra, folder: reference)
    }
    return references.keys.sorted().map { id in
      let found = predictions[id]
      return EvaluationItem(
        id: id, prediction: found?.url ?? URL(filePath: prediction).appending(path: id),
        reference: references[id]!.url, grid: nil, predictionName: found?.name ?? id,
        referenceName: references[id]!.name)
    }
  }

  /// Two files are a pair whatever their names.
  private var pairOfFiles: EvaluationItem? {
    func isFile(_ path: String) -> Bool {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
    guard isFile(prediction), isFile(reference) else { return nil }
    let (first, second) = (URL(filePath: prediction), URL(filePath: reference))
    return EvaluationItem(
      id: ScanFormat.baseName(of: second.lastPathComponent), prediction: first, reference: second, grid: nil,
      predictionName: first.lastPathComponent, referenceName: second.lastPathComponent)
  }

  private func classMap(of items: [EvaluationItem]) throws -> ClassMap {
    guard let classes else {
      // A file that cannot be read is found again, and listed, where it is measured.
      let files = Dictionary(uniqueKeysWithValues: items.map { ($0.id, [$0.reference, $0.prediction]) })
      let (found, _) = attemptInParallel(items.map(\.id)) {
        try ClassMap.values(foundIn: files[$0]!, advice: .conversion)
      }
      return try ClassMap(values: Set(found.compactMap { $0 }.joined()))
    }
    let reader = try ParameterReader(
      yaml: try text(of: classes), name: "", file: classes.relativePath, folder: classes.deletingLastPathComponent())
    let map = try ClassMap(reader)
    try reader.finish()
    return map
  }

  private func text(of file: URL) throws -> String {
    guard access(file.path, R_OK) == 0 else {
      throw DatasetError.path(.unreadable(path: file.path, reason: String(cString: strerror(errno))))
    }
    return try String(contentsOf: file, encoding: .utf8)
  }
}
