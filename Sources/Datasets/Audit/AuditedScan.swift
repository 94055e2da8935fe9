import ScanIO
import Volumes

/// What an audit measures of an image.
public struct AuditedImage: Sendable {
  /// What its file says, or the first of several.
  public let header: ScanHeader
  /// The number of channels of all its files.
  public let channels: Int
  /// What a person should know of how its files were understood.
  public let notes: [ScanNote]
  /// The smallest finite value; nil where there is none.
  public let minimum: Float?
  /// The largest finite value; nil where there is none.
  public let maximum: Float?
  /// The number of values that are not finite.
  public let nonFinite: Int
  /// The channels that have one value throughout.
  public let constantChannels: [Int]
  /// The same for images of the same size and values.
  let content: ContentFingerprint
  /// The number of values, where there are 2 to 4 and all are whole, as in a label; nil for other images.
  let fewValues: Int?

  /// Measures the scan of a case.
  public init(_ scan: CaseScan) {
    header = scan.header
    channels = scan.volume.channels
    notes = scan.notes
    nonFinite = scan.volume.voxels.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
    content = ContentFingerprint(scan.volume)
    fewValues = Self.fewValues(of: scan.volume)
    let ranges = (0..<scan.volume.channels).map { Self.range(of: scan.volume, channel: $0) }
    minimum = ranges.compactMap { $0?.lowerBound }.min()
    maximum = ranges.compactMap { $0?.upperBound }.max()
    constantChannels = ranges.indices.filter { ranges[$0].map { $0.lowerBound == $0.upperBound } ?? true }
  }

  private static func fewValues(of volume: Volume) -> Int? {
    var values: Set<Float> = []
    for value in volume.voxels where !values.contains(value) {
      guard value == value.rounded(), values.count < 4 else { return nil }
      values.insert(value)
    }
    return values.count > 1 ? values.count : nil
  }

  private static func range(of volume: Volume, channel: Int) -> ClosedRange<Float>? {
    volume.voxels.withUnsafeBufferPointer { voxels in
      var (low, high) = (Float.infinity, -Float.infinity)
      for place in stride(from: channel, to: voxels.count, by: volume.channels) where voxels[place].isFinite {
        low = min(low, voxels[place])
        high = max(high, voxels[place])
      }
      return low <= high ? low...high : nil
    }
  }
}

/// What an audit measures of a label file.
public struct AuditedLabel: Sendable {
  /// What its file says.
  public let header: ScanHeader
  /// The number of voxels of each value.
  public let voxels: [LabelValue: Int]
  /// The smallest part of the grid that contains all that is drawn; nil where nothing is.
  let foreground: Grid?
  /// The same for labels of the same size and values.
  let content: ContentFingerprint
  /// Of neighbouring voxels along a row, not both of the most frequent value, the share that have one value; 1 without any.
  let coherence: Double

  /// Measures a label file, whose palette was read by index and whose alpha was dropped; `source` is what messages call it.
  ///
  /// - Throws: `DatasetError.labels` for values that are no numbers or colours.
  public init(_ scan: Scan, source: String) throws(DatasetError) {
    header = scan.header
    voxels = try LabelValue.counted(in: scan.volume, source: source)
    content = ContentFingerprint(scan.volume)
    foreground = Self.foreground(of: scan.volume)
    coherence = Self.coherence(of: scan.volume)
  }

  /// The two values between which a mask with smooth edges has its others; nil for other labels.
  public var smoothEdges: (low: Int, high: Int)? {
    let counts = voxels.compactMap { value, count -> (value: Int, count: Int)? in
      if case .number(let number) = value { (number, count) } else { nil }
    }.sorted { $0.value < $1.value }
    guard counts.count >= 5, counts.count == voxels.count, let low = counts.first, let high = counts.last,
      high.value - low.value >= 64
    else { return nil }
    // What is between the two is a border: each of its values is rarer than both, and all together than the larger.
    let between = counts.dropFirst().dropLast().map(\.count)
    guard let most = between.max(), most < min(low.count, high.count),
      between.reduce(0, +) < max(low.count, high.count)
    else { return nil }
    return (low.value, high.value)
  }

  /// Whether the file has so many unordered neighbouring values that it is an image, not a label map. Many numbered
  /// objects are not an image: neighbouring voxels of an object have one value.
  public var isImage: Bool { smoothEdges == nil && voxels.count >= 10 && coherence < 0.5 }

  /// Whether all values are near one of two, as in a mask whose edges happen to be plain, or nothing is drawn.
  func isMask(low: Int, high: Int) -> Bool {
    let numbers = voxels.keys.compactMap { if case .number(let number) = $0 { number } else { nil } }
    let tolerance = (high - low) / 16
    return numbers.count == voxels.count
      && numbers.allSatisfy { abs($0 - low) <= tolerance || abs($0 - high) <= tolerance }
      && (numbers.count < 3 && numbers.allSatisfy { $0 == low || abs($0 - high) <= tolerance }
        || numbers.contains { abs($0 - high) <= tolerance })
  }

  private static func coherence(of volume: Volume) -> Double {
    var counts: [Float: Int] = [:]
    let step = max(1, volume.voxels.count / 4096)
    for place in stride(from: 0, to: volume.voxels.count, by: step) { counts[volume.voxels[place], default: 0] += 1 }
    let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    let (channels, width) = (volume.channels, volume.grid.size.width)
    var (pairs, equal) = (0, 0)
    for voxel in 1..<max(1, volume.grid.size.count) where voxel % width != 0 {
      let (value, other) = (volume.voxels[voxel * channels], volume.voxels[(voxel - 1) * channels])
      guard value != usual || other != usual else { continue }
      pairs += 1
      if value == other { equal += 1 }
    }
    return pairs == 0 ? 1 : Double(equal) / Double(pairs)
  }

  /// The smallest part of a volume's grid that contains all values other than 0.
  private static func foreground(of volume: Volume) -> Grid? {
    let (width, height, channels) = (volume.grid.size.width, volume.grid.size.height, volume.channels)
    var (low, high) = (SIMD3<Int>(repeating: .max), SIMD3<Int>(repeating: .min))
    volume.voxels.withUnsafeBufferPointer { voxels in
      for place in voxels.indices where voxels[place] != 0 {
        let voxel = place / channels
        let position = SIMD3(voxel % width, voxel / width % height, voxel / (width * height))
        low = pointwiseMin(low, position)
        high = pointwiseMax(high, position)
      }
    }
    guard low.x <= high.x else { return nil }
    var grid = volume.grid
    grid.size = GridSize(width: high.x - low.x + 1, height: high.y - low.y + 1, depth: high.z - low.z + 1)
    grid.affine.translation = volume.grid.affine(SIMD3(Double(low.x), Double(low.y), Double(low.z)))
    return grid
  }

  /// Whether nothing is drawn: every voxel has the value 0 or is black.
  public var isEmpty: Bool { voxels.keys.allSatisfy { $0 == .number(0) || $0 == .black } }

  /// The volume of a voxel in millilitres; nil where the file knows no physical size.
  public var voxelML: Double? {
    header.grid.unit == .millimetres ? abs(header.grid.affine.determinant) / 1000 : nil
  }
}
