/// Why an image's voxels cannot be used.
public enum ImageProblem: Equatable, Sendable, CustomStringConvertible {
  /// Every voxel of a channel has one value.
  case constant(source: String, channel: Int, value: Float)
  /// Voxels are infinite or not numbers; `value` is the first, at `voxel`.
  case notFinite(source: String, channel: Int, value: Float, voxel: VoxelIndex, voxels: Int)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .constant(let source, let channel, let value):
      "image '\(source)': channel \(channel) is constant: every voxel is \(value). "
        + "Expected different values; check how the image was exported."
    case .notFinite(let source, let channel, let value, let voxel, let voxels):
      "image '\(source)': \(Wording.counted(voxels, "voxel is", "voxels are")) NaN or infinite in channel \(channel) "
        + "(first: \(value) at \(voxel)). Replace them, for example with 0, and save the image again."
    }
  }
}
