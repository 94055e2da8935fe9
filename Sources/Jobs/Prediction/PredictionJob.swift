import Datasets
import Files
import Foundation
import Pipelines
import ScanIO
import Volumes

/// What becomes of a case that cannot be used.
package enum BadCasePolicy: String, CaseIterable {
  /// It is listed in `failures.csv`, and the others go on.
  case quarantine
  /// It stops the stage.
  case stop
}

/// Predicts scans one after the other; each file is written whole or not at all.
package struct PredictionJob {
  let segmenter: CaseSegmenter
  let reader: CaseReader
  let folder: URL
  let policy: BadCasePolicy

  package init(segmenter: CaseSegmenter, reader: CaseReader, folder: URL, policy: BadCasePolicy) {
    (self.segmenter, self.reader, self.folder, self.policy) = (segmenter, reader, folder, policy)
  }

  /// Predicts the items in order and returns those that could not be.
  ///
  /// - Parameters:
  ///   - keepsExisting: Whether a prediction that stands from an earlier attempt is left as it is.
  /// - Throws: `Interrupted`; the first case's error where the policy is to stop; errors of the output folder.
  package func run(
    _ items: [PredictionItem], keepsExisting: Bool, log: RunLog, interruption: Interruption
  ) throws -> [JobError.BadCase] {
    try requireDistinctOutputs(items)
    var failures: [JobError.BadCase] = []
    let start = ContinuousClock.now
    for (index, item) in items.enumerated() {
      try interruption.throwIfRequested()
      let target = folder.appending(path: item.outputName)
      if keepsExisting, FileManager.default.fileExists(atPath: target.path) { continue }
      do {
        try predict(item, to: target)
      } catch let error as ScanError where error.isAboutWriting {
        throw error
      } catch let error where policy == .quarantine {
        log.warning("\(item.name): \(error)")
        failures.append(JobError.BadCase(name: item.name, error: error))
      } catch {
        throw JobError.badCases([JobError.BadCase(name: item.name, error: error)], of: items.count)
      }
      let elapsed = start.duration(to: .now) / (index + 1) * (items.count - index - 1)
      log.progress(
        "\(index + 1) of \(items.count) scans, \(duration(Double(elapsed.components.seconds))) left",
        ["share": .double(Double(index + 1) / Double(items.count))])
    }
    return failures
  }

  private func predict(_ item: PredictionItem, to target: URL) throws {
    if let missing = item.missingImage {
      throw DatasetError.pairing(.missingImages(ids: [item.name], expected: [missing]))
    }
    let scan = try reader.scan(item.images, id: item.name)
    let labels = try segmenter.labels(of: scan.volume, reading: reader.reading, name: item.images[0].path) {
      try CaseReader(classes: nil, reading: $0).scan(item.images, id: item.name).volume
    }
    try FileSystem.makeFolder(target.deletingLastPathComponent().path)
    try segmenter.card.classes.write(labels, to: target, like: scan.header)
  }

  private func requireDistinctOutputs(_ items: [PredictionItem]) throws {
    var owners: [String: String] = [:]
    for item in items {
      if let first = owners.updateValue(item.name, forKey: item.outputName) {
        throw JobError.sameOutput(name: item.outputName, first: first, second: item.name)
      }
    }
  }
}

/// The table of the cases that could not be used.
package enum FailureTable {
  package static let fileName = "failures.csv"

  /// Writes the table, or removes an old one where nothing failed.
  package static func write(_ failures: [JobError.BadCase], to folder: URL) throws {
    let url = folder.appending(path: fileName)
    guard !failures.isEmpty else {
      if FileManager.default.fileExists(atPath: url.path) { try FileManager.default.removeItem(at: url) }
      return
    }
    func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
    let lines = failures.map { quoted($0.name) + "," + quoted("\($0.error)") }
    try AtomicFile.write(Data((["case,error"] + lines).joined(separator: "\n").utf8) + Data("\n".utf8), to: url)
  }
}
