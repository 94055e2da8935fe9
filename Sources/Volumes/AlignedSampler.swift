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

/// How the axes of a target grid run along those of a source.
struct AxisAlignment {
  /// For each target axis, the source axis that it runs along.
  let sourceAxes: [Int]
  /// For each target axis, the source position of its index 0.
  let starts: [Double]
  /// For each target axis, the source distance between two of its indices.
  let steps: [Double]

  /// Finds the alignment; nil where the axes do not run along each other's to within 1e-4 source voxels over the grid.
  ///
  /// - Parameter map: From target voxel indices to source voxel indices.
  init?(map: Affine, target: GridSize) {
    let columns = [map.columns.i, map.columns.j, map.columns.k]
    let order = [0, 1, 2]
    let axes = order.map { axis in
      order.max { abs(columns[axis][$0]) < abs(columns[axis][$1]) } ?? axis
    }
    guard Set(axes).count == 3 else { return nil }
    for axis in order {
      for across in order where across != axes[axis] {
        guard abs(columns[axis][across]) * Double(target[axis] - 1) < 1e-4 else { return nil }
      }
    }
    sourceAxes = axes
    starts = axes.map { map.translation[$0] }
    steps = order.map { columns[$0][axes[$0]] }
  }
}

extension AxisTaps {
  /// The weighted sums along one axis.
  ///
  /// Shape: values are (outer, count, inner), the axis in the middle; the result is (outer, self.count, inner).
  func applied(to values: [Float], outer: Int, count sourceCount: Int, inner: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: outer * count * inner) { result, initialized in
      values.withUnsafeBufferPointer { source in
        indices.withUnsafeBufferPointer { indices in
          weights.withUnsafeBufferPointer { weights in
            guard let read = source.baseAddress, let write = result.baseAddress else { return }
            for block in 0..<outer {
              let (lines, sums) = (read + block &* sourceCount &* inner, write + block &* count &* inner)
              if inner == 1 {
                sumPoints(lines, indices, weights, into: sums)
              } else {
                sumRows(lines, indices, weights, inner: inner, into: sums)
              }
            }
          }
        }
      }
      initialized = outer * count * inner
    }
  }

  private func sumPoints(
    _ line: UnsafePointer<Float>, _ indices: UnsafeBufferPointer<Int>, _ weights: UnsafeBufferPointer<Float>,
    into sums: UnsafeMutablePointer<Float>
  ) {
    if width == 2 {
      for x in 0..<count {
        let tap = 2 &* x
        sums[x] = weights[tap] * line[indices[tap]] + weights[tap &+ 1] * line[indices[tap &+ 1]]
      }
      return
    }
    for x in 0..<count {
      let tap = 4 &* x
      let low = weights[tap] * line[indices[tap]] + weights[tap &+ 1] * line[indices[tap &+ 1]]
      let high = weights[tap &+ 2] * line[indices[tap &+ 2]] + weights[tap &+ 3] * line[indices[tap &+ 3]]
      sums[x] = low + high
    }
  }

  private func sumRows(
    _ lines: UnsafePointer<Float>, _ indices: UnsafeBufferPointer<Int>, _ weights: UnsafeBufferPointer<Float>,
    inner: Int, into sums: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count {
      let tap = width &* index
      let row = sums + index &* inner
      let (a, weightA) = (lines + indices[tap] &* inner, weights[tap])
      let (b, weightB) = (lines + indices[tap &+ 1] &* inner, weights[tap &+ 1])
      if width == 2 {
        for x in 0..<inner { row[x] = weightA * a[x] + weightB * b[x] }
        continue
      }
      let (c, weightC) = (lines + indices[tap &+ 2] &* inner, weights[tap &+ 2])
      let (d, weightD) = (lines + indices[tap &+ 3] &* inner, weights[tap &+ 3])
      for x in 0..<inner { row[x] = (weightA * a[x] + weightB * b[x]) + (weightC * c[x] + weightD * d[x]) }
    }
  }
}
