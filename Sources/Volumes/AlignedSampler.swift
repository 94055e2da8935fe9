/// Linear or cubic sampling between grids whose axes run along each other's: one pass along each axis.
struct AlignedSampler {
  /// For each target axis, the source axis that it runs along.
  private let sourceAxes: [Int]
  /// For each target axis, where its values come from.
  private let taps: [AxisTaps]
  private let source: GridSize
  private let target: GridSize
  private let channels: Int
  private let isCubic: Bool

  /// Makes a sampler; nil where an axis of the target runs across two of the source's.
  ///
  /// - Parameter map: From target voxel indices to source voxel indices.
  init?(source: GridSize, target: GridSize, map: Affine, channels: Int, interpolation: Interpolation) {
    guard let alignment = AxisAlignment(map: map, target: target) else { return nil }
    self.sourceAxes = alignment.sourceAxes
    self.source = source
    self.target = target
    self.channels = channels
    isCubic = interpolation == .cubic
    taps = (0..<3).map { axis in
      AxisTaps(
        count: target[axis], start: alignment.starts[axis], step: alignment.steps[axis],
        sourceCount: source[alignment.sourceAxes[axis]], interpolation: interpolation)
    }
  }

  /// The sampled values; `outside` where the source does not reach.
  func sample(_ voxels: [Float], outside: Float) -> [Float] {
    var values = Reorientation(sourceAxes: sourceAxes).rearranged(voxels, size: source, channels: channels)
    var counts = sourceAxes.map { source[$0] }
    for axis in passOrder(counts) where !taps[axis].isIdentity {
      let inner = counts[..<axis].reduce(channels, *)
      let outer = counts[(axis + 1)...].reduce(1, *)
      if isCubic { CubicSpline.prefilter(&values, outer: outer, count: counts[axis], inner: inner) }
      values = taps[axis].applied(to: values, outer: outer, count: counts[axis], inner: inner)
      counts[axis] = target[axis]
    }
    fill(&values, with: outside)
    return values
  }

  /// The axes that shrink most come first: the later passes have less to do.
  private func passOrder(_ counts: [Int]) -> [Int] {
    [0, 1, 2].sorted { a, b in
      let (growthA, growthB) = (target[a] * counts[b], target[b] * counts[a])
      return growthA != growthB ? growthA < growthB : a < b
    }
  }

  private func fill(_ values: inout [Float], with outside: Float) {
    guard (0..<3).contains(where: { taps[$0].inside != 0..<target[$0] }) else { return }
    let row = target.width * channels
    let reached = taps[0].inside.lowerBound * channels..<taps[0].inside.upperBound * channels
    for k in 0..<target.depth {
      for j in 0..<target.height {
        let start = (k * target.height + j) * row
        let isReached = taps[2].inside.contains(k) && taps[1].inside.contains(j)
        for x in 0..<row where !isReached || !reached.contains(x) { values[start + x] = outside }
      }
    }
  }
}
