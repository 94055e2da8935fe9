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

  /// The values of cases, by name.
  ///
  /// - Throws: `StageError.targets` where one has none; `JobError.caseTable`.
  func texts(of cases: [String], stage: String) throws -> [String: String] {
    let attributes = try CaseAttributes(table: table, columns: [name])
    let texts = Dictionary(
      cases.compactMap { id in attributes.attribute(name, of: id).map { (id, $0) } },
      uniquingKeysWith: { first, _ in first })
    let missing = cases.filter { texts[$0] == nil }
    guard missing.isEmpty else {
      let rowless = missing.filter { !attributes.hasRow(of: $0) }
      throw StageError.targets(
        stage: stage, column: name,
        problem: "\(counted(missing.count, "case")) without a value: \(listed(missing)). "
          + (rowless.isEmpty ? "" : "\(table.lastPathComponent) has no row of \(listed(rowless)). ")
          + "Fill the column, or exclude them")
    }
    return texts
  }

  /// Checks the values of the cases that a stage will learn from, where the split is known already.
  ///
  /// - Throws: As `ScanTargets.init`.
  func check(_ context: ForecastContext) throws {
    guard let split = context.split?.split else { return }
    _ = try ScanTargets(self, training: split.train, validation: split.validation, stage: context.stage)
  }

  /// Reads a number that can be learnt, or compared; nil where it is none.
  static func number(_ text: String) -> Double? {
    guard let number = Double(text), abs(number) <= 1e30 else { return nil }
    return number
  }

  /// What such a number is, for messages.
  static let expectedNumber = "expected a number from -1e30 to 1e30"
}
