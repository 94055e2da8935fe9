import Datasets
import Files
import Foundation
import Machine
import Pipelines
import ScanIO

/// Reads every scan and label of a data set and reports their contents and possible problems: `segment audit`.
public struct FolderAudit {
  private let source: AuditSource

  /// - Parameters:
  ///   - data: A data set's folder, its `dataset.json`, or a table of cases.
  ///   - images: A pattern of images in place of what `data` is found to hold.
  ///   - labels: A pattern of labels beside it.
  ///   - suffixes: BIDS: the suffixes of the images of a case; nil: that of most images.
  /// - Throws: `DatasetError`.
  public init(_ data: URL, images: String?, labels: String?, suffixes: [String]? = nil) throws {
    source =
      try images.map { try AuditSource(images: $0, labels: labels, in: data) }
      ?? AuditSource(data, suffixes: suffixes)
  }

  /// The file of the table.
  public struct TableFile {
    fileprivate let file: OutputFile
  }

  /// Checks, before any work, that a table can be written to a file without replacing what must stay.
  ///
  /// - Throws: `FileError`.
  public func tableFile(_ url: URL, overwrites: Bool) throws -> TableFile {
    let files = source.found.cases.flatMap { item in (item.images + [item.label].compactMap { $0 }).map(\.url) }
    let inputs = files.flatMap(ScanFile.parts) + source.found.descriptions
    return TableFile(
      file: try OutputFile(
        url, inputs: inputs, origin: FileOrigin(command: "audit"), replacesForeignFiles: overwrites))
  }

  /// Measures the cases, several at a time.
  public func run() -> Report {
    let files = source.found.cases
    let places = Dictionary(uniqueKeysWithValues: files.map { ($0.id, $0) })
    let (measured, failures) = attemptInParallel(files.map(\.id)) { try measure(places[$0]!) }
    let errors = Dictionary(uniqueKeysWithValues: failures.map { ($0.name, "\($0.error)") })
    let cases = zip(files, measured).map { files, measured in
      measured
        ?? AuditedCase(
          id: files.id, image: nil, label: nil, failures: [errors[files.id] ?? ""],
          isDimensionKnown: source.found.furtherDimension != nil)
    }
    return Report(
      audit: DatasetAudit(cases, expectsLabels: source.found.hasLabels), source: source)
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

  /// The result of an audit.
  public struct Report {
    /// The measurements.
    public let audit: DatasetAudit
    private let source: AuditSource
    private var found: FoundCases { source.found }

    fileprivate init(audit: DatasetAudit, source: AuditSource) { (self.audit, self.source) = (audit, source) }

    /// The number of cases with warnings.
    public var strangeCount: Int { audit.cases.filter { !$0.findings.isEmpty }.count }

    /// The numbers of cases and of warnings: `4 cases, 1 case with warnings, 2 labels without an image`.
    private var counts: String {
      func counted(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
      let unlabelled = audit.cases.count { $0.findings.contains(.noLabel) }
      var parts: [String] = []
      if strangeCount > 0 { parts.append(counted(strangeCount, "case with warnings", "cases with warnings")) }
      if unlabelled > 0 { parts.append(counted(unlabelled, "image without a label", "images without a label")) }
      let orphans = found.labelsWithoutImage.count
      if orphans > 0 { parts.append(counted(orphans, "label without an image", "labels without an image")) }
      if parts.isEmpty { parts = [source.warnings.isEmpty ? "no warnings" : "see the warning above"] }
      return ([counted(audit.cases.count, "case", "cases")] + parts).joined(separator: ", ")
    }

    /// The report as text: what was found, the table, the summary, and a pipeline file that loads the data.
    public var text: String {
      (found.report + found.leftOut.warnings + source.warnings.map { "warning: " + $0 } + ["", audit.text, ""]
        + audit.summary + ["", "\(counts). Pipeline file that loads them:", "", pipeline])
        .joined(separator: "\n")
    }

    /// A pipeline file whose load stage suits the data: it runs as it is, wherever it is.
    public var pipeline: String {
      let remedies = audit.remedies.filter { source.namesAgree || !$0.hasPrefix("exclude:") }
      let lines = source.loadLines.map { $0.yaml(relativeTo: nil) } + classLines + remedies
      return (["name: audited", "stages:", "  - load:"] + lines.map { "      " + $0 }).joined(separator: "\n")
    }

    /// The values in the labels, to be given names; none where the data set names them itself.
    private var classLines: [String] {
      guard found.hasLabels else { return [] }
      let values = audit.labelValues.map(\.value)
      if let classes = found.classes {
        let known = Set(classes.classes.flatMap(\.values) + classes.ignored)
        if values.allSatisfy(known.contains) { return [] }
        return [YAMLText.comment("the labels have values that dataset.json does not name")] + stated(values, classes)
      }
      return stated(values, nil)
    }

    /// The classes of values: under the names that are known, each of the others as a separate class, or those of masks
    /// with smooth edges as two.
    private func stated(_ values: [LabelValue], _ classes: ClassMap?) -> [String] {
      func text(_ value: LabelValue) -> String { value.isColour ? "\"\(value)\"" : "\(value)" }
      func isBackground(_ value: LabelValue) -> Bool { value == .number(0) || value == .black }
      let edges = audit.cases.compactMap { $0.label?.isImage == false ? $0.label?.smoothEdges : nil }
      if let low = edges.map(\.low).min(), let high = edges.map(\.high).max(), classes == nil {
        let middle = (low + high + 1) / 2
        let (below, above) = (values.filter { $0.isBelow(middle) }, values.filter { !$0.isBelow(middle) })
        let lists = [below, above].map { "[" + $0.map(text).joined(separator: ", ") + "]" }
        return [
          YAMLText.comment("smooth edges are thresholded at \(middle), half way"),
          "classes: {background: \(lists[0]), class_1: \(lists[1])}",
        ]
      }
      var entries =
        classes?.classes.map { entry in
          "\(YAMLText.scalar(entry.name)): [\(entry.values.map(text).joined(separator: ", "))]"
        } ?? []
      let known = Set(classes?.classes.flatMap(\.values) ?? [])
      let rest = values.filter { !known.contains($0) && classes?.ignored.contains($0) != true }
      if classes == nil {
        let background = rest.first(where: isBackground)
        entries.append("background: " + (background.map(text) ?? (rest.first?.isColour == true ? "\"#000000\"" : "0")))
      }
      let foreground = rest.filter { classes != nil || !isBackground($0) }
      entries += foreground.enumerated().map { "class_\($0 + entries.count): \(text($1))" }
      if entries.count == 1 { entries.append("class_1: 1") }
      var lines = ["classes: {\(entries.joined(separator: ", "))}        # rename the classes"]
      if let classes, classes.names[0] != "background" {
        lines.append("background: " + YAMLText.scalar(classes.names[0]))
      }
      if let ignored = classes?.ignored, !ignored.isEmpty {
        lines.append("ignore: [\(ignored.map(text).joined(separator: ", "))]")
      }
      return lines
    }

    /// Writes the table as comma-separated values.
    ///
    /// - Throws: `FileError`.
    public func write(to file: TableFile) throws { try AtomicFile.write(Data(audit.csv.utf8), to: file.file.target()) }

    /// The result as JSON.
    public var json: String {
      get throws {
        let content = Content(
          cases: audit.rows, labelsWithoutImage: found.labelsWithoutImage,
          warnings: found.leftOut.warnings + source.warnings, pipeline: pipeline)
        return String(decoding: try CanonicalJSON.data(of: content).dropLast(), as: UTF8.self)
      }
    }

    private struct Content: Encodable {
      let cases: [AuditRow]
      let labelsWithoutImage: [String]
      let warnings: [String]
      let pipeline: String

      enum CodingKeys: String, CodingKey {
        case cases, warnings, pipeline
        case labelsWithoutImage = "labels_without_image"
      }
    }
  }
}

extension LabelValue {
  /// Whether this is a number below another.
  fileprivate func isBelow(_ limit: Int) -> Bool {
    if case .number(let number) = self { number < limit } else { false }
  }
}
