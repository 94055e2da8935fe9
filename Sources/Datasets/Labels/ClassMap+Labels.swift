import Files
import Foundation
import ScanIO
import Volumes

extension ClassMap {
  /// How far a file's value may stand from a whole number: scaling by slope and intercept rounds.
  public static let wholeTolerance: Float = 1e-3

  /// How label files are read: palettes by index, or by colour where the classes are colours; without alpha.
  public func labelChoices(like choices: ReadingChoices = ReadingChoices()) -> ReadingChoices {
    ReadingChoices(
      affine: choices.affine, furtherDimension: choices.furtherDimension, alpha: .drop,
      palette: usesColours ? .colours : .indices, skipsUnreadable: choices.skipsUnreadable, advice: choices.advice)
  }

  /// The class indices of a label file.
  ///
  /// Shape: one channel, or three of red, green and blue; the result has the volume's grid. Values within 0.001 of a whole
  /// number count as that number. A grey pixel is the colour of three equal values, and the other way round.
  /// Throws `LabelProblem.severalChannels`, `.notWhole` (also for values that are not finite), `.coloured` and `.unlisted`;
  /// `source` is what messages call the file.
  public func labels(from volume: Volume, source: String) throws(DatasetError) -> LabelMap {
    let pixels = try LabelPixels(volume, areColours: usesColours, source: source)
    var isComplete = true
    let labels = [UInt8](unsafeUninitializedCapacity: volume.grid.size.count) { labels, count in
      isComplete = volume.voxels.withUnsafeBufferPointer { values in
        pixels.isGrey
          ? table.lookUp(volume.grid.size.count, into: labels) { pixels.number(values, at: $0) }
          : table.lookUp(volume.grid.size.count, into: labels) { pixels.colour(values, at: $0) }
      }
      count = volume.grid.size.count
    }
    guard isComplete else { throw problem(in: volume, pixels, source: source) }
    return LabelMap(grid: volume.grid, labels: labels)
  }

  /// The values that stand for a segmentation in a label file: of a class that merges several, the first.
  ///
  /// Shape: as `LabelMap.labels`. Colours are numbers 0xRRGGBB. Ignored voxels get the first of the
  /// ignored values, or without one the background's.
  public func fileValues(of labels: LabelMap) -> [Int] {
    let values = fileValues
    return labels.labels.map { label in
      guard let value = values[label] else {
        preconditionFailure("a label map contains class indices only")
      }
      return value
    }
  }

  /// The value of each class, and of ignored voxels.
  private var fileValues: [UInt8: Int] {
    var values: [UInt8: Int] = [LabelMap.ignored: ignored.first?.key ?? classes[0].values[0].key]
    for (index, item) in classes.enumerated() { values[UInt8(index)] = item.values[0].key }
    return values
  }

  /// Writes a segmentation as the values, or the colours, that stand for the classes: see `ScanFile.writeLabels`.
  ///
  /// - Parameters:
  ///   - target: The file; its folder exists.
  ///   - header: The scan that was labelled.
  /// - Throws: `ScanError`.
  public func write(_ labels: LabelMap, to target: some FileTarget, like header: ScanHeader? = nil) throws {
    if usesColours {
      try ScanFile.writeColourLabels(labels.labels, colours: fileValues, grid: labels.grid, to: target, like: header)
    } else {
      try ScanFile.writeLabels(labels.labels, values: fileValues, grid: labels.grid, to: target, like: header)
    }
  }

  /// What is wrong with a label file that holds values of no class.
  private func problem(in volume: Volume, _ pixels: LabelPixels, source: String) -> DatasetError {
    var fractional: (value: Float, place: Int, count: Int)?
    var unlisted: [Int: (place: Int, count: Int)] = [:]
    volume.voxels.withUnsafeBufferPointer { values in
      for place in 0..<volume.grid.size.count {
        guard let key = pixels.isGrey ? pixels.number(values, at: place) : pixels.colour(values, at: place) else {
          let value = values[place * volume.channels]
          fractional = (fractional?.value ?? value, fractional?.place ?? place, (fractional?.count ?? 0) + 1)
          continue
        }
        guard table[key] == LabelTable.unlisted else { continue }
        unlisted[key, default: (place, 0)].count += 1
      }
    }
    let size = volume.grid.size
    if let fractional {
      return .labels(
        .notWhole(
          source: source, value: fractional.value, voxel: VoxelIndex(offset: fractional.place, in: size),
          voxels: fractional.count))
    }
    let found = unlisted.keys.sorted().compactMap { key in
      unlisted[key].map {
        UnlistedLabel(
          value: usesColours ? LabelValue(colourKey: key) : .number(key), voxels: $0.count,
          firstVoxel: VoxelIndex(offset: $0.place, in: size))
      }
    }
    return .labels(.unlisted(source: source, found: found, allowed: valueDescriptions))
  }
}
