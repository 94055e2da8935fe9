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

/// Predicts scans one after the other: while one is predicted, the next is read and the last is written. Each file is
/// written whole or not at all.
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
    let format = segmenter.configuration.probabilities
    try Self.requireDistinctOutputs(items, format)
    var (failures, kept): ([JobError.BadCase], Int) = ([], 0)
    var notes = NoteLog(advice: reader.reading.choices.advice)
    let start = ContinuousClock.now
    try work(on: items, format, check: interruption.throwIfRequested).run(
      items.count, check: interruption.throwIfRequested
    ) { index, outcome in
      let item = items[index]
      switch outcome {
      case .success(nil):
        kept += 1
        return
      case .success(let scan?): notes.add(scan.notes, reordered: scan.reordered, of: item.name, to: log)
      case .failure(let error): failures.append(try failure(of: item, among: items.count, error, log))
      }
      let elapsed = start.duration(to: .now) / (index + 1 - kept) * (items.count - index - 1)
      log.progress(
        "\(index + 1)/\(items.count) scans, \(duration(Double(elapsed.components.seconds))) left",
        ["share": .double(Double(index + 1) / Double(items.count))])
    }
    notes.finish(to: log)
    return PredictionOutcome(count: items.count, keptCount: kept, failures: failures)
  }

  /// Keeps that an item could not be predicted.
  ///
  /// - Throws: The error where it ends the work.
  private func failure(
    of item: PredictionItem, among count: Int, _ error: any Error, _ log: RunLog
  ) throws -> JobError.BadCase {
    if let error = error as? FileError, error.isAboutWriting { throw error }
    if let error = error as? ScanError, error.isAboutWriting { throw error }
    if error is Interrupted { throw error }
    let failure = JobError.BadCase(name: item.name, error: error)
    guard policy == .quarantine else { throw JobError.badCases([failure], of: count) }
    log.warning("\(item.name): \(error)")
    if try store.recordFailure(item, error) {
      log.warning("\(item.outputName): an older file of this name, which segment did not write, is kept")
    }
    return failure
  }

  /// The steps of a prediction; nil where the store has it already. What comes out last is the scan without its voxels.
  private func work(
    on items: [PredictionItem], _ format: ProbabilityFormat, check: @escaping () throws -> Void
  ) -> OverlappedWork<CaseScan?, PredictedScan?, CaseScan?> {
    let (reader, store, classes) = (reader, store, segmenter.card.classes)
    return OverlappedWork(
      read: { index in
        let item = items[index]
        if try store.hasCurrent(item, format) { return nil }
        if let missing = item.missingImage {
          throw DatasetError.pairing(.missingImages(ids: [item.name], expected: [missing]))
        }
        return try reader.scan(item.images, id: item.name)
      },
      hasRoomToRead: { PredictionMemory.hasRoom(toRead: items[$0].images, reader.reading.choices) },
      compute: { index, scan in try predict(items[index], &scan, check: check) },
      write: { index, predicted in
        guard let predicted else { return nil }
        let item = items[index]
        // The labels come last: a scan that has them is not predicted again.
        if let probabilities = predicted.segmentation.probabilities {
          try probabilities.write(
            as: format, to: store.target(item, .probabilities(format)), like: predicted.scan.header)
        } else {
          try store.removeProbabilities(item)
        }
        try classes.write(
          predicted.segmentation.labels, to: store.target(item, .labels), like: predicted.scan.header)
        return predicted.scan
      })
  }

  /// A scan without its voxels, and what it is segmented into.
  private struct PredictedScan {
    let scan: CaseScan
    let segmentation: Segmentation
  }

  /// Predicts a scan, whose voxels are given away.
  private func predict(
    _ item: PredictionItem, _ read: inout CaseScan?, check: () throws -> Void
  ) throws -> PredictedScan? {
    guard var scan = read.take() else { return nil }
    try requireChannels(of: scan.volume.channels, item)
    let segmentation = try segmenter.segmentation(
      of: scan.takeVolume(), reading: reader.reading, name: item.images[0].path, folder: store.folder,
      check: check
    ) {
      try CaseReader(classes: nil, reading: $0).scan(item.images, id: item.name).volume
    }
    return PredictedScan(scan: scan, segmentation: segmentation)
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

  package static func requireDistinctOutputs(
    _ items: [PredictionItem], _ probabilities: ProbabilityFormat
  ) throws {
    var owners: [String: String] = [:]
    for item in items {
      let path = item.images[0].path
      for name in item.outputNames(probabilities) {
        if let first = owners.updateValue(path, forKey: name) {
          throw JobError.sameOutput(name: name, first: first, second: path)
        }
      }
    }
  }
}
