import Foundation

/// The cubic B-spline: its weights, and the filter that makes it pass through the samples.
///
/// Source: Unser, "Splines: a perfect fit for signal and image processing", IEEE Signal Processing Magazine 16 (1999),
/// box 2: a causal and an anticausal recursion with the pole sqrt(3) - 2, mirrored at both ends.
enum CubicSpline {
  private static let pole: Float = -0.267_949_192_431_122_7

  /// The weights of the four coefficients around a position, `fraction` beyond the second: 0..<1.
  @inline(__always)
  static func weights(at fraction: Float) -> SIMD4<Float> {
    let (t, s) = (fraction, 1 - fraction)
    let sixth: Float = 1.0 / 6
    return SIMD4(
      s * s * s * sixth, (4 - 6 * t * t + 3 * t * t * t) * sixth, (4 - 6 * s * s + 3 * s * s * s) * sixth,
      t * t * t * sixth)
  }

  /// Turns samples into coefficients along one axis, in place.
  ///
  /// Shape: values are (outer, count, inner), the axis in the middle. A single sample is its own coefficient.
  static func prefilter(_ values: inout [Float], outer: Int, count: Int, inner: Int) {
    guard count > 1 else { return }
    let start = startWeights(count: count)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for block in 0..<outer {
        let lines = base + block &* count &* inner
        if inner == 1 {
          filterLine(lines, count: count, start: start)
        } else {
          filterLines(lines, count: count, inner: inner, start: start)
        }
      }
    }
  }

  /// How much each of the first samples gives to the causal recursion's first value, over the mirrored signal.
  private static func startWeights(count: Int) -> [Float] {
    let pole = Double(Self.pole)
    let period = 2 * count - 2
    let scale = 1 / (1 - pow(pole, Double(period)))
    return (0..<min(count, 24)).map { index in
      let there = pow(pole, Double(index))
      let back = index == 0 || index == count - 1 ? 0 : pow(pole, Double(period - index))
      return Float((there + back) * scale)
    }
  }

  private static func filterLine(_ line: UnsafeMutablePointer<Float>, count: Int, start: [Float]) {
    let pole = Self.pole
    var value: Float = 0
    for index in 0..<start.count { value += start[index] * (6 * line[index]) }
    line[0] = value
    for index in 1..<count {
      value = 6 * line[index] + pole * value
      line[index] = value
    }
    value = pole / (pole * pole - 1) * (line[count &- 1] + pole * line[count &- 2])
    line[count &- 1] = value
    for index in stride(from: count &- 2, through: 0, by: -1) {
      value = pole * (value - line[index])
      line[index] = value
    }
  }

  private static func filterLines(_ lines: UnsafeMutablePointer<Float>, count: Int, inner: Int, start: [Float]) {
    let pole = Self.pole
    for x in 0..<inner {
      var value: Float = 0
      for index in 0..<start.count { value += start[index] * (6 * lines[index &* inner &+ x]) }
      lines[x] = value
    }
    for index in 1..<count {
      let row = lines + index &* inner
      let before = row - inner
      for x in 0..<inner { row[x] = 6 * row[x] + pole * before[x] }
    }
    let last = lines + (count &- 1) &* inner
    let beforeLast = last - inner
    let scale = pole / (pole * pole - 1)
    for x in 0..<inner { last[x] = scale * (last[x] + pole * beforeLast[x]) }
    for index in stride(from: count &- 2, through: 0, by: -1) {
      let row = lines + index &* inner
      let after = row + inner
      for x in 0..<inner { row[x] = pole * (after[x] - row[x]) }
    }
  }
}
