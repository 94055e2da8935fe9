import CXXHash
import Volumes

/// The same for volumes of the same size and values, however their files store them; different ones share it by a chance
/// of 1 in 2^128.
struct ContentFingerprint: Hashable, Sendable {
  private let size: GridSize
  private let channels: Int
  private let low: UInt64
  private let high: UInt64

  /// The fingerprint of a volume; its place in the world does not matter.
  init(_ volume: Volume) {
    size = volume.grid.size
    channels = volume.channels
    let hash = volume.voxels.withUnsafeBytes { XXH3_128bits($0.baseAddress, $0.count) }
    (low, high) = (hash.low64, hash.high64)
  }
}
