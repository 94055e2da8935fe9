import Datasets
import Files
import Foundation
import Pipelines
import ScanIO
import Volumes

/// How a case that cannot be used is handled.
package enum BadCasePolicy: String, CaseIterable {
  /// It is listed in `failures.csv`, and the others are processed.
  case quarantine
  /// It stops the stage.
  case stop
}

/// What became of the scans of a prediction.
package struct PredictionOutcome {
  /// The number of scans.
  let count: Int
  /// The number of scans whose predictions were there already.
  let keptCount: Int
  /// The scans that could not be predicted.
  package let failures: [JobError.BadCase]

  /// Whether there were scans, and none has a prediction.
  var isNothing: Bool { !failures.isEmpty && failures.count == count }

  /// Such as `1 of 4 scans predicted, 2 up to date`, for the log.
  package var summary: String {
    "\(count - keptCount - failures.count) of \(counted(count, "scan")) predicted"
      + (keptCount > 0 ? ", \(keptCount) up to date" : "")
  }
}

/// Predicts scans one after the other; each file is written whole or not at all.
package struct PredictionJob {
  let segmenter: CaseSegmenter
  let reader: CaseReader
  let store: any PredictionStore
  let policy: BadCasePolicy

  package init(
    segmenter: CaseSegmenter, reader: CaseReader, store: some PredictionStore, policy: BadCasePolicy
  ) {
    (self.segmenter, self.reader, self.store, self.policy) = (segmenter, reader, store, policy)
  }

  /// Predicts the items in order, but for those that the store has.
  ///
  /// - Throws: `Interrupted`; `JobError.badCases` with the first case where the policy is to stop; `FileError` where
  ///   something cannot be written.
  package func run(
    _ items: [PredictionItem], log: RunLog, interruption: Interruption
  ) throws -> PredictionOutcome {
    try Self.requireDistinctOutputs(items)
    var failures: [JobError.BadCase] = []
    var kept = 0
    var notes = NoteLog(advice: reader.reading.choices.advice)
    let start = ContinuousClock.now
    for (index, item) in items.enumerated() {
      try interruption.throwIfRequested()
      do {
        if try store.hasCurrent(item) {
          kept += 1
          continue
        }
        let scan = try predict(item)
        notes.add(scan.notes, reordered: scan.reordered, of: item.name, to: log)
      } catch let error as FileError where error.isAboutWriting {
        throw error
      } catch let error as ScanError where error.isAboutWriting {
        throw error
      } catch  where policy == .quarantine {
        log.warning("\(item.name): \(error)")
        failures.append(JobError.BadCase(name: item.name, error: error))
        if try store.recordFailure(item, error) {
          log.warning("\(item.outputName): an older file of this name, which segment did not write, is kept")
        }
      } catch {
        throw JobError.badCases([JobError.BadCase(name: item.name, error: error)], of: items.count)
      }
      let elapsed = start.duration(to: .now) / (index + 1 - kept) * (items.count - index - 1)
      log.progress(
        "\(index + 1)/\(items.count) scans, \(duration(Double(elapsed.components.seconds))) left",
        ["share": .double(Double(index + 1) / Double(items.count))])
    }
    notes.finish(to: log)
    return PredictionOutcome(count: items.count, keptCount: kept, failures: failures)
  }

  /// Predicts an item, and returns its scan without the voxels.
  private func predict(_ item: PredictionItem) throws -> CaseScan {
    if let missing = item.missingImage {
      throw DatasetError.pairing(.missingImages(ids: [item.name], expected: [missing]))
    }
    var scan = try reader.scan(item.images, id: item.name)
    try requireChannels(of: scan.volume.channels, item)
    let labels = try segmenter.labels(
      of: scan.takeVolume(), reading: reader.reading, name: item.images[0].path, folder: store.folder
    ) {
      try CaseReader(classes: nil, reading: $0).scan(item.images, id: item.name).volume
    }
    try segmenter.card.classes.write(labels, to: store.target(item), like: scan.header)
    return scan
  }

  /// Adds the name of the missing file to the error of a case with too few channels, if each file has one channel.
  private func requireChannels(of found: Int, _ item: PredictionItem) throws {
    let wanted = segmenter.card.scanChannels
    guard found < wanted, found == item.images.count else { return }
    let names = segmenter.card.channelNames.map { " (\($0.joined(separator: ", ")))" } ?? ""
    let file = item.images[0].lastPathComponent
    let stem = ChannelNumber(fileName: file)?.caseName ?? ScanFormat.baseName(of: file)
    throw JobError.missingChannels(
      file: item.images[0].path, expected: "\(counted(wanted, "channel"))\(names)", found: found,
      missing: stem + ChannelNumber.suffix(found) + (ScanFormat.readEnding(of: file) ?? ".nii.gz"))
  }

  package static func requireDistinctOutputs(_ items: [PredictionItem]) throws {
    var owners: [String: String] = [:]
    for item in items {
      let path = item.images[0].path
      if let first = owners.updateValue(path, forKey: item.outputName) {
        throw JobError.sameOutput(name: item.outputName, first: first, second: path)
      }
    }
  }
}
