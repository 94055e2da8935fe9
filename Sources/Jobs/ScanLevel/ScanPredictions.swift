import Datasets
import Files
import Foundation
import Metrics
import Networks
import Pipelines
import Volumes

/// Judges scans, and writes and reads the table of what was found.
package struct ScanPredictions {
  /// The name of the table.
  package static let fileName = "predictions.csv"

  /// The prediction for a scan.
  package struct Row {
    /// The case's name.
    package let name: String
    /// The probabilities of the classes, or the number.
    package let values: [Double]
  }

  /// The column that the model was trained on.
  package let column: String
  /// The names of the classes; nil of numbers.
  package let classes: [String]?
  /// A row for each scan.
  package let rows: [Row]

  /// Judges scans one after the other; those that cannot be used are listed.
  ///
  /// - Throws: `Interrupted`; `JobError.badCases` where the policy is to stop; `JobError.nothingPredicted` where no scan can be
  ///   used.
  package static func predict(
    _ items: [PredictionItem], with judge: ScanJudge, reader: CaseReader, policy: BadCasePolicy, log: RunLog,
    interruption: Interruption
  ) throws -> (predictions: ScanPredictions, failures: [JobError.BadCase]) {
    var (rows, failures): ([Row], [JobError.BadCase]) = ([], [])
    for (number, item) in items.enumerated() {
      try interruption.throwIfRequested()
      do {
        rows.append(Row(name: item.caseName, values: try judgement(of: item, judge, reader)))
      } catch {
        let failure = JobError.BadCase(name: item.name, error: error)
        if policy == .stop { throw JobError.badCases([failure], of: items.count) }
        log.warning("\(item.name): \(error)")
        failures.append(failure)
      }
      log.progress("scan \(number + 1)/\(items.count)", ["share": .double(Double(number + 1) / Double(items.count))])
    }
    guard !rows.isEmpty || failures.isEmpty else {
      throw JobError.nothingPredicted(failures, table: FailureTable.fileName)
    }
    let classes: [String]? = if case .classes(let names) = judge.card.outcome { names } else { nil }
    return (ScanPredictions(column: judge.card.column, classes: classes, rows: rows), failures)
  }

  private static func judgement(of item: PredictionItem, _ judge: ScanJudge, _ reader: CaseReader) throws -> [Double] {
    var scan = try reader.scan(item.images, id: item.name)
    let volume = scan.takeVolume()
    guard volume.channels == judge.card.network.inputChannels else {
      throw JobError.scanDoesNotFit(
        file: item.name, expected: "\(counted(judge.card.network.inputChannels, "channel")), as in the model",
        found: "\(volume.channels)")
    }
    let prepared = try judge.card.preparation.image(volume, name: item.name)
    return try prepared.withView { try judge.judge($0, name: item.name) }
  }

  /// The class of the highest probability, of equals the first; or the number.
  private func predicted(_ row: Row) -> String {
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

  private init(column: String, classes: [String]?, rows: [Row]) {
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
        return Row(name: row.cells[0], values: cells.map { Double($0) ?? .nan })
      }
    } catch {
      throw JobError.caseTable(file: url.path, .csv(error))
    }
  }
}
