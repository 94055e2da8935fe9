import Machine
import Volumes

/// The memory of a scan's voxels, which is asked for once a file, before any of it is allocated.
enum VoxelMemory {
  /// Reserves the floats of a scan's voxels while `body` reads them.
  ///
  /// - Parameters:
  ///   - valueBytes: The bytes of a value.
  ///   - further: Bytes that are taken beside them, such as those of stored samples.
  /// - Throws: `MachineError.notEnoughMemory`, and what `body` throws.
  static func reserving<Result>(
    file: String, size: GridSize, channels: Int, valueBytes: Int = MemoryLayout<Float>.stride, further: Int = 0,
    _ body: () throws -> Result
  ) throws -> Result {
    let values = ByteCount.product(size.width, size.height, size.depth, channels, valueBytes)
    return try MemoryBudget.reserving(
      ByteCount.sum(values, further), for: purpose(file: file, size: size, channels: channels), body)
  }

  /// Refuses stored samples that there is not the memory for.
  ///
  /// - Parameter bytes: What a sample takes.
  /// - Throws: `MachineError.notEnoughMemory`.
  static func require(stored count: Int, bytes: Int, file: String) throws {
    try MemoryBudget.require(ByteCount.product(count, bytes), for: "the stored values of \(file)")
  }

  /// Refuses the encoding of voxels, in a format that is made in memory as a whole, that there is not the memory for.
  ///
  /// - Throws: `MachineError.notEnoughMemory`.
  static func require(encoding count: Int, datatype: ScanDatatype, file: String) throws {
    // The stored samples, the encoded file and its copy; compression may shrink nothing.
    try MemoryBudget.require(
      ByteCount.product(3, count, datatype.byteCount), for: "writing \(file)", remedy: "write .nii.gz")
  }

  private static func purpose(file: String, size: GridSize, channels: Int) -> String {
    "the voxels of \(file) (\(size)" + (channels > 1 ? ", \(channels) channels)" : ")")
  }
}
