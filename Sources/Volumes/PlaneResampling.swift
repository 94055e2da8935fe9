import Machine

/// Resamples a volume that comes plane by plane across k, to a grid whose axes run along the volume's own.
///
/// Two of the volume's planes are held, not the volume. The values are those of `Volume.resampled`, to the bit. Not for use
/// by two threads at once.
public final class PlaneResampling {
  private let sampling: AlignedSampling
  private let channels: Int
  /// The last two planes, each at its index modulo 2.
  private var planes: [[Float]]
  /// A plane between those two.
  private var between: [Float] = []
  /// The first plane of the target that was not handed over.
  private var next = 0

  /// The taps across k, the axis along which the planes come.
  private let depth: AxisTaps

  /// Makes a resampling; nil where k, j and i of the target do not run along those of the source, each in its direction, and
  /// where the source's affine has no inverse.
  ///
  /// - Parameters:
  ///   - source: The grid of the volume whose planes come.
  ///   - target: Where the values are wanted. Its unit does not matter.
  ///   - channels: The number of values a voxel has.
  ///   - interpolation: How values between voxels are made, along each axis of the source: nearest or linear.
  public init?(from source: Grid, to target: Grid, channels: Int, interpolation: PerAxis<Interpolation>) {
    precondition((0..<3).allSatisfy { interpolation[$0] != .cubic }, "a cubic B-spline needs all planes")
    guard let map = source.affine.inverse?.after(target.affine),
      let alignment = AxisAlignment(map: map, target: target.size), alignment.sourceAxes == [0, 1, 2],
      alignment.steps[2] > 0,
      let whole = AlignedSampling(
        source: source.size, target: target.size, map: map, interpolation: interpolation)
    else { return nil }
    depth = whole.taps[2]
    sampling = whole.ofOnePlane
    self.channels = channels
    planes = Array(repeating: [], count: min(2, source.size.depth))
  }

  /// The memory that a resampling takes, in bytes.
  ///
  /// - Parameters: As of `init`; sizes of the grids.
  public static func bytes(from source: GridSize, to target: GridSize, channels: Int) -> Int {
    let planes = ByteCount.sum(
      ByteCount.product(3, source.width, source.height), ByteCount.product(target.width, target.height))
    return ByteCount.product(planes, channels, MemoryLayout<Float>.stride)
  }

  /// Takes the volume's next plane, and hands over those planes of the target that need no later one.
  ///
  /// - Parameters:
  ///   - index: Its index along k: planes come in order, from 0.
  ///   - values: Shape: (height, width, channel) of the source.
  ///   - read: Receives a plane's index and its values, (height, width, channel) of the target; 0 where the source does not
  ///     reach.
  public func add(
    _ index: Int, _ values: UnsafeBufferPointer<Float>, read: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    keep(index, values)
    while next < depth.count, depth.lastSample(of: next) <= index {
      let plane = sampled(next)
      try plane.withUnsafeBufferPointer { try read(next, $0) }
      next += 1
    }
  }

  private func keep(_ index: Int, _ values: UnsafeBufferPointer<Float>) {
    let place = index % planes.count
    if planes[place].count == values.count {
      planes[place].withUnsafeMutableBufferPointer {
        $0.baseAddress!.update(from: values.baseAddress!, count: $0.count)
      }
    } else {
      planes[place] = Array(values)
    }
  }

  /// A plane of the target.
  private func sampled(_ index: Int) -> [Float] {
    guard depth.inside.contains(index) else {
      return [Float](repeating: 0, count: sampling.target.count * channels)
    }
    if depth.isIdentity { return inPlane(planes[index % planes.count]) }
    let first = index * depth.width
    let own = Int(depth.indices[first]) % planes.count
    guard depth.width == 2 else { return inPlane(planes[own]) }
    let other = Int(depth.indices[first + 1]) % planes.count
    blend(planes[own], planes[other], (depth.weights[first], depth.weights[first + 1]))
    return inPlane(between)
  }

  private func inPlane(_ plane: [Float]) -> [Float] {
    if sampling.taps.allSatisfy(\.isIdentity) { return plane }
    return sampling.values(of: plane, channels: channels, outside: 0, workers: Threads.count, slab: nil)
  }

  private func blend(_ first: [Float], _ second: [Float], _ weights: (Float, Float)) {
    if between.count != first.count { between = [Float](repeating: 0, count: first.count) }
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        between.withUnsafeMutableBufferPointer { between in
          // Each thread writes to places of its own.
          let result = between
          let pieces = (result.count + Self.piece - 1) / Self.piece
          Threads.forEach(pieces) { piece in
            for index in piece * Self.piece..<min((piece + 1) * Self.piece, result.count) {
              result[index] = weights.0 * first[index] + weights.1 * second[index]
            }
          }
        }
      }
    }
  }

  private static let piece = 1 << 16
}

extension AlignedSampling {
  /// The same within a plane across k.
  fileprivate var ofOnePlane: AlignedSampling {
    let alone = AxisTaps(count: 1, start: 0, step: 1, sourceCount: 1, interpolation: .nearest)
    return AlignedSampling(
      target: GridSize(width: target.width, height: target.height), taps: [taps[0], taps[1], alone], strides: strides)
  }
}

extension AxisTaps {
  /// The largest source index that a target index needs; -1 where the source does not reach.
  fileprivate func lastSample(of index: Int) -> Int {
    guard inside.contains(index) else { return -1 }
    return isIdentity ? index : Int(indices[index * width..<(index + 1) * width].max() ?? 0)
  }
}
