import Datasets
import Files
import Foundation
import Machine
import ScanIO

/// Reads every scan and label of a data set and reports their contents and possible problems: `segment audit`.
public struct FolderAudit {
  private let source: AuditSource
  private let data: URL

  /// - Parameters:
  ///   - data: A data set's folder, its `dataset.json`, or a table of cases.
  ///   - images: A pattern of images in place of what `data` is found to hold.
  ///   - labels: A pattern of labels beside it.
  ///   - suffixes: The suffixes of the images of a case, such as `T1w`; nil: that of most images.
  /// - Throws: `DatasetError`.
  public init(_ data: URL, images: String?, labels: String?, suffixes: [String]? = nil) throws {
    self.data = data
    source =
      try images.map { try AuditSource(images: $0, labels: labels, in: data) }
      ?? AuditSource(data, suffixes: suffixes)
  }

  /// The file of the table.
  public struct TableFile {
    let file: OutputFile
  }

  /// Checks, before any work, that a table can be written to a file without replacing what must stay.
  ///
  /// - Throws: `FileError`.
  public func tableFile(_ url: URL, overwrites: Bool) throws -> TableFile {
    TableFile(
      file: try OutputFile(
        url, inputs: inputs, origin: FileOrigin(command: "audit"), replacesForeignFiles: overwrites))
  }

  /// Checks, before any work, that a pipeline file can be written without replacing what must stay.
  ///
  /// - Throws: `FileError`.
  public func pipelineFile(_ url: URL, overwrites: Bool) throws -> PipelineFile {
    try PipelineFile(url, inputs: inputs, overwrites: overwrites)
  }

  private var inputs: [URL] {
    let files = source.found.cases.flatMap { item in (item.images + [item.label].compactMap { $0 }).map(\.url) }
    let groups = AuditedGroups.table(in: folder)
    return files.flatMap(ScanFile.parts) + source.found.descriptions
      + (FileSystem.kind(of: groups.path) == .file ? [groups] : [])
  }

  /// The folder of the data set.
  private var folder: URL {
    FileSystem.kind(of: data.path) == .folder ? data : data.absoluteURL.deletingLastPathComponent()
  }

  /// Measures the cases, several at a time.
  ///
  /// - Throws: `MachineError.notEnoughMemory` where there is too little memory for every case; for some it is a finding.
  public func run() throws -> Report {
    let files = source.found.cases
    let places = Dictionary(uniqueKeysWithValues: files.map { ($0.id, $0) })
    let (measured, failures) = attemptInParallel(files.map(\.id)) { try measure(places[$0]!) }
    let lacks = failures.compactMap { $0.error as? MachineError }
    if let error = lacks.first, lacks.count == files.count { throw error }
    let errors = Dictionary(uniqueKeysWithValues: failures.map { ($0.name, "\($0.error)") })
    let cases = zip(files, measured).map { files, measured in
      measured
        ?? AuditedCase(
          id: files.id, image: nil, label: nil, failures: [errors[files.id] ?? ""],
          isDimensionKnown: source.found.furtherDimension != nil)
    }
    return Report(
      audit: DatasetAudit(cases, expectsLabels: source.found.hasLabels), source: source, data: data, folder: folder)
  }

  /// - Throws: `MachineError.notEnoughMemory`, of which another attempt may be made.
  private func measure(_ files: CaseFiles) throws -> AuditedCase {
    var failures: [String] = []
    func attempt<Result>(_ work: () throws -> Result) throws -> Result? {
      do {
        return try work()
      } catch let error as MachineError {
        throw error
      } catch {
        failures.append("\(error)")
        return nil
      }
    }
    let choices = ReadingChoices(furtherDimension: .channels)
    let reader = CaseReader(classes: nil, reading: ScanReading(choices: choices))
    let image = try attempt { AuditedImage(try reader.scan(files.images.map(\.url), id: files.id)) }
    let label = try files.label.flatMap { label in
      try attempt {
        try AuditedLabel(
          LabelValue.readScan(label.url), source: label.url.path)
      }
    }
    return AuditedCase(
      id: files.id, image: image, label: label, failures: failures,
      isDimensionKnown: source.found.furtherDimension != nil)
  }
}
