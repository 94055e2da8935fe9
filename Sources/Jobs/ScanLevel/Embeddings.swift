import Files
import Foundation
import Pipelines

/// The features of scans, as a table.
package struct Embeddings {
  /// The name of the table.
  package static let fileName = "embeddings.csv"

  /// The names of the features.
  package let names: [String]
  /// A row for each scan; all have as many numbers.
  package let rows: [ScanRow]

  /// Makes a table.
  package init(names: [String], rows: [ScanRow]) { (self.names, self.rows) = (names, rows) }

  /// A line for each scan: its case and its features.
  package var csv: Data {
    let lines = rows.map { [$0.name] + $0.values.map { "\($0)" } }
    return Data(([["case"] + names] + lines).map(CSVText.line).joined().utf8)
  }

  /// Reads the table of a folder of predictions; nil where it has none.
  ///
  /// - Throws: `JobError.caseTable`, `FileError`.
  package init?(folder: URL) throws {
    let url = folder.appending(path: Self.fileName)
    guard FileSystem.kind(of: url.path) == .file else { return nil }
    let text = try FileContent.text(of: url.path, acceptsPipes: false)
    do throws(CSVProblem) {
      let table = try CSVTable(text, example: "case,level0_mean_1,level0_max_1")
      names = Array(table.header.dropFirst())
      rows = table.rows.map { row in
        ScanRow(name: row.cells[0], values: row.cells.dropFirst().map { Double($0) ?? .nan })
      }
    } catch {
      throw JobError.caseTable(file: url.path, .csv(error))
    }
  }
}
