import Augmentations
import Datasets
import Foundation
import Networks
import Pipelines
import Randomness
import ScanIO
import Volumes

/// Writes augmented copies of cases as a data set of their own: `images/`, `labels/`, `groups.csv`, which keeps the copies
/// of a patient together, and `draws.json`, which says what was done to each.
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

  /// A copy, and what was drawn for it.
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
    var written: [Copy] = []
    var groups = ["case,group"]
    for (index, id) in ids.enumerated() {
      let source = try source(id)
      for copy in 0..<copies {
        try context.interruption.throwIfRequested()
        let name = id + "_aug" + String(format: "%0\(max(2, "\(copies)".count))d", copy + 1)
        written.append(try write(source, as: name, draw: index * copies + copy))
        groups.append("\(name),\(source.group)")
      }
      context.log.progress(
        "\(index + 1) of \(ids.count) cases augmented", ["share": .double(Double(index + 1) / Double(ids.count))])
    }
    try AtomicFile.write(ArtefactJSON.encode(written), to: folder.appending(path: "draws.json"))
    try AtomicFile.write(
      Data((groups.joined(separator: "\n") + "\n").utf8), to: folder.appending(path: "groups.csv"))
    context.log.info("\(written.count) augmented copies of \(ids.count) cases")
  }

  /// A case as it is copied.
  private struct Source {
    let id: String
    let group: String
    let header: ScanHeader
    let image: Volume
    let statistics: [ChannelStatistics]
    let labels: LabelMap?
    let foreground: ForegroundPoints?
  }

  private func source(_ id: String) throws -> Source {
    let scan = try loaded.scan(id)
    var image = scan.volume
    let labels = try loaded.labels(id, on: image.grid)
    let statistics = try loaded.dataset.normalisation.apply(to: &image, source: id)
    let foreground = labels.map { labels in
      labels.labels.withUnsafeBufferPointer { ForegroundPoints($0, size: labels.grid.size) }
    }
    let group = loaded.dataset.cases.first { $0.id == id }?.group ?? id
    return Source(
      id: id, group: group, header: scan.header, image: image, statistics: statistics, labels: labels,
      foreground: foreground)
  }

  private func write(_ source: Source, as name: String, draw: Int) throws -> Copy {
    let key = RandomKey(seed: context.seed, stage: context.stage, draw: draw, operation: "copy")
    var drawn = ranges.draw(using: key, for: source.image.grid, channels: source.image.channels)
    if let foreground = source.foreground {
      drawn.spatial = try drawn.spatial.keeping(ranges.keptForeground, of: foreground, from: source.image.grid)
    }
    let isPicture = source.header.format == .png && source.image.channels <= 4 || source.header.format == .tiff
    let ending = !isPicture ? "nii.gz" : source.header.format == .png ? "png" : "tif"
    let image = folder.appending(path: "images/\(name).\(ending)")
    let label = source.labels.map { _ in folder.appending(path: "labels/\(name).\(ending)") }
    let copy = Copy(
      image: "images/\(name).\(ending)", label: label.map { _ in "labels/\(name).\(ending)" }, source: source.id,
      augmentation: drawn)
    let last = label ?? image
    if context.isResuming, FileManager.default.fileExists(atPath: last.path) { return copy }
    let made = try drawn.applied(
      to: source.image, labels: source.labels, outside: source.image.voxels.min() ?? 0, outsideLabel: 0,
      choices: ranges.sampling, workers: Threads.count)
    let datatype = isPicture ? source.header.datatype : .float32
    let volume = asStored(made.image, source.statistics, datatype)
    try FileSystem.makeFolder(image.deletingLastPathComponent().path)
    try ScanFile.write(volume, datatype: datatype, to: image, like: source.header)
    if let label, let labels = made.labels, let classes = loaded.dataset.classes {
      try FileSystem.makeFolder(label.deletingLastPathComponent().path)
      try classes.write(labels, to: label, like: source.header)
    }
    return copy
  }

  /// The values as the file had them before they were normalised, within what its type holds.
  private func asStored(_ image: Volume, _ statistics: [ChannelStatistics], _ datatype: ScanDatatype) -> Volume {
    var image = image
    let limits: ClosedRange<Float>? =
      datatype == .uint8 ? 0...255 : datatype == .uint16 ? 0...65535 : nil
    for channel in 0..<image.channels {
      let own = statistics[channel]
      let isNormalised = loaded.dataset.normalisation == .zScore
      let (scale, shift) = isNormalised ? (own.isConstant ? 0 : own.standardDeviation, own.mean) : (1, 0)
      for index in stride(from: channel, to: image.voxels.count, by: image.channels) {
        let value = Float(Double(image.voxels[index]) * scale + shift)
        image.voxels[index] = limits.map { min(max(value.rounded(), $0.lowerBound), $0.upperBound) } ?? value
      }
    }
    return image
  }
}
