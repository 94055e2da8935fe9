import Files
import Foundation

/// What a table says of cases: the group of each, and other facts such as its site.
///
/// A CSV file with a header. The column `case` names the case, `group`, `patient` or `subject` its group. Other columns are
/// attributes.
package struct CaseAttributes: Sendable {
  /// The group of each case; empty where the table has no such column.
  let groups: [String: String]
  /// The values of the wanted columns, by case.
  let values: [String: [String: String]]

  /// Nothing is known.
  package static let none = CaseAttributes(groups: [:], values: [:])

  private init(groups: [String: String], values: [String: [String: String]]) {
    (self.groups, self.values) = (groups, values)
  }

  /// The groups alone.
  package init(groups: [String: String]) { self.init(groups: groups, values: [:]) }

  /// These facts, with other groups where they know none.
  package func over(groups others: [String: String]) -> CaseAttributes {
    CaseAttributes(groups: others.merging(groups) { _, own in own }, values: values)
  }

  /// These facts and a further attribute of each case.
  package func adding(_ name: String, values others: [String: String]) -> CaseAttributes {
    var values = values
    for (id, value) in others { values[id, default: [:]][name] = value }
    return CaseAttributes(groups: groups, values: values)
  }

  /// Reads a table.
  ///
  /// - Parameter columns: The names of the columns that are wanted, as in the header.
  /// - Throws: `JobError.caseTable`, `FileError`.
  package init(table url: URL, columns: [String]) throws {
    let text = try FileContent.text(of: url.path, acceptsPipes: true)
    do throws(CaseAttributeProblem) {
      self = try Self.read(text, columns: columns)
    } catch {
      throw JobError.caseTable(file: url.relativePath, error)
    }
  }

  private static func read(_ text: String, columns: [String]) throws(CaseAttributeProblem) -> CaseAttributes {
    let table: CSVTable
    do throws(CSVProblem) { table = try CSVTable(text, example: "case,patient,site") } catch { throw .csv(error) }
    let names = table.header.map { $0.lowercased() }
    guard let id = names.firstIndex(of: "case") else { throw .noCaseColumn(table.header) }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw .repeatedColumn(table.header[index])
    }
    var places: [(name: String, column: Int)] = []
    for name in columns {
      guard let column = names.firstIndex(of: name.lowercased()) else {
        throw .noColumn(name, header: table.header)
      }
      places.append((name, column))
    }
    let group = ["group", "patient", "subject"].lazy.compactMap { names.firstIndex(of: $0) }.first
    var (groups, values, lines) = ([String: String](), [String: [String: String]](), [String: Int]())
    for row in table.rows {
      let name = row.cells[id]
      if let first = lines.updateValue(row.line, forKey: name) { throw .twice(name, lines: [first, row.line]) }
      if let group, !row.cells[group].isEmpty { groups[name] = row.cells[group] }
      values[name] = Dictionary(places.map { ($0.name, row.cells[$0.column]) }, uniquingKeysWith: { first, _ in first })
    }
    return CaseAttributes(groups: groups, values: values)
  }

  /// A wanted value of a case; nil where it has none.
  package func attribute(_ name: String, of id: String) -> String? { attributes(of: id)[name] }

  /// Whether the table has a row of a case.
  package func hasRow(of id: String) -> Bool { values[id] != nil }

  /// The group of a case; nil where the table does not say it.
  package func group(of id: String) -> String? { groups[id] }

  /// The attributes of a case; empty values are none.
  func attributes(of id: String) -> [String: String] { values[id]?.filter { !$0.value.isEmpty } ?? [:] }
}

/// What is wrong with a table of cases.
public enum CaseAttributeProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// It is no table.
  case csv(CSVProblem)
  /// No column names the case.
  case noCaseColumn([String])
  /// Two columns have one name.
  case repeatedColumn(String)
  /// A wanted column is missing.
  case noColumn(String, header: [String])
  /// Two rows have one case.
  case twice(String, lines: [Int])

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .csv(let problem): problem.description
    case .noCaseColumn(let header):
      "line 1: the columns are \(listed(header)). Expected 'case', the name of the case"
    case .repeatedColumn(let name): "line 1: two columns are named '\(name)'. Expected each once"
    case .noColumn(let name, let header):
      "line 1: there is no column '\(name)'. The columns are \(listed(header))"
    case .twice(let name, let lines):
      "line \(lines[1]): case '\(name)' is already in line \(lines[0]). Use one row for each case"
    }
  }
}
