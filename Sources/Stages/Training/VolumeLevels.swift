import Configurations
import Networks

/// The resolutions of a 3-D U-Net that suit the spacing and the size of what it sees.
///
/// An axis is halved while its voxels are at most twice as long as the shortest among the axes that can be halved, and at
/// least 4 remain. A kernel is 1 along an axis whose voxels are more than twice as long as the shortest of all.
/// Source: Isensee et al., "nnU-Net", Nature Methods 18, 2021, supplementary note 2.
package struct VolumeLevels: Equatable {
  /// Of each resolution, the full one first.
  package private(set) var kernels: [AxisLengths]
  /// Of each downsampling.
  package private(set) var pooling: [AxisLengths] = []

  /// The voxels that remain along an axis that was halved, at least.
  static let least = 4
  private static let largestRatio = 2.0

  /// - Parameters:
  ///   - spacing: The lengths of voxels along the network's axes; above 0.
  ///   - size: What the network sees.
  ///   - depth: The most downsamplings.
  package init(spacing: SIMD3<Double>, size: Extent, depth: Int) {
    var (spacing, size) = (spacing, [size.width, size.height, size.depth])
    kernels = [Self.kernel(spacing)]
    for _ in 0..<depth {
      let large = (0..<3).filter { size[$0] >= 2 * Self.least }
      guard let shortest = large.map({ spacing[$0] }).min() else { break }
      let halved = large.filter { spacing[$0] <= Self.largestRatio * shortest }
      let factors = (0..<3).map { halved.contains($0) ? 2 : 1 }
      for axis in halved {
        spacing[axis] *= 2
        size[axis] = (size[axis] + 1) / 2
      }
      pooling.append(AxisLengths(width: factors[0], height: factors[1], depth: factors[2]))
      kernels.append(Self.kernel(spacing))
    }
  }

  private static func kernel(_ spacing: SIMD3<Double>) -> AxisLengths {
    let lengths = (0..<3).map { spacing[$0] > largestRatio * spacing.min() ? 1 : 3 }
    return AxisLengths(width: lengths[0], height: lengths[1], depth: lengths[2])
  }

  /// What extents are multiples of.
  var multiple: Extent {
    func product(_ length: (AxisLengths) -> Int) -> Int { pooling.reduce(1) { $0 * length($1) } }
    return Extent(depth: product(\.depth), height: product(\.height), width: product(\.width))
  }
}
