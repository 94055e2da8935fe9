import Volumes

/// The predicted probabilities of the classes of a case, on the grid of its labels.
public struct ClassProbabilities: Sendable {
  /// One channel a class, background included; in 0...1.
  public let volume: Volume

  /// - Throws: `MetricsError.probabilities` where the size or the number of classes differs.
  public init(_ volume: Volume, grid: Grid, classCount: Int) throws(MetricsError) {
    guard volume.grid.size == grid.size, volume.channels == classCount else {
      throw .probabilities(
        size: volume.grid.size, classes: volume.channels, expectedSize: grid.size, expectedClasses: classCount)
    }
    self.volume = volume
  }

  /// The probability of a class at a voxel.
  func callAsFunction(voxel: Int, class index: Int) -> Float { volume.voxels[voxel * volume.channels + index] }
}
