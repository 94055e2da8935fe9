import CKernels

/// For each target index along an axis, the source indices that make its value, and their weights.
struct AxisTaps: Sendable {
  /// The number of target indices.
  let count: Int
  /// The number of source indices.
  let sourceCount: Int
  /// The number of source indices a target index has: 1, 2 or 4.
  let width: Int
  /// The source indices, `width` for each target index.
  let indices: [Int32]
  /// Their weights.
  let weights: [Float]
  /// For each target index, the nearest source index; half-way, the larger.
  let nearest: [Int32]
  /// The target indices that lie within half a voxel of the source.
  let inside: Range<Int>
  /// Whether target and source are the same samples.
  let isIdentity: Bool

  /// Makes the taps of `count` target indices at the source positions `start + index * step`.
  init(count: Int, start: Double, step: Double, sourceCount: Int, interpolation: Interpolation) {
    self.count = count
    self.sourceCount = sourceCount
    width = interpolation.tapCount
    let size = Int32(sourceCount)
    var indices: [Int32] = []
    var weights: [Float] = []
    var nearest: [Int32] = []
    var inside = 0..<0
    for index in 0..<count {
      let position = ck_snapped(start + Double(index) * step)
      let isInside = ck_is_within(position, size)
      if isInside { inside = (inside.isEmpty ? index : inside.lowerBound)..<(index + 1) }
      nearest.append(isInside ? Int32(min(max((position + 0.5).rounded(.down), 0), Double(sourceCount - 1))) : 0)
      let (lowest, fraction) = interpolation.lowestTap(at: ck_folded(position, size))
      for tap in 0..<width {
        indices.append(interpolation == .nearest ? nearest[index] : ck_mirrored(Int32(lowest + tap), size))
      }
      weights += interpolation.weights(at: fraction)
    }
    self.inside = inside
    self.indices = indices
    self.weights = weights
    self.nearest = nearest
    isIdentity =
      count == sourceCount && ck_snapped(start) == 0
      && ck_snapped(start + Double(count - 1) * step) == Double(count - 1)
  }
}
