import Foundation
import Jobs
import Pipelines

/// The column of a table with what is to be learnt of each scan.
struct TargetColumn {
  /// What the column has.
  enum Kind {
    case classes, numbers
    /// Classes each of which is probable or not by itself.
    case independentClasses
  }

  let kind: Kind
  /// The table, with a column `case`.
  let table: URL
  /// The name of the column.
  let name: String

  /// Reads the keys `table` and `target`.
  init(_ parameters: ParameterReader, kind: Kind) throws {
    self.kind = kind
    table = try parameters.url("table")
    name = try parameters.string("target")
  }

  /// The files that are read.
  ///
  /// - Throws: `JobError.caseTable` where the table has no such column.
  func externalFiles() throws -> [ExternalFile] {
    _ = try CaseAttributes(table: table, columns: [name])
    return [ExternalFile(table, role: "targets")]
  }
}
