import Augmentations
import Datasets
import Files
import Foundation
import Jobs
import Machine
import Pipelines
import Randomness

/// Writes augmented copies of cases as a separate data set: `images/`, `labels/`, `groups.csv`, which keeps the copies of
/// a patient together, and `draws.json`, which records the augmentation of each copy.
struct AugmentedDataset {
  /// What a pipeline file asks for.
  struct Parameters {
    /// The part of the split whose cases are copied; all cases, where there is no split.
    let part: Split.Part
    /// The copies of each case.
    let copies: Int

    init(_ reader: ParameterReader) throws {
      part = try reader.choice("part", default: Split.Part.train)
      copies = try reader.int("copies", default: 1, in: .within(1...9999))
    }
  }

  /// A copy and its augmentation.
  private struct Copy: Codable {
    let image: String
    let label: String?
    let source: String
    let augmentation: Augmentation
  }

  private let loaded: LoadedDataset
  private let ranges: AugmentationRanges
  private let folder: URL
  private let context: StageContext

  init(of loaded: LoadedDataset, ranges: AugmentationRanges, in folder: URL, _ context: StageContext) {
    (self.loaded, self.ranges, self.folder, self.context) = (loaded, ranges, folder, context)
  }

  /// Writes so many copies of each case; those that an interrupted attempt wrote stay.
  ///
  /// - Throws: `ScanError`, `DatasetError`, `Interrupted`.
  func write(_ ids: [String], copies: Int) throws {
    try FileSystem.makeFolder(folder.path)
    try requireDisk(ids, copies: copies)
    var written: [Copy] = []
    var groups = CSVText.line(["case", "group"])
    for (index, id) in ids.enumerated() {
      let source = try source(id)
      for copy in 0..<copies {
        try context.interruption.throwIfRequested()
        let name = id + "_aug" + String(format: "%0\(max(2, "\(copies)".count))d", copy + 1)
        written.append(try write(source, as: name, draw: index * copies + copy))
        groups += CSVText.line([name, source.group])
      }
      context.log.progress(
        "\(index + 1)/\(ids.count) cases augmented", ["share": .double(Double(index + 1) / Double(ids.count))])
    }
    try AtomicFile.write(CanonicalJSON.data(of: written), to: folder.appending(path: "draws.json"))
    try AtomicFile.write(Data(groups.utf8), to: folder.appending(path: "groups.csv"))
    context.log.info("\(written.count) augmented copies of \(ids.count) cases")
  }

  /// Checks that the disk has space for the copies: each is about as large as its source files.
  private func requireDisk(_ ids: [String], copies: Int) throws {
    let files = try ids.flatMap { id -> [URL] in
      let location = try loaded.location(id)
      return location.imageURLs + [location.labelURL].compactMap { $0 }
    }
    let bytes = files.map { (try? FileManager.default.attributesOfItem(atPath: $0.path)[.size] as? Int) ?? 0 }
    // What compresses better once it is augmented is not refused for that.
    try DiskBudget.require(
      ByteCount.product(ByteCount.sum(of: bytes), copies) / 2, in: folder,
      for: "\(copies) augmented copies of \(ids.count) cases")
  }

  /// A case as it is copied.
  private struct Source {
    let id: String
    let group: String
    let scan: AugmentedScan
    let foreground: ForegroundPoints?
  }

  private func source(_ id: String) throws -> Source {
    let (dataset, scan) = (loaded.dataset, try loaded.scan(id))
    let labels = try loaded.labels(id, on: scan.volume.grid)
    try ranges.requireMemory(for: scan.volume.grid)
    return Source(
      id: id, group: dataset.cases.first { $0.id == id }?.group ?? id,
      scan: try AugmentedScan(
        scan, labels: labels, classes: dataset.classes, normalisation: dataset.normalisation, source: id),
      foreground: labels.map { ForegroundPoints($0) })
  }

  private func write(_ source: Source, as name: String, draw: Int) throws -> Copy {
    let (key, image) = (
      RandomKey(seed: context.seed, stage: context.stage, draw: draw, operation: "copy"), source.scan.image
    )
    var drawn = ranges.draw(using: key, for: image.grid, channels: image.channels)
    if let foreground = source.foreground {
      drawn.spatial = try drawn.spatial.keeping(ranges.keptForeground, of: foreground, from: image.grid)
    }
    let file = "\(name).\(source.scan.nameEnding)"
    let copy = Copy(
      image: "images/\(file)", label: source.scan.labels.map { _ in "labels/\(file)" }, source: source.id,
      augmentation: drawn)
    let last = folder.appending(path: copy.label ?? copy.image)
    if context.isResuming, FileManager.default.fileExists(atPath: last.path) { return copy }
    try source.scan.write(
      drawn, choices: ranges.sampling, image: folder.appending(path: copy.image),
      labels: copy.label.map { folder.appending(path: $0) })
    return copy
  }
}
