import Datasets
import Files
import Foundation
import Jobs
import Machine
import Pipelines
import Volumes

/// Reads the cases of a training, and prepares them as its network sees them.
struct CasePreparation {
  let loaded: LoadedDataset
  let preparation: Preparation
  let storage: CaseStorage
  let context: StageContext
  /// Whether the labels are read; else every voxel is background.
  var needsLabels = true

  /// The cases of a part, and which places of their foreground are needed.
  struct Part {
    let ids: [String]
    let places: PlaceRequest
  }

  /// Prepares the cases of some parts, several at a time, in the order given; on disk, those that an earlier run stored are
  /// used again.
  ///
  /// - Throws: `JobError.badCases` with every case that cannot be used; `MachineError.notEnoughDisk`; `FileError`;
  ///   `Interrupted`.
  func prepare(_ parts: [Part]) throws -> [[PreparedCase]] {
    let cases = storage.isOnDisk ? try stored(parts) : try inMemory(parts)
    var first = 0
    return parts.map { part in
      defer { first += part.ids.count }
      return Array(cases[first..<first + part.ids.count])
    }
  }

  private func inMemory(_ parts: [Part]) throws -> [PreparedCase] {
    try parts.flatMap { part in
      try inParallel(part.ids) { id in
        let (image, grid) = try image(id)
        let (labels, loss) = try labels(id, on: grid)
        return PreparedCase(id: id, image: image, labels: labels, loss: loss, places: part.places)
      }
    }
  }

  // MARK: One case

  private func item(_ id: String) throws -> Dataset.Case {
    guard let item = loaded.dataset.case(id) else { throw StageError.caseIsGone(stage: context.stage, id: id) }
    return item
  }

  private func image(_ id: String) throws -> (image: Volume, scanGrid: Grid) {
    var scan = try loaded.scan(id)
    let grid = scan.volume.grid
    return (try preparation.image(scan.takeVolume(), name: id), grid)
  }

  private func labels(_ id: String, on grid: Grid) throws -> (labels: LabelMap, loss: ForegroundLoss?) {
    guard needsLabels else {
      let prepared = try preparation.grid(of: grid)
      return (LabelMap(grid: prepared, labels: [UInt8](repeating: 0, count: prepared.size.count)), nil)
    }
    guard let labels = try loaded.labels(id, on: grid) else {
      throw DatasetError.pairing(.imagesWithoutLabel(ids: [id], expected: ["a label"]))
    }
    let resampled = try preparation.resampled(labels)
    let loss = preparation.spacing.flatMap { _ in
      ForegroundLoss(from: labels, to: resampled, names: loaded.dataset.classes?.names ?? [])
    }
    return (preparation.reoriented(resampled), loss)
  }

  // MARK: On disk

  private func stored(_ parts: [Part]) throws -> [PreparedCase] {
    let store = PreparedStore(in: context.folder)
    let items = try parts.flatMap { part in try part.ids.map { (try self.item($0), part.places) } }
    let origins = items.map { PreparedOrigin($0, of: loaded.dataset, preparation, places: $1) }
    try store.removeOthers(than: origins)
    for folder in context.earlierFolders { try store.link(origins, from: PreparedStore(in: folder)) }
    var cases = try zip(items, origins).map { item, origin in
      try store.find(origin, size: preparation.grid(of: item.0.grid).size, channels: item.0.channels)
    }
    let missing = cases.indices.filter { cases[$0] == nil }
    try requireDisk(missing, of: cases.count, in: store)
    var failures: [JobError.BadCase] = []
    let atOnce = storage.casesAtOnce
    for first in stride(from: 0, to: missing.count, by: atOnce) {
      try context.interruption.throwIfRequested()
      let group = missing[first..<min(first + atOnce, missing.count)]
      let byID = Dictionary(uniqueKeysWithValues: group.map { (origins[$0].id, $0) })
      let (results, failed) = attemptInParallel(group.map { origins[$0].id }) { id in
        try store.store(
          origins[byID[id]!], CaseParts(image: { try image(id) }, labels: { try labels(id, on: $0) }))
      }
      if let error = failed.lazy.compactMap({ $0.error as? FileError }).first(where: \.isAboutWriting) { throw error }
      for (index, result) in zip(group, results) { cases[index] = result }
      failures += failed
      let done = cases.count { $0 != nil }
      context.log.progress(
        "\(done)/\(cases.count) cases prepared", ["share": .double(Double(done) / Double(cases.count))])
    }
    guard failures.isEmpty else { throw JobError.badCases(failures, of: cases.count) }
    return cases.compactMap { $0 }
  }

  /// Checks that the disk has space for the cases that are not stored yet, and that they can be mapped.
  private func requireDisk(_ missing: [Int], of count: Int, in store: PreparedStore) throws {
    let bytes = ByteCount.sum(of: storage.bytes)
    let kept = count - missing.count
    context.log.info(
      "\(ByteCount.text(bytes)) of prepared cases are kept on disk, in \(store.location.relativePath)"
        + (kept > 0 ? "; \(kept) of \(count) are there already" : ""))
    let purpose = "the prepared cases of stage '\(context.stage)' (\(counted(count, "case")))"
    try DiskBudget.require(
      ByteCount.sum(of: missing.map { storage.bytes[$0] }), in: store.location, for: purpose)
    try MemoryBudget.requireAddressSpace(ByteCount.sum(of: missing.map { storage.bytes[$0] }), for: purpose)
  }
}
