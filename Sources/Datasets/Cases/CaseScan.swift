import ScanIO
import Volumes

/// The scan of a case: the channels of its files, one after the other, on the grid of the first.
public struct CaseScan: Sendable {
  /// What the first file says.
  public let header: ScanHeader
  /// The voxels, with the channels of all files.
  public var volume: Volume
  /// The number of channels of each file.
  public let channelCounts: [Int]
  /// The files that were resampled to the first one's grid.
  public let resampled: [ResampledFile]
  /// The files whose voxels were put into the first one's order.
  public let reordered: [ReorderedFile]
  /// What a person should know of how the files were understood.
  public let notes: [ScanNote]

  /// Returns the voxels and keeps none of them, so that their memory is free as soon as the caller is done; one voxel of
  /// value 0 is left in their place.
  public mutating func takeVolume() -> Volume {
    let taken = volume
    let nothing = Grid(size: GridSize(width: 1, height: 1), affine: taken.grid.affine, unit: taken.grid.unit)
    volume = Volume(grid: nothing, voxels: [0])
    return taken
  }
}

extension Volume {
  /// The channels of volumes of one size, one volume's behind the other's, on the first one's grid.
  static func concatenated(_ volumes: [Volume]) -> Volume {
    guard volumes.count > 1 else { return volumes[0] }
    let channels = volumes.reduce(0) { $0 + $1.channels }
    let count = volumes[0].grid.size.count
    let voxels = [Float](unsafeUninitializedCapacity: count * channels) { values, initialized in
      var start = 0
      for volume in volumes {
        volume.voxels.withUnsafeBufferPointer { source in
          for voxel in 0..<count {
            for channel in 0..<volume.channels {
              values.initializeElement(
                at: voxel &* channels &+ start &+ channel, to: source[voxel &* volume.channels &+ channel])
            }
          }
        }
        start += volume.channels
      }
      initialized = count * channels
    }
    return Volume(grid: volumes[0].grid, channels: channels, voxels: voxels)
  }
}
