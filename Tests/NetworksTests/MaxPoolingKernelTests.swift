import CKernels
import Networks
import TestSupport
import Testing

/// Pooling to be tested; `extent` is the output's.
struct PoolingCase: Sendable, CustomTestStringConvertible {
  var batch: Int
  var extent: Extent
  var window: Extent
  var channels: Int

  var testDescription: String { "\(batch) x \(extent), window \(window), \(channels) channels" }
  var outputCount: Int { batch * extent.count * channels }
  var inputCount: Int { outputCount * window.count }

  func kernel(workers: Int) -> ck_pooling {
    ck_pooling(
      batch: Int32(batch), depth: Int32(extent.depth), height: Int32(extent.height), width: Int32(extent.width),
      channels: Int32(channels), window_depth: Int32(window.depth), window_height: Int32(window.height),
      window_width: Int32(window.width), workers: Int32(workers))
  }

  /// The input's floats in the window of an output float, in the order of storage.
  func window(of output: Int) -> [Int] {
    let (c, pixel) = (output % channels, output / channels)
    let (x, y) = (pixel % extent.width, pixel / extent.width % extent.height)
    let zn = pixel / extent.width / extent.height
    return (0..<window.count).map { tap in
      let dz = tap / (window.height * window.width)
      let (dy, dx) = (tap / window.width % window.height, tap % window.width)
      let row = (zn * window.depth + dz) * extent.height * window.height + y * window.height + dy
      return (row * extent.width * window.width + x * window.width + dx) * channels + c
    }
  }

  /// Whole numbers of a small range, so that most windows have ties.
  var input: [Float] { normalFloats(inputCount, "input").map { $0.rounded() } }
  var gradient: [Float] { normalFloats(outputCount, "gradient") }

  func answers(workers: Int, adds: Bool) -> (output: [Float], inputGradient: [Float], areFencesIntact: Bool) {
    var c = kernel(workers: workers)
    let (x, y, g) = (FencedFloats(input), FencedFloats(count: outputCount), FencedFloats(gradient))
    let target = adds ? FencedFloats(input) : FencedFloats(count: inputCount)
    ck_max_pooling_forward(&c, x.start, y.start)
    ck_max_pooling_backward(&c, x.start, y.start, g.start, ck_gradient(values: target.start, adds: adds))
    return (y.values, target.values, y.isFenceIntact && target.isFenceIntact)
  }
}

@Suite struct MaxPoolingKernelTests {
  static let cases = [1, 3, 16, 17, 33, 64, 130].flatMap { channels in
    [
      PoolingCase(
        batch: 2, extent: Extent(height: 1, width: 1), window: Extent(height: 2, width: 2), channels: channels),
      PoolingCase(
        batch: 2, extent: Extent(height: 5, width: 7), window: Extent(height: 2, width: 2), channels: channels),
      PoolingCase(
        batch: 1, extent: Extent(depth: 3, height: 4, width: 5), window: Extent(depth: 2, height: 2, width: 2),
        channels: channels),
      PoolingCase(
        batch: 1, extent: Extent(depth: 3, height: 2, width: 3), window: Extent(depth: 1, height: 3, width: 2),
        channels: channels),
    ]
  }

  @Test("the maximum is kept and its gradient goes to the first of equals", arguments: cases, [false, true])
  func passesAgree(_ test: PoolingCase, adds: Bool) {
    let found = test.answers(workers: 2, adds: adds)
    let (input, gradient) = (test.input, test.gradient)
    var output = [Float](repeating: 0, count: test.outputCount)
    var inputGradient = adds ? input : [Float](repeating: 0, count: test.inputCount)
    for index in output.indices {
      let places = test.window(of: index)
      output[index] = places.map { input[$0] }.max() ?? 0
      if let first = places.first(where: { input[$0] == output[index] }) { inputGradient[first] += gradient[index] }
    }
    #expect(Tolerance.exact.deviation(of: found.output, from: output) == nil)
    #expect(Tolerance.exact.deviation(of: found.inputGradient, from: inputGradient) == nil)
    #expect(found.areFencesIntact)
  }

  @Test("the bits are the same for 1, 2, 3 and 4 workers")
  func bitsDoNotDependOnWorkers() {
    for test in Self.cases {
      let alone = test.answers(workers: 1, adds: true)
      for workers in 2...4 { #expect(test.answers(workers: workers, adds: true) == alone) }
    }
  }
}
