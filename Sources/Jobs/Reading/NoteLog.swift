import Datasets
import Foundation
import Pipelines
import ScanIO
import Volumes

/// Logs notes about how scans were read: each kind of note once in full, with its first scan, and at the end the number
/// of scans that have it.
package struct NoteLog {
  private let advice: Advice
  private var kinds: [String: Int] = [:]

  package init(advice: Advice) { self.advice = advice }

  /// Logs the notes of kinds that no scan had before; those with possible problems as warnings.
  package mutating func add(_ notes: [ScanNote], reordered: [ReorderedFile] = [], of name: String, to log: RunLog) {
    var isNew: [String: Bool] = [:]
    for kind in Set(notes.map(\.kind) + (reordered.isEmpty ? [] : [Self.reordering])) {
      kinds[kind, default: 0] += 1
      isNew[kind] = kinds[kind] == 1
    }
    for note in notes where isNew[note.kind] == true {
      let text = "\(name): \(note.text(advice: advice))"
      if note.isWarning { log.warning(text) } else { log.info(text) }
    }
    if isNew[Self.reordering] == true {
      for file in reordered { log.info("\(name): \(file)") }
    }
  }

  /// Logs the number of scans for each kind of note that more than one scan has.
  package func finish(to log: RunLog) {
    for (kind, count) in kinds.sorted(by: { $0.key < $1.key }) where count > 1 {
      log.info("\(count) scans: \(kind)")
    }
  }

  private static let reordering = "voxels reordered"
}

extension CaseReader {
  /// Reads the labels of a scan, and logs notes about how the file was read.
  ///
  /// - Throws: As `placedLabels(_:id:on:)`.
  func labels(_ url: URL, on grid: Grid, notes: inout NoteLog, log: RunLog) throws -> LabelMap {
    let name = url.lastPathComponent
    let placed = try placedLabels(url, id: name, on: grid)
    notes.add(placed.notes, reordered: [placed.reordered].compactMap { $0 }, of: name, to: log)
    return placed.labels
  }
}
