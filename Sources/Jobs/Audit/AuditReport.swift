import Datasets
import Files
import Foundation

extension FolderAudit {
  /// The result of an audit: what was found, and a pipeline file for it.
  public struct Report {
    /// The measurements.
    public let audit: DatasetAudit
    private let source: AuditSource
    private let data: URL
    private let draft: Result<TrainingDraft, any Error>
    private let groups: AuditedGroups
    private let classes: AuditedClasses?
    private var found: FoundCases { source.found }
    private var warnings: [String] { source.warnings + groups.warnings + (classes?.warnings ?? []) }

    init(audit: DatasetAudit, source: AuditSource, data: URL, folder: URL) {
      (self.audit, self.source, self.data) = (audit, source, data)
      let excluded = Set(source.namesAgree ? audit.excluded : [])
      let files = source.found.cases.filter { !excluded.contains($0.id) }
      let groups = AuditedGroups(files, in: folder)
      let classes =
        source.found.hasLabels ? AuditedClasses(audit, excluding: excluded, known: source.found.classes) : nil
      (self.groups, self.classes) = (groups, classes)
      draft = Result {
        try TrainingDraft(
          audit.cases.filter { !excluded.contains($0.id) && $0.image != nil }, groups: groups,
          classes: classes?.values ?? [], resamples: audit.needsOneSpacing)
      }
    }

    /// The number of cases with warnings.
    public var strangeCount: Int { audit.cases.count { !$0.findings.isEmpty } }

    /// Whether there is a case that a pipeline can load.
    public var isUsable: Bool { audit.excluded.count < audit.cases.count }

    /// Whether the classes have names that only the user knows better.
    public var hasUnnamedClasses: Bool { classes?.lines.isEmpty == false }

    /// The numbers of cases and of warnings: `4 cases, 1 case with warnings, 2 labels without an image`.
    private var counts: String {
      func counted(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
      let unlabelled = audit.cases.count { $0.findings.contains(.noLabel) }
      var parts: [String] = []
      if strangeCount > 0 { parts.append(counted(strangeCount, "case with warnings", "cases with warnings")) }
      if unlabelled > 0 { parts.append(counted(unlabelled, "image without a label", "images without a label")) }
      let orphans = found.labelsWithoutImage.count
      if orphans > 0 { parts.append(counted(orphans, "label without an image", "labels without an image")) }
      if !warnings.isEmpty { parts.append(counted(warnings.count, "warning", "warnings")) }
      if parts.isEmpty { parts = ["no warnings"] }
      return ([counted(audit.cases.count, "case", "cases")] + parts).joined(separator: ", ")
    }

    /// What was found, as text: the pairing, warnings, the table and the summary.
    public var findings: String {
      var lines = found.report + found.leftOut.warnings + warnings.map { "warning: " + $0 }
      lines += ["", audit.text, ""] + audit.summary + ["", "\(counts)."]
      guard isUsable else { return lines.joined(separator: "\n") }
      if let reason = loadOnlyReason { lines.append("The pipeline has only a load stage: \(reason).") }
      lines.append("Results of the pipeline will be in 'runs/\(name)', in the folder where it is run.")
      return lines.joined(separator: "\n")
    }

    private var loadOnlyReason: String? {
      guard source.namesAgree else { return "several files have the same name" }
      if case .failure(let problem) = draft { return "\(problem)" }
      return nil
    }

    /// A pipeline file that suits the data: it runs as it is.
    ///
    /// - Parameters:
    ///   - folder: The folder of the file, for relative paths; nil: absolute paths, so that it can be anywhere.
    ///   - problem: Why the file is to have a load stage alone; nil: it has all stages that the data allow.
    public func pipeline(relativeTo folder: URL?, loadOnlyBecause problem: String? = nil) -> String {
      let path = folder?.absoluteURL.standardized.path
      func yaml(_ lines: [LoadLine]) -> [String] { lines.map { $0.yaml(relativeTo: path) } }
      let remedies = audit.remedies.filter { source.namesAgree || !$0.hasPrefix("exclude:") }
      let load = yaml(source.loadLines) + (classes?.lines ?? []) + yaml(groups.lines) + remedies
      let training = problem == nil && source.namesAgree ? try? draft.get() : nil
      var lines = [
        "# Written by 'segment audit': \(counts).",
        "# Check it with 'segment validate FILE', run it with 'segment run FILE'.",
        "name: " + YAMLText.scalar(name), "seed: \(training?.seed ?? 1)", "stages:", "  - load:",
      ]
      lines += load.map { "      " + $0 } + (training?.lines.map { "  " + $0 } ?? [])
      if let reason = problem ?? loadOnlyReason { lines.append(YAMLText.comment("only a load stage: \(reason)")) }
      return lines.joined(separator: "\n")
    }

    private var name: String { PipelineName(data).text }

    /// Writes the table as comma-separated values.
    ///
    /// - Throws: `FileError`.
    public func write(to file: TableFile) throws { try AtomicFile.write(Data(audit.csv.utf8), to: file.file.target()) }

    /// The result as JSON.
    ///
    /// - Parameter pipeline: The pipeline file.
    public func json(pipeline: String) throws -> String {
      let content = Content(
        cases: audit.rows, labelsWithoutImage: found.labelsWithoutImage,
        warnings: found.leftOut.warnings + warnings, pipeline: pipeline)
      return String(decoding: try CanonicalJSON.data(of: content).dropLast(), as: UTF8.self)
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
