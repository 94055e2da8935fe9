import Datasets
import Foundation
import Pipelines
import ScanIO
import Volumes

/// A scan to be predicted, and the name that its prediction gets.
struct PredictionItem {
  /// What messages call it.
  let name: String
  let image: URL
  /// Relative to the output folder, sub-folders kept.
  let outputName: String

  /// The name of an image's prediction: its own, without nnU-Net's channel suffix; of DICOM, which is not written, a
  /// NIfTI file's.
  static func outputName(of imageName: String) -> String {
    let url = URL(filePath: imageName, relativeTo: nil)
    let file = url.lastPathComponent
    let stem = ScanFormat.baseName(of: file)
    let format = ScanFormat(fileName: file)
    guard format != nil, format != .dicom else { return imageName.dropLast(file.count - stem.count) + ".nii.gz" }
    guard stem.hasSuffix(CaseNaming.firstChannelSuffix) else { return imageName }
    return String(imageName.dropLast(file.count)) + stem.dropLast(CaseNaming.firstChannelSuffix.count)
      + file.dropFirst(stem.count)
  }
}

/// What becomes of a case that cannot be used.
enum BadCasePolicy: String, CaseIterable {
  /// It is listed in `failures.csv`, and the others go on.
  case quarantine
  /// It stops the stage.
  case stop
}

/// Predicts scans one after the other; each file is written whole or not at all.
struct PredictionJob {
  let segmenter: CaseSegmenter
  let reader: CaseReader
  let folder: URL
  let policy: BadCasePolicy

  /// Predicts the items in order and returns those that could not be.
  ///
  /// - Parameters:
  ///   - keepsExisting: Whether a prediction that stands from an earlier attempt is left as it is.
  /// - Throws: `Interrupted`; the first case's error where the policy is to stop; errors of the output folder.
  func run(
    _ items: [PredictionItem], keepsExisting: Bool, log: RunLog, interruption: Interruption
  ) throws -> [StageError.BadCase] {
    try requireDistinctOutputs(items)
    var failures: [StageError.BadCase] = []
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
        failures.append(StageError.BadCase(name: item.name, error: error))
      } catch {
        throw StageError.badCases([StageError.BadCase(name: item.name, error: error)], of: items.count)
      }
      let elapsed = start.duration(to: .now) / (index + 1) * (items.count - index - 1)
      log.progress(
        "\(index + 1) of \(items.count) scans, \(duration(Double(elapsed.components.seconds))) left",
        ["share": .double(Double(index + 1) / Double(items.count))])
    }
    return failures
  }

  private func predict(_ item: PredictionItem, to target: URL) throws {
    let scan = try reader.scan(item.image, id: item.name)
    let labels = try segmenter.labels(of: scan.volume, name: item.image.path)
    try FileSystem.makeFolder(target.deletingLastPathComponent().path)
    try ScanFile.writeLabels(
      segmenter.card.classes.fileValues(of: labels), grid: scan.volume.grid, to: target, like: scan.header)
  }

  private func requireDistinctOutputs(_ items: [PredictionItem]) throws {
    var owners: [String: String] = [:]
    for item in items {
      if let first = owners.updateValue(item.name, forKey: item.outputName) {
        throw StageError.sameOutput(name: item.outputName, first: first, second: item.name)
      }
    }
  }
}

/// The table of the cases that could not be used.
enum FailureTable {
  static let fileName = "failures.csv"

  /// Writes the table, or removes an old one where nothing failed.
  static func write(_ failures: [StageError.BadCase], to folder: URL) throws {
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
