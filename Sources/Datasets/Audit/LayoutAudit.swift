import Files
import Foundation

/// An audit of a data set in one of the published layouts, its choices made where the files leave some.
struct LayoutAudit {
  /// The cases and the lines that load them; nil where the data have none of the layouts.
  let source: AuditSource?

  /// Finds the cases.
  ///
  /// - Throws: `DatasetError`.
  init(_ data: URL, suffixes: [String]?) throws(DatasetError) {
    do {
      source = try Self.source(data, suffixes: suffixes, derivatives: nil, notes: [])
    } catch .layout(.notRecognised) {
      source = nil
    }
  }

  private static func source(
    _ data: URL, suffixes: [String]?, derivatives: String?, notes: [String]
  ) throws(DatasetError) -> AuditSource {
    let layout = LayoutSource(data, suffixes: suffixes, derivatives: derivatives)
    do {
      // A description that names no classes, or regions, is read without them.
      var found: FoundCases
      if let named = try? CaseSource.layout(layout).found(needsClasses: true, unlabelled: .kept) {
        found = named
      } else {
        found = try CaseSource.layout(layout).found(needsClasses: false, unlabelled: .kept)
      }
      found.report += notes
      var lines = [LoadLine.path(key: "dataset", FilePath.absolute(data))]
      if let suffixes { lines.append(.setting("suffix: " + YAMLText.list(suffixes))) }
      if let derivatives { lines.append(.setting("derivatives: " + YAMLText.scalar(derivatives))) }
      return AuditSource(found: found, loadLines: notes.map { .comment($0) } + lines)
    } catch .layout(.severalSuffixes(_, let counts)) {
      let suffix = usual(counts)
      let others = counts.keys.sortedBytewise().filter { $0 != suffix }
      let note =
        "images with the suffix '\(suffix)' (\(counts[suffix] ?? 0)); other suffixes: \(Wording.quoted(others)). "
        + "Choose with --suffix; several are the channels of a case"
      return try source(data, suffixes: [suffix], derivatives: derivatives, notes: notes + [note])
    } catch .layout(.noDerivatives(let path, let others)) where derivatives == nil && !others.isEmpty {
      for other in others {
        let note = "labels of 'derivatives/\(other)'"
        if let source = try? source(data, suffixes: suffixes, derivatives: other, notes: notes + [note]),
          source.found.hasLabels
        {
          return source
        }
      }
      throw .layout(.noDerivatives(path: path, others: others))
    }
  }

  /// The suffix of most images; of equal ones that of a usual structural image.
  private static func usual(_ counts: [String: Int]) -> String {
    let most = counts.values.max() ?? 0
    let candidates = counts.keys.sortedBytewise().filter { counts[$0] == most }
    return ["T1w", "T2w", "FLAIR"].first(where: candidates.contains) ?? candidates.first ?? ""
  }
}
