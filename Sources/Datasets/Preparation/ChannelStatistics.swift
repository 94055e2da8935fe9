import Volumes

/// What the voxels of one channel of an image are like.
public struct ChannelStatistics: Codable, Hashable, Sendable {
  /// The mean, in double precision.
  public let mean: Double
  /// The standard deviation of the voxels as a population, in double precision.
  public let standardDeviation: Double
  /// The smallest value.
  public let minimum: Float
  /// The largest value.
  public let maximum: Float

  /// Whether every voxel has one value.
  public var isConstant: Bool { minimum == maximum }

  /// Makes statistics.
  public init(mean: Double, standardDeviation: Double, minimum: Float, maximum: Float) {
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Measures each channel of an image, in two passes.
  ///
  /// Throws `ImageProblem.notFinite` where a voxel is infinite or not a number; `source` is what messages call the image.
  public static func measured(in volume: Volume, source: String) throws(DatasetError) -> [ChannelStatistics] {
    var statistics: [ChannelStatistics] = []
    for channel in 0..<volume.channels {
      let measured = volume.voxels.withUnsafeBufferPointer {
        Self.measured($0, channel: channel, channels: volume.channels)
      }
      guard let measured else { throw notFinite(in: volume, channel: channel, source: source) }
      statistics.append(measured)
    }
    return statistics
  }

  /// Nil where a voxel is not finite: then so is the sum, since doubles hold any sum of finite floats.
  private static func measured(
    _ voxels: UnsafeBufferPointer<Float>, channel: Int, channels: Int
  ) -> ChannelStatistics? {
    let count = voxels.count / channels
    guard count > 0 else { return ChannelStatistics(mean: 0, standardDeviation: 0, minimum: 0, maximum: 0) }
    // Four sums side by side, which the processor adds at once; their order depends on the size alone.
    var sums = SIMD4<Double>.zero
    var (minimum, maximum) = (voxels[channel], voxels[channel])
    var place = channel
    for _ in 0..<(count / 4) {
      let values = SIMD4(
        voxels[place], voxels[place &+ channels], voxels[place &+ 2 &* channels], voxels[place &+ 3 &* channels])
      sums += SIMD4<Double>(values)
      minimum = Swift.min(minimum, Swift.min(Swift.min(values.x, values.y), Swift.min(values.z, values.w)))
      maximum = Swift.max(maximum, Swift.max(Swift.max(values.x, values.y), Swift.max(values.z, values.w)))
      place &+= 4 &* channels
    }
    let tail = place
    while place < voxels.count {
      sums.x += Double(voxels[place])
      minimum = Swift.min(minimum, voxels[place])
      maximum = Swift.max(maximum, voxels[place])
      place &+= channels
    }
    let sum = sums.sum()
    guard sum.isFinite else { return nil }
    let mean = sum / Double(count)
    var squares = SIMD4<Double>.zero
    place = channel
    for _ in 0..<(count / 4) {
      let deviations =
        SIMD4<Double>(
          SIMD4(
            voxels[place], voxels[place &+ channels], voxels[place &+ 2 &* channels], voxels[place &+ 3 &* channels]))
        - mean
      squares += deviations * deviations
      place &+= 4 &* channels
    }
    place = tail
    while place < voxels.count {
      let deviation = Double(voxels[place]) - mean
      squares.x += deviation * deviation
      place &+= channels
    }
    let deviation = (squares.sum() / Double(count)).squareRoot()
    return ChannelStatistics(mean: mean, standardDeviation: deviation, minimum: minimum, maximum: maximum)
  }

  private static func notFinite(in volume: Volume, channel: Int, source: String) -> DatasetError {
    let places = stride(from: channel, to: volume.voxels.count, by: volume.channels)
      .filter { !volume.voxels[$0].isFinite }
    let first = places.first ?? channel
    return .image(
      .notFinite(
        source: source, channel: channel, value: volume.voxels[first],
        voxel: VoxelIndex(offset: first / volume.channels, in: volume.grid.size), voxels: places.count))
  }
}
