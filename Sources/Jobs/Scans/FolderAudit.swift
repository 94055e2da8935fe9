import Datasets
import Files
import Foundation
import Pipelines
import ScanIO

/// Reads every scan and label of a data set and reports what they are and what is strange: `segment audit`.
public struct FolderAudit {
  private let source: AuditSource

  /// - Parameters:
  ///   - data: A data set's folder, its `dataset.json`, or a table of cases.
  ///   - images: A pattern of images in place of what `data` is found to hold.
  ///   - labels: A pattern of labels beside it.
  /// - Throws: `DatasetError`.
  public init(_ data: URL, images: String?, labels: String?) throws {
    source = try images.map { try AuditSource(images: $0, labels: labels, in: data) } ?? AuditSource(data)
  }

  /// Measures the cases, several at a time.
  public func run() -> Report {
    let files = source.found.cases
    let places = Dictionary(uniqueKeysWithValues: files.map { ($0.id, $0) })
    let (cases, _) = attemptInParallel(files.map(\.id)) { measure(places[$0]!) }
    return Report(
      audit: DatasetAudit(cases.compactMap { $0 }, expectsLabels: source.found.hasLabels), found: source.found,
      loadLines: source.loadLines)
  }

  private func measure(_ files: CaseFiles) -> AuditedCase {
    var failures: [String] = []
    func attempt<Result>(_ work: () throws -> Result) -> Result? {
      do {
        return try work()
      } catch {
        failures.append("\(error)")
        return nil
      }
    }
    let choices = ReadingChoices(furtherDimension: .channels)
    let reader = CaseReader(classes: nil, reading: ScanReading(choices: choices))
    let image = attempt { AuditedImage(try reader.scan(files.images.map(\.url), id: files.id)) }
    let label = files.label.flatMap { label in
      attempt {
        try AuditedLabel(
          LabelValue.readScan(label.url), source: label.url.path)
      }
    }
    return AuditedCase(
      id: files.id, image: image, label: label, failures: failures,
      isDimensionKnown: source.found.furtherDimension != nil)
  }

  /// What an audit tells.
  public struct Report {
    /// What was measured.
    public let audit: DatasetAudit
    private let found: FoundCases
    private let loadLines: [String]

    fileprivate init(audit: DatasetAudit, found: FoundCases, loadLines: [String]) {
      (self.audit, self.found, self.loadLines) = (audit, found, loadLines)
    }

    /// The number of cases about which something is strange.
    public var strangeCount: Int { audit.cases.filter { !$0.findings.isEmpty }.count }

    /// For people: what was found, the table, the summary, and what to put into the pipeline file.
    public var text: String {
      let count = strangeCount == 0 ? "nothing strange" : "something strange in \(strangeCount)"
      return
        (found.report + ["", audit.text, ""] + audit.summary
        + ["", "\(audit.cases.count) cases, \(count). To put into the pipeline file:", "", pipeline])
        .joined(separator: "\n")
    }

    /// The load stage that suits the data.
    public var pipeline: String {
      let lines = loadLines + classLines + audit.remedies
      return (["  - load:"] + lines.map { "      " + $0 }).joined(separator: "\n")
    }

    /// The values in the labels, to be given names; none where the data set names them itself.
    private var classLines: [String] {
      let values = audit.labelValues.map(\.value)
      guard found.hasLabels, found.classes == nil, loadLines.first?.hasPrefix("dataset:") != true, !values.isEmpty
      else {
        return []
      }
      let entries = values.enumerated().map { index, value in
        let isBackground = value == .number(0) || value == .black
        return "\(isBackground ? "background" : "class_\(index)"): \(value.isColour ? "\"\(value)\"" : "\(value)")"
      }
      return ["classes: {\(entries.joined(separator: ", "))}        # give them their names"]
    }

    /// Writes the table as comma-separated values.
    ///
    /// - Throws: `FileError.operation`.
    public func write(to url: URL) throws { try AtomicFile.write(Data(audit.csv.utf8), to: url) }

    /// For programs.
    public var json: String {
      get throws {
        let content = Content(cases: audit.rows, pipeline: pipeline)
        return String(decoding: try CanonicalJSON.data(of: content).dropLast(), as: UTF8.self)
      }
    }

    private struct Content: Encodable {
      let cases: [AuditRow]
      let pipeline: String
    }
  }
}
