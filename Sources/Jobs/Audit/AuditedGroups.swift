import Datasets
import Files
import Foundation

/// The groups of an audited data set's cases: the cases of a patient.
struct AuditedGroups {
  /// The lines of the load stage that name the groups; none where the data set does so itself, or there are none.
  let lines: [LoadLine]
  /// The cases that are used, each with its group.
  let cases: [GroupedCase]
  /// Why `groups.csv` is not used.
  let warnings: [String]

  /// Finds the groups: those of the data set; of a file `groups.csv` in its folder that has every case; or the subjects of
  /// names such as `sub-01_ses-2`.
  ///
  /// - Parameters:
  ///   - files: The cases that are used.
  ///   - folder: The folder of the data set.
  init(_ files: [CaseFiles], in folder: URL) {
    let ids = files.map(\.id)
    var groups = (lines: [LoadLine](), cases: files.map { GroupedCase(id: $0.id, group: $0.group ?? $0.id) })
    var warnings: [String] = []
    let table = Self.table(in: folder)
    func grouped() -> [GroupedCase]? {
      guard FileSystem.linkStatus(of: table.path) != nil else { return nil }
      do {
        return try Grouping.table(GroupTable(contentsOf: table)).grouped(ids)
      } catch {
        warnings = ["groups.csv is not used, and cases of one patient may be in several parts: \(error)"]
        return nil
      }
    }
    if files.contains(where: { $0.group != nil }) {
      // The data set says which cases belong together.
    } else if let cases = grouped() {
      groups = ([.path(key: "group_table", table.absoluteURL.standardized.path)], cases)
    } else if let pattern = try? GroupPattern(Self.subject), let cases = try? Grouping.pattern(pattern).grouped(ids),
      Set(cases.map(\.group)).count < cases.count
    {
      groups = ([.setting("group_by: " + YAMLText.scalar(Self.subject))], cases)
    }
    (lines, cases, self.warnings) = (groups.lines, groups.cases, warnings)
  }

  /// Where the groups of the data set in a folder are looked for.
  static func table(in folder: URL) -> URL {
    folder.appending(path: "groups.csv", directoryHint: .notDirectory)
  }

  private static let subject = "^(sub-[A-Za-z0-9]+)"

  /// The number of groups.
  var count: Int { Set(cases.map(\.group)).count }
}
