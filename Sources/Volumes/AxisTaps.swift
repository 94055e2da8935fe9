/// For each target index along an axis, the source indices that make its value, and their weights.
struct AxisTaps: Sendable {
  /// The number of source indices a target index has: 1, 2 or 4.
  let width: Int
  /// The source indices, `width` for each target index.
  let indices: [Int]
  /// Their weights.
  let weights: [Float]
  /// The target indices that lie within half a voxel of the source.
  let inside: Range<Int>
  /// The number of target indices.
  let count: Int
  /// Whether target and source are the same samples.
  let isIdentity: Bool

  /// Makes the taps of `count` target indices at the source positions `start + index * step`.
  init(count: Int, start: Double, step: Double, sourceCount: Int, interpolation: Interpolation) {
    self.count = count
    width = interpolation.tapCount
    var indices: [Int] = []
    var weights: [Float] = []
    var inside = 0..<0
    for index in 0..<count {
      let position = snapped(start + Double(index) * step)
      if isWithin(position, sourceCount) { inside = (inside.isEmpty ? index : inside.lowerBound)..<(index + 1) }
      let (lowest, fraction) = interpolation.lowestTap(at: folded(position, sourceCount))
      for tap in 0..<width { indices.append(mirrored(lowest + tap, sourceCount)) }
      weights += interpolation.weights(at: fraction)
    }
    self.inside = inside
    self.indices = indices
    self.weights = weights
    isIdentity =
      count == sourceCount && snapped(start) == 0 && snapped(start + Double(count - 1) * step) == Double(count - 1)
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
