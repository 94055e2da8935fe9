import Volumes

/// How the intensities of an image are brought to a common scale before a network sees them.
public enum Normalisation: String, Codable, CaseIterable, Hashable, Sendable {
  /// Each channel of each image has its mean taken off and is divided by its standard deviation (of all its voxels as a
  /// population), both in double precision. A channel of one value becomes 0 throughout.
  case zScore = "z_score"
  /// The values stay as the file has them.
  case none

  /// Normalises an image in place, and returns what each channel was like before: `isConstant` marks the channels in
  /// which there is nothing to see.
  ///
  /// Throws `ImageProblem.notFinite` where a voxel is infinite or not a number, and then leaves the image as it is;
  /// `source` is what messages call the image.
  @discardableResult
  public func apply(to volume: inout Volume, source: String) throws(DatasetError) -> [ChannelStatistics] {
    let statistics = try ChannelStatistics.measured(in: volume, source: source)
    guard self == .zScore else { return statistics }
    let channels = volume.channels
    volume.voxels.withUnsafeMutableBufferPointer { voxels in
      for (channel, channelStatistics) in statistics.enumerated() {
        let (mean, factor) =
          channelStatistics.isConstant ? (0, 0) : (channelStatistics.mean, 1 / channelStatistics.standardDeviation)
        var place = channel
        while place < voxels.count {
          voxels[place] = Float((Double(voxels[place]) - mean) * factor)
          place &+= channels
        }
      }
    }
    return statistics
  }
}
