/// Displacements over a lattice, and what is done along each of its axes in turn.
///
/// Shape: (k, j, i), i varying fastest.
struct ControlPointArray {
  private(set) var size: SIMD3<Int>
  private(set) var values: [SIMD3<Double>]

  init(_ size: SIMD3<Int>, _ values: [SIMD3<Double>]) {
    precondition(values.count == size.x * size.y * size.z, "one value per control point")
    (self.size, self.values) = (size, values)
  }

  subscript(point: SIMD3<Int>) -> SIMD3<Double> { values[(point.z * size.y + point.y) * size.x + point.x] }

  /// Replaces every line along an axis by another, of `count` values.
  @inline(__always)
  private mutating func replaceLines(along axis: Int, count: Int, _ make: (_ from: Line, _ to: Line) -> Void) {
    let old = size[axis]
    let inner = axis == 0 ? 1 : axis == 1 ? size.x : size.x * size.y
    let outer = values.count / old / inner
    var result = [SIMD3<Double>](repeating: .zero, count: outer * count * inner)
    values.withUnsafeMutableBufferPointer { values in
      result.withUnsafeMutableBufferPointer { result in
        for first in 0..<outer {
          for x in 0..<inner {
            make(
              Line(first: values.baseAddress! + first * old * inner + x, step: inner),
              Line(first: result.baseAddress! + first * count * inner + x, step: inner))
          }
        }
      }
    }
    values = result
    size[axis] = count
  }

  /// The control points of the same spline over a lattice twice as fine along an axis (subdivision).
  /// Source: Lane and Riesenfeld, IEEE Transactions on Pattern Analysis and Machine Intelligence 2, 1980.
  mutating func refine(along axis: Int) {
    let count = 2 * size[axis] - 3
    replaceLines(along: axis, count: count) { line, to in
      for index in 0..<count {
        let at = index / 2
        to[index] =
          index % 2 == 0
          ? (line[at] + line[at + 1]) / 2 : (line[at] + 6 * line[at + 1] + line[at + 2]) / 8
      }
    }
  }

  /// The Bézier points of a spline's cells along an axis: 3 for each cell, and 1 at the end, neighbours sharing theirs.
  mutating func makeBezier(along axis: Int) {
    let cells = size[axis] - 3
    replaceLines(along: axis, count: 3 * cells + 1) { line, to in
      for cell in 0..<cells {
        to[3 * cell] = (line[cell] + 4 * line[cell + 1] + line[cell + 2]) / 6
        to[3 * cell + 1] = (2 * line[cell + 1] + line[cell + 2]) / 3
        to[3 * cell + 2] = (line[cell + 1] + 2 * line[cell + 2]) / 3
      }
      to[3 * cells] = (line[cells] + 4 * line[cells + 1] + line[cells + 2]) / 6
    }
  }

  /// The control points of the spline that passes through the values, mirrored at the outermost: those of the inner
  /// points change, and one is added at either end.
  ///
  /// Source: the tridiagonal system (c[i-1] + 4 c[i] + c[i+1]) / 6 = v[i], solved by elimination.
  mutating func interpolate(along axis: Int) {
    let count = size[axis]
    guard count > 1 else { return }
    var ratios = [Double](repeating: 0, count: count)
    replaceLines(along: axis, count: count + 2) { line, to in
      ratios[0] = 0.5
      to[1] = line[0] * 1.5
      for index in 1..<count {
        let below = index == count - 1 ? 2.0 : 1.0
        let pivot = 1 / (4 - below * ratios[index - 1])
        ratios[index] = pivot
        to[index + 1] = (6 * line[index] - below * to[index]) * pivot
      }
      for index in stride(from: count - 2, through: 0, by: -1) { to[index + 1] -= ratios[index] * to[index + 2] }
      to[0] = to[2]
      to[count + 1] = to[count - 1]
    }
  }

  /// Weighted sums along an axis by a symmetric kernel; as many values fall away at either end as the kernel reaches.
  mutating func smooth(along axis: Int, kernel: [Double]) {
    let reach = kernel.count / 2
    let count = size[axis] - 2 * reach
    replaceLines(along: axis, count: count) { line, to in
      for index in 0..<count {
        var sum = SIMD3<Double>.zero
        for tap in 0..<kernel.count { sum += line[index + tap] * kernel[tap] }
        to[index] = sum
      }
    }
  }
}

/// The values along an axis, so many behind each other in memory.
private struct Line {
  let first: UnsafeMutablePointer<SIMD3<Double>>
  let step: Int

  subscript(index: Int) -> SIMD3<Double> {
    get { first[index * step] }
    nonmutating set { first[index * step] = newValue }
  }
}
