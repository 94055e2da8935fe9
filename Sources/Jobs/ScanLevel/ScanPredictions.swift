import Datasets
import Files
import Foundation
import Metrics
import Networks
import Pipelines
import Volumes

/// What was found of whole scans: a class or a number of each, as a table.
package struct ScanPredictions {
  /// The name of the table.
  package static let fileName = "predictions.csv"

  /// The column that the model was trained on.
  package let column: String
  /// The names of the classes; nil of numbers.
  package let classes: [String]?
  /// A row for each scan.
  package let rows: [ScanRow]

  /// The class of the highest probability, of equals the first; or the number.
  private func predicted(_ row: ScanRow) -> String {
    guard let classes else { return "\(row.values[0])" }
    return classes[ScanClassification.mostProbable(row.values)]
  }

  /// A line for each scan: its case, the column, what is predicted, and the probabilities.
  package var csv: Data {
    let header = ["case", "target", "predicted"] + (classes ?? []).map { "p_\($0)" }
    let lines = rows.map { row in
      [row.name, column, predicted(row)] + (classes == nil ? [] : row.values.map { "\($0)" })
    }
    return Data(([header] + lines).map(CSVText.line).joined().utf8)
  }

  /// Makes a table.
  package init(column: String, classes: [String]?, rows: [ScanRow]) {
    (self.column, self.classes, self.rows) = (column, classes, rows)
  }

  /// Reads the table of a folder of predictions; nil where it has none.
  ///
  /// - Throws: `JobError.caseTable`, `FileError`.
  package init?(folder: URL) throws {
    let url = folder.appending(path: Self.fileName)
    guard FileSystem.kind(of: url.path) == .file else { return nil }
    let text = try FileContent.text(of: url.path, acceptsPipes: false)
    do throws(CSVProblem) {
      let table = try CSVTable(text, example: "case,target,predicted")
      let names = table.header.dropFirst(3).map { String($0.dropFirst(2)) }
      classes = names.isEmpty ? nil : names
      column = table.rows.first?.cells[1] ?? ""
      let isNumber = names.isEmpty
      rows = table.rows.map { row in
        let cells = isNumber ? [row.cells[2]] : Array(row.cells.dropFirst(3))
        return ScanRow(name: row.cells[0], values: cells.map { Double($0) ?? .nan })
      }
    } catch {
      throw JobError.caseTable(file: url.path, .csv(error))
    }
  }
}
