import Machine
import Volumes

/// Where a training keeps its prepared cases, and what they need: decided by the data alone, so that a pipeline file behaves
/// alike on any machine.
package struct CaseStorage {
  /// The most bytes that the prepared cases have in memory; more are on disk, and mapped.
  static let mostBytesInMemory = 1 << 30
  /// The most cases that are mapped: the system allows a process 65,530 maps. More are in memory.
  static let mostOnDisk = 1 << 15
  /// Several cases are prepared at the same time while they need at most so many bytes together.
  private static let mostPreparingBytes = 1 << 30

  /// Whether they are on disk.
  package let isOnDisk: Bool
  /// The size of each case's prepared image and labels.
  let bytes: [Int]
  /// What the preparation of the largest case takes at most.
  package let preparingBytes: Int

  /// - Parameters:
  ///   - scans: The grids of the scans.
  ///   - prepared: The grids of the prepared cases.
  ///   - isKept: Whether they are to be on disk after the training, and so in any case.
  package init(scans: [Grid], prepared: [Grid], channels: Int, isKept: Bool) {
    let (valueBytes, labelBytes) = (channels * MemoryLayout<Float>.stride, MemoryLayout<UInt8>.stride)
    bytes = prepared.map { ByteCount.product($0.size.count, valueBytes + labelBytes) }
    preparingBytes =
      zip(scans, prepared).map { scan, prepared in
        let (scanVoxels, voxels) = (scan.size.count, prepared.size.count)
        // The channels of several files are put together; then a case is resampled, and reoriented after that.
        let second = max(scan == prepared ? 0 : voxels, channels > 1 ? scanVoxels : 0)
        let image = ByteCount.product(ByteCount.sum(max(scanVoxels, voxels), second), valueBytes)
        // Labels are read as numbers, too.
        let labels = ByteCount.product(scanVoxels, MemoryLayout<Float>.stride + labelBytes)
        return max(image, ByteCount.sum(labels, ByteCount.product(2 * labelBytes, voxels)))
      }.max() ?? 0
    isOnDisk = bytes.count <= Self.mostOnDisk && (isKept || ByteCount.sum(of: bytes) > Self.mostBytesInMemory)
  }

  /// The memory that the cases need: all of them and what the largest takes once more while it is prepared, or on disk one
  /// while it is prepared. The pages of mapped files can be given up.
  package var memoryBytes: Int { isOnDisk ? preparingBytes : ByteCount.sum(ByteCount.sum(of: bytes), bytes.max() ?? 0) }

  /// How many cases are prepared at the same time, where they are stored on disk; at least 1. No result depends on it.
  package var casesAtOnce: Int {
    let most = min(Self.mostPreparingBytes, MemoryBudget.available.bytes)
    return max(1, min(Threads.count, most / max(1, preparingBytes)))
  }
}
