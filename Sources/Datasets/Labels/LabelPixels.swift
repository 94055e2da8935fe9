import Volumes

/// How the pixels of a label file are values.
struct LabelPixels {
  /// Whether the first channel alone is the value.
  let isGrey: Bool
  private let channels: Int
  private let areColours: Bool

  /// Tells how the pixels of a volume are values.
  ///
  /// - Parameter areColours: Whether colours are wanted: a grey pixel is one then.
  init(_ volume: Volume, areColours: Bool, source: String) throws(DatasetError) {
    channels = volume.channels
    self.areColours = areColours
    guard channels == 1 || channels == 3 else {
      throw .labels(.severalChannels(source: source, channels: channels))
    }
    let isGrey = channels == 1 || volume.isGrey
    guard isGrey || areColours else { throw .labels(.coloured(source: source)) }
    self.isGrey = isGrey && !areColours
  }

  /// The whole number at a place; nil where there is none.
  @inline(__always)
  func number(_ values: UnsafeBufferPointer<Float>, at place: Int) -> Int? {
    let value = values[place &* channels]
    // Beyond 2^53 a value is whole, and clamping it keeps messages finite.
    let bounded = max(-0x1p53, min(0x1p53, value))
    let whole = bounded.rounded()
    return abs(bounded - whole) <= ClassMap.wholeTolerance && value.isFinite ? Int(whole) : nil
  }

  /// The colour at a place, as a number 0xRRGGBB; nil where there is none of 8 bits.
  @inline(__always)
  func colour(_ values: UnsafeBufferPointer<Float>, at place: Int) -> Int? {
    var key = 0
    for channel in 0..<3 {
      let value = values[place &* channels &+ (channels == 1 ? 0 : channel)]
      guard value >= 0, value <= 255, value == value.rounded() else { return nil }
      key = key << 8 | Int(value)
    }
    return key
  }
}

extension Volume {
  /// Whether the channels of each voxel are equal.
  fileprivate var isGrey: Bool {
    voxels.withUnsafeBufferPointer { voxels in
      stride(from: 0, to: voxels.count, by: channels).allSatisfy { start in
        (1..<channels).allSatisfy { voxels[start &+ $0] == voxels[start] }
      }
    }
  }
}

extension LabelValue {
  /// The values in a label file: numbers, or colours where a pixel is not grey.
  ///
  /// Throws as `counted(in:source:)` does.
  public static func found(in volume: Volume, source: String) throws(DatasetError) -> Set<LabelValue> {
    Set(try counted(in: volume, source: source).keys)
  }

  /// The number of voxels of each value in a label file: numbers, or colours where a pixel is not grey.
  ///
  /// Throws `LabelProblem.severalChannels` and `.notWhole`; `source` is what messages call the file.
  public static func counted(in volume: Volume, source: String) throws(DatasetError) -> [LabelValue: Int] {
    let areColours = volume.channels == 3 && !volume.isGrey
    let pixels = try LabelPixels(volume, areColours: areColours, source: source)
    var counts: [Int: Int] = [:]
    // Neighbouring voxels mostly have one value.
    var run: (key: Int, length: Int) = (0, 0)
    let bad = volume.voxels.withUnsafeBufferPointer { values in
      (0..<volume.grid.size.count).first { place in
        guard let key = areColours ? pixels.colour(values, at: place) : pixels.number(values, at: place) else {
          return true
        }
        if key != run.key {
          counts[run.key, default: 0] += run.length
          run = (key, 0)
        }
        run.length += 1
        return false
      }
    }
    if let bad {
      let count = volume.voxels.withUnsafeBufferPointer { values in
        (0..<volume.grid.size.count).count { place in
          (areColours ? pixels.colour(values, at: place) : pixels.number(values, at: place)) == nil
        }
      }
      throw .labels(
        .notWhole(
          source: source, value: volume.voxels[bad * volume.channels],
          voxel: VoxelIndex(offset: bad, in: volume.grid.size), voxels: count))
    }
    counts[run.key, default: 0] += run.length
    return Dictionary(
      uniqueKeysWithValues: counts.filter { $0.value > 0 }.map { key, count in
        (areColours ? LabelValue(colourKey: key) : .number(key), count)
      })
  }
}
