import CKernels
import Foundation
import Volumes

extension ImageWindow {
  /// Values of the window's size, of one or all channels, seen along an axis (0 for i, 1 for j, 2 for k).
  private func along(_ axis: Int, of values: UnsafeMutablePointer<Float>, channels: Int) -> ck_axis {
    let size = grid.counts
    let inner = channels * (0..<axis).reduce(1) { $0 * size[$1] }
    let outer = (axis + 1..<3).reduce(1) { $0 * size[$1] }
    return ck_axis(values: values, outer: outer, count: size[axis], inner: inner, workers: Int32(workers))
  }

  private func filter(
    _ axis: Int, of values: UnsafeMutablePointer<Float>, channels: Int,
    _ run: (UnsafePointer<ck_axis>, UnsafeMutablePointer<Float>) -> Void
  ) {
    var axis = along(axis, of: values, channels: channels)
    withScratch(ck_axis_scratch(&axis)) { run(&axis, $0) }
  }

  /// Convolves one channel with a Gaussian along an axis; borders are mirrored, the edge not repeated.
  ///
  /// The kernel is cut off at nnU-Net's floor(3 sigma + 0.25), and at thrice round the mirrors.
  func blur(_ values: UnsafeMutablePointer<Float>, along axis: Int, sigma: Double) {
    let count = grid.counts[axis]
    let reach = Int(min((3 * sigma + 0.25).rounded(.down), Double(6 * count)))
    guard count > 1, reach > 0 else { return }
    let weights = (0...reach).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = 2 * weights.reduce(0, +) - weights[0]
    let shares = weights.map { Float($0 / sum) }
    filter(axis, of: values, channels: 1) { ck_blur_axis($0, shares, Int32(reach), $1) }
  }

  /// Picks fewer of one channel's samples along an axis, each the nearest, and interpolates linearly between them.
  func coarsen(_ values: UnsafeMutablePointer<Float>, along axis: Int, to fewer: Int) {
    let count = grid.counts[axis]
    guard fewer < count else { return }
    let picked = (0..<fewer).map { Int32(((2 * $0 + 1) * count) / (2 * fewer)) }
    var (pairs, weights) = ([Int32](), [Float]())
    for index in 0..<count {
      let place = max((Double(index) + 0.5) * Double(fewer) / Double(count) - 0.5, 0)
      let lower = Int(place)
      pairs += [picked[lower], picked[min(lower + 1, fewer - 1)]]
      weights += [Float(1 - (place - Double(lower))), Float(place - Double(lower))]
    }
    filter(axis, of: values, channels: 1) { ck_blend_axis($0, pairs, weights, $1) }
  }

  /// Multiplies the lines of k-space along an axis, numbered from -n/2 to (n - 1)/2, by a share each, and takes the real
  /// part.
  ///
  /// - Parameter values: One channel's or, unless given, all.
  func weighLines(
    _ values: UnsafeMutablePointer<Float>? = nil, along axis: Int, _ share: (_ line: Int) -> Double
  ) {
    let count = grid.counts[axis]
    let lines = (0..<count).map { $0 - count / 2 }
    let shares = lines.map(share)
    let cosines = (0..<count).map { cos(2 * .pi * Double($0) / Double(count)) }
    let kernel = (0..<count).map { place in
      let terms = zip(lines, shares).map { cosines[(abs($0) * place) % count] * $1 }
      return Float(terms.reduce(0, +) / Double(count))
    }
    filter(axis, of: values ?? self.values.baseAddress!, channels: values == nil ? channels : 1) {
      ck_convolve_axis($0, kernel + kernel, $1)
    }
  }
}
