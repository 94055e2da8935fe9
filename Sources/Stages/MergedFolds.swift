import Files
import Foundation
import Metrics

/// Which fold predicted each case: the table `folds.csv` in a folder of merged predictions.
struct MergedFolds {
  static let fileName = "folds.csv"

  /// The fold of each case.
  let values: [String: String]

  init(values: [String: String]) { self.values = values }

  /// Reads the table of a folder of predictions; nil where it has none.
  ///
  /// - Throws: `StageError.damagedArtefact`.
  init?(predictions: URL) throws {
    let url = predictions.appending(path: Self.fileName)
    guard FileSystem.kind(of: url.path) == .file else { return nil }
    do {
      let table = try CSVTable(FileContent.text(of: url.path, acceptsPipes: false), example: "case,fold")
      values = Dictionary(table.rows.map { ($0.cells[0], $0.cells[1]) }, uniquingKeysWith: { first, _ in first })
    } catch {
      throw StageError.damagedArtefact(file: url.path, reason: "\(error)")
    }
  }

  /// The table, a line a case.
  var csv: Data {
    let rows = values.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    return Data(([["case", EvaluationReport.foldColumn]] + rows).map(CSVText.line).joined().utf8)
  }
}
