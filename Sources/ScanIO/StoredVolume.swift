import Volumes

/// The voxels of a scan as its file stores them: numbers of any type, kept to the last bit.
///
/// A `Volume` holds 32-bit floats, which tell whole numbers apart up to 16777216 alone. This holds labels beyond that, and
/// numbers of 64 bits.
public struct StoredVolume: Sendable {
  /// The grid of the voxels.
  public private(set) var grid: Grid
  /// The number of values a voxel has; at least 1.
  public let channels: Int
  /// How a value is stored.
  public let datatype: ScanDatatype
  /// The stored values in the machine's byte order. Shape: (depth, height, width, channel).
  public private(set) var bytes: [UInt8]
  /// A stored value times `slope`, and `intercept`, is the value.
  public let slope: Double
  /// See `slope`.
  public let intercept: Double

  /// Makes a volume of `grid.size.count * channels` stored values.
  init(
    grid: Grid, channels: Int, datatype: ScanDatatype, bytes: [UInt8], slope: Double = 1, intercept: Double = 0
  ) {
    precondition(bytes.count == grid.size.count * channels * datatype.byteCount, "every value is stored")
    (self.grid, self.channels, self.datatype, self.bytes) = (grid, channels, datatype, bytes)
    (self.slope, self.intercept) = (slope, intercept)
  }

  /// The values of a volume, as 32-bit floats.
  public init(_ volume: Volume) {
    self.init(
      grid: volume.grid, channels: volume.channels, datatype: .float32,
      bytes: volume.voxels.withUnsafeBytes { Array($0) })
  }

  /// Whether the values are other numbers than those stored.
  public var isScaled: Bool { slope != 1 || intercept != 0 }

  /// The same voxels, stored so that their axes run in `orientation`: no value changes, no voxel moves in the world.
  public func reoriented(to orientation: Orientation) -> StoredVolume {
    var result = self
    let turn = Reorientation(from: grid.orientation, to: orientation)
    result.bytes = turn.rearranged(bytes, size: grid.size, channels: channels * datatype.byteCount)
    result.grid = grid.reoriented(by: turn)
    return result
  }

  /// The values of the voxels nearest to those of another grid; stored zeros where it reaches beyond this one.
  public func nearest(at target: Grid) -> StoredVolume {
    var result = self
    result.bytes = grid.nearest(bytes, channels: channels * datatype.byteCount, at: target, outside: 0)
    result.grid = target
    return result
  }
}

/// A scan with its voxels as stored.
public struct StoredScan: Sendable {
  /// What the file says.
  public var header: ScanHeader
  /// The voxels.
  public var volume: StoredVolume
}

extension StoredScan {
  /// A scan whose values 32-bit floats hold exactly.
  init(_ scan: Scan) {
    let volume = scan.volume
    let datatype = scan.header.datatype
    self.init(header: scan.header, volume: StoredVolume(volume))
    guard datatype != .float32, datatype != .float64,
      let exact = try? self.volume.converted(to: datatype, rounding: false).volume
    else { return }
    self.volume = exact
  }
}
