import Files
import Foundation

/// A table that names the group of each case.
///
/// A CSV file with a header. The column `case` names the case, and `group`, `patient` or `subject` its group; in a table
/// of two columns without these names the first is the case and the second the group. Other columns, and rows of unknown
/// cases, are passed over.
public struct GroupTable: Hashable, Sendable {
  /// What messages call the table.
  public let source: String
  /// The group of each case.
  private let groups: [String: String]

  /// Reads a CSV file.
  ///
  /// Throws `PathProblem.unreadable`, and `DatasetError.groups` as `init(csv:source:)` does.
  public init(contentsOf url: URL) throws(DatasetError) {
    try self.init(csv: try FilePath.text(at: url), source: url.path)
  }

  /// Reads the text of a CSV file, which messages call `source`.
  ///
  /// Throws `GroupProblem.table` where the text is no such table, or gives a case two groups or an empty one.
  public init(csv: String, source: String) throws(DatasetError) {
    do throws(GroupTableProblem) {
      groups = try Self.groups(csv: csv)
      self.source = source
    } catch {
      throw .groups(.table(source: source, error))
    }
  }

  func grouped(_ ids: [String]) throws(DatasetError) -> [GroupedCase] {
    let missing = ids.filter { groups[$0] == nil }
    guard missing.isEmpty else {
      throw .groups(.casesNotInTable(source: source, ids: missing, rows: groups.count))
    }
    return ids.compactMap { id in groups[id].map { GroupedCase(id: id, group: $0) } }
  }

  private static func groups(csv: String) throws(GroupTableProblem) -> [String: String] {
    let table: CSVTable
    do throws(CSVProblem) { table = try CSVTable(csv, example: "case,group") } catch { throw .csv(error) }
    let (caseColumn, groupColumn) = try columns(of: table.header)
    var entries: [String: (group: String, line: Int)] = [:]
    for row in table.rows {
      let (id, group): (String, String)
      do throws(CSVProblem) {
        (id, group) = (try table.name(in: row, column: caseColumn), try table.name(in: row, column: groupColumn))
      } catch {
        throw .csv(error)
      }
      if let entry = entries[id], entry.group != group {
        throw .twoGroups(id: id, groups: [entry.group, group], lines: [entry.line, row.line])
      }
      entries[id] = (group, row.line)
    }
    return entries.mapValues(\.group)
  }

  private static func columns(of header: [String]) throws(GroupTableProblem) -> (caseName: Int, group: Int) {
    let names = header.map { $0.lowercased() }
    let group = ["group", "patient", "subject"].lazy.compactMap { names.firstIndex(of: $0) }.first
    if let caseName = names.firstIndex(of: "case"), let group { return (caseName, group) }
    guard names.count == 2 else { throw .unclearColumns(header) }
    // With one of the two names known, the other column is the other.
    if let caseName = names.firstIndex(of: "case") { return (caseName, 1 - caseName) }
    if let group { return (1 - group, group) }
    return (0, 1)
  }
}
