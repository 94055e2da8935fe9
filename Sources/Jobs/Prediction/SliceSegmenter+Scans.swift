import Datasets
import Networks
import Volumes

/// Whole scans, as they were read: normalised, resampled and sliced as the model's card says.
extension SliceSegmenter {
  /// The labels of a scan, on its own grid.
  ///
  /// Where the network sees another spacing, its probabilities are interpolated on the scan's grid, and the classes are
  /// chosen there.
  /// - Throws: `JobError.scanDoesNotFit`, `.scanWithoutAxes`, `.outputNotFinite`; `MachineError.notEnoughMemory`, `VolumesError.gridTooLarge`; `DatasetError` where the values
  ///   cannot be normalised.
  func labels(of scan: Volume, name: String) throws -> LabelMap {
    try check(scan, name: name, isAveraged: false)
    let volume = try normalised(scan, name: name)
    guard let spacing = try resampling(of: scan.grid) else {
      let sliced = SlicedVolume(volume, along: card.sliceAxis)
      let found = try labels(of: sliced, reference: nil)
      if let slice = found.firstNotFinite { throw JobError.outputNotFinite(file: name, slice: slice) }
      return sliced.restored(found.labels)
    }
    let sliced = SlicedVolume(try spacing.image(volume), along: card.sliceAxis)
    return CommonSpacing.labels(of: try probabilities(of: sliced, name: name), on: scan.grid)
  }

  /// Adds the probabilities of the classes at the voxels of a scan to a sum of them.
  ///
  /// - Parameter sum: Shape: (depth, height, width, class) of the scan's own grid; empty before the first model.
  /// - Throws: as `labels(of:name:)`.
  func addProbabilities(of scan: Volume, name: String, to sum: inout [Float]) throws {
    try check(scan, name: name, isAveraged: true)
    if sum.isEmpty { sum = [Float](repeating: 0, count: scan.grid.size.count * card.classes.count) }
    let volume = try normalised(scan, name: name)
    guard let spacing = try resampling(of: scan.grid) else {
      let sliced = SlicedVolume(volume, along: card.sliceAxis)
      Self.add(sliced.restored(try probabilities(of: sliced, name: name)).voxels, to: &sum, from: 0)
      return
    }
    let sliced = SlicedVolume(try spacing.image(volume), along: card.sliceAxis)
    var first = 0
    CommonSpacing.forEachSlab(of: try probabilities(of: sliced, name: name), on: scan.grid) { slab in
      Self.add(slab.voxels, to: &sum, from: first)
      first += slab.voxels.count
    }
  }

  private static func add(_ values: [Float], to sum: inout [Float], from first: Int) {
    sum.withUnsafeMutableBufferPointer { sum in
      values.withUnsafeBufferPointer { values in
        for index in values.indices { sum[first &+ index] += values[index] }
      }
    }
  }

  private func normalised(_ scan: Volume, name: String) throws -> Volume {
    var volume = scan
    try card.normalisation.apply(to: &volume, source: name)
    return volume
  }

  /// The spacing that a scan of a grid is resampled to; nil where it stays as it is.
  private func resampling(of grid: Grid) throws -> CommonSpacing? {
    try card.commonSpacing.flatMap { try $0.grid(covering: grid) != grid ? $0 : nil }
  }

  /// Checks what can be known of a scan before anything is allocated for it.
  private func check(_ scan: Volume, name: String, isAveraged: Bool) throws {
    guard scan.channels == card.network.inputChannels else {
      let names = card.channelNames.map { " (\($0.joined(separator: ", ")))" } ?? ""
      throw JobError.scanDoesNotFit(
        file: name, expected: "\(counted(card.network.inputChannels, "channel"))\(names), as in the model",
        found: "\(scan.channels)")
    }
    guard SlicedVolume.isKnown(card.sliceAxis, on: scan.grid) else {
      throw JobError.scanWithoutAxes(file: name, axis: card.sliceAxis)
    }
    try PredictionMemory.require(
      scan: (scan.grid, scan.channels), spacing: card.commonSpacing, classes: card.classes.count,
      isAveraged: isAveraged, name: name)
  }
}
