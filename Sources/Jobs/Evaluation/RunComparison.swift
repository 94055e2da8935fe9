import Files
import Foundation
import Metrics
import Pipelines

/// Compares two evaluations case by case: `segment compare`.
public struct RunComparison {
  private let first: String
  private let second: String
  private let metrics: [String]?
  private let onlyPresent: Bool
  private let output: URL?
  private let overwrites: Bool

  /// - Parameters:
  ///   - first: A run's folder, the folder of an evaluation, or a `summary.json`.
  ///   - second: The other one.
  ///   - metrics: The names of metrics and groups; nil: the usual ones.
  ///   - onlyPresent: Whether only cases count in which all four masks have the class.
  ///   - output: A folder for the tables; nil: none is written.
  ///   - overwrites: Whether files in the folder that this program did not write may be replaced.
  public init(
    first: String, second: String, metrics: [String]?, onlyPresent: Bool = false, output: URL?, overwrites: Bool = false
  ) {
    (self.first, self.second, self.metrics) = (first, second, metrics)
    (self.onlyPresent, self.output, self.overwrites) = (onlyPresent, output, overwrites)
  }

  private static let tableName = "comparison.csv"
  private static let casesName = "cases.csv"
  private static let jsonName = "comparison.json"

  /// Compares, and writes the tables where a folder is given.
  ///
  /// - Throws: `JobError.noSummary`, `.nothingCompared`; `MetricsError`, `FileError`.
  public func run(log: RunLog) throws -> ComparisonReport {
    let chosen = try Metric.chosen(metrics ?? PairedComparison.usualMetrics)
    let files = try [first, second].map(Self.summary)
    let scores = try files.map(Self.scores)
    let comparison = try PairedComparison(scores[0], scores[1], metrics: chosen, onlyPresent: onlyPresent)
    for (names, path) in [(comparison.onlyFirst, first), (comparison.onlySecond, second)] where !names.isEmpty {
      log.warning("\(counted(names.count, "case")) only in \(path): \(listed(names))")
    }
    if !comparison.unmatchedLabels.isEmpty {
      log.warning("labels of one evaluation alone: \(listed(comparison.unmatchedLabels))")
    }
    guard !comparison.rows.isEmpty else {
      throw JobError.nothingCompared(first: first, second: second, commonCases: comparison.caseCount)
    }
    if metrics != nil {
      let compared = Set(comparison.rows.map(\.metric))
      let missing = chosen.filter { compared.isDisjoint(with: [$0.name, $0.name(in: .pixels)]) }
      if !missing.isEmpty { log.warning("not in both evaluations: \(listed(missing.map(\.name)))") }
    }
    let report = ComparisonReport(
      comparison, first: first, second: second, onlyPresent: onlyPresent,
      tolerance: scores[0].tolerance ?? scores[1].tolerance)
    if let output { try write(report, to: output, inputs: files) }
    return report
  }

  private func write(_ report: ComparisonReport, to output: URL, inputs: [URL]) throws {
    let folder = OutputFolder(output, replacesForeignFiles: overwrites)
    let files = [
      (Self.tableName, report.tableCSV()), (Self.casesName, report.casesCSV()), (Self.jsonName, try report.json()),
    ]
    try folder.check(files.map(\.0), inputs: inputs)
    let origin = FileOrigin(command: "compare", inputs: ["files": try inputs.map { try ContentHash.hash(of: $0) }])
    for (name, data) in files { try AtomicFile.write(data, to: folder.target(name, origin: origin)) }
  }

  /// The `summary.json` of a folder, or the file itself.
  private static func summary(_ path: String) throws -> URL {
    let resolved = SystemPath.resolvingParents(path)
    switch FileSystem.kind(of: resolved) {
    case .folder:
      let file = URL(filePath: resolved).appending(path: EvaluationFiles.summary)
      guard FileSystem.kind(of: file.path) == .file else { throw JobError.noSummary(path: path, isFolder: true) }
      return file
    case .file: return URL(filePath: resolved)
    default: throw JobError.noSummary(path: path, isFolder: false)
    }
  }

  private static func scores(_ url: URL) throws -> SummaryScores {
    do {
      return try SummaryScores(Data(contentsOf: url))
    } catch let error as DecodingError {
      throw JobError.damagedSummary(file: url.path, problem: ValueProblem(decoding: error))
    }
  }
}
