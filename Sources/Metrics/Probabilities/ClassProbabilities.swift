import Volumes

/// The predicted probabilities of the classes of a case, on the grid of its labels.
public struct ClassProbabilities: Sendable {
  /// One channel a class, background included; in 0...1.
  public let volume: Volume

  /// - Throws: `MetricsError.probabilities` where the size or the number of classes differs, `.noProbability` and
  ///   `.probabilitySum` for other values; rounding to 8 bits is allowed.
  public init(_ volume: Volume, grid: Grid, classCount: Int) throws(MetricsError) {
    guard volume.grid.size == grid.size, volume.channels == classCount else {
      throw .probabilities(
        size: volume.grid.size, classes: volume.channels, expectedSize: grid.size, expectedClasses: classCount)
    }
    self.volume = volume
    try check()
  }

  private func check() throws(MetricsError) {
    let classes = volume.channels
    // Rounding to a multiple of 1/255 changes each probability by at most half of it.
    let allowed = Float(classes) / 510 + 1e-3
    for voxel in 0..<volume.grid.size.count {
      var sum: Float = 0
      for index in 0..<classes {
        let value = self(voxel: voxel, class: index)
        guard value >= -1e-4, value <= 1 + 1e-4 else { throw .noProbability(value, voxel: place(voxel)) }
        sum += value
      }
      guard abs(sum - 1) <= allowed else { throw .probabilitySum(sum, voxel: place(voxel)) }
    }
  }

  private func place(_ voxel: Int) -> SIMD3<Int> {
    let size = volume.grid.size
    return SIMD3(voxel % size.width, voxel / size.width % size.height, voxel / (size.width * size.height))
  }

  /// The probability of a class at a voxel.
  func callAsFunction(voxel: Int, class index: Int) -> Float { volume.voxels[voxel * volume.channels + index] }
}
