import CKernels
import Networks
import TestSupport
import Testing

/// Anti-aliased pooling in double precision as its definition says, and the kernel's answers.
struct AntialiasedPoolingCase: Sendable, CustomTestStringConvertible {
  var batch: Int
  var extent: Extent
  var channels: Int
  var halvesDepth: Bool

  var testDescription: String { "\(batch) x \(extent), \(channels) channels, halves depth \(halvesDepth)" }
  var output: Extent {
    Extent(depth: halvesDepth ? extent.depth / 2 : extent.depth, height: extent.height / 2, width: extent.width / 2)
  }
  var inputCount: Int { batch * extent.count * channels }
  var outputCount: Int { batch * output.count * channels }
  /// Whole numbers of a small range, so that most windows have ties.
  var input: [Float] { normalFloats(inputCount, "input").map { $0.rounded() } }
  var gradient: [Float] { normalFloats(outputCount, "gradient") }

  /// What output `index` takes of the maxima along an axis.
  private func taps(_ index: Int, count: Int, halves: Bool) -> [(index: Int, weight: Double)] {
    guard halves else { return [(index, 1)] }
    func mirrored(_ i: Int) -> Int { count == 1 ? 0 : i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i }
    return [(mirrored(2 * index - 1), 0.25), (2 * index, 0.5), (mirrored(2 * index + 1), 0.25)]
  }

  /// Calls `body` with each output and each pixel that is the maximum of a window of which it takes.
  func forEachPair(_ input: [Float], _ body: (_ output: Int, _ pixel: Int, _ weight: Double) -> Void) {
    func place(_ n: Int, _ z: Int, _ y: Int, _ x: Int, _ c: Int) -> Int {
      (((n * extent.depth + z) * extent.height + y) * extent.width + x) * channels + c
    }
    for index in 0..<outputCount {
      let (c, pixel) = (index % channels, index / channels)
      let (x, y) = (pixel % output.width, pixel / output.width % output.height)
      let (z, n) = (pixel / output.width / output.height % output.depth, pixel / output.count)
      for (mz, wz) in taps(z, count: extent.depth - 1, halves: halvesDepth) {
        for (my, wy) in taps(y, count: extent.height - 1, halves: true) {
          for (mx, wx) in taps(x, count: extent.width - 1, halves: true) {
            let window = (0..<(halvesDepth ? 8 : 4)).map { place(n, mz + $0 / 4, my + $0 / 2 % 2, mx + $0 % 2, c) }
            let largest = window.map { input[$0] }.max()
            body(index, window.first { input[$0] == largest } ?? 0, wz * wy * wx)
          }
        }
      }
    }
  }

  func answers(workers: Int, adds: Bool) -> [[Float]] {
    var c = ck_antialiased_pooling(
      batch: Int32(batch), depth: Int32(extent.depth), height: Int32(extent.height), width: Int32(extent.width),
      channels: Int32(channels), halves_depth: halvesDepth, workers: Int32(workers))
    let (x, y, g) = (FencedFloats(input), FencedFloats(count: outputCount), FencedFloats(gradient))
    let target = adds ? FencedFloats(input) : FencedFloats(count: inputCount)
    let scratch = FencedFloats(count: ck_antialiased_pooling_scratch(&c))
    var winners = [UInt8](repeating: 99, count: ck_antialiased_pooling_maxima(&c))
    ck_antialiased_pooling_forward(&c, x.start, &winners, y.start, scratch.start)
    let gradient = ck_gradient(values: target.start, adds: adds)
    ck_antialiased_pooling_backward(&c, winners, g.start, gradient, scratch.start)
    #expect(y.isFenceIntact && target.isFenceIntact && scratch.isFenceIntact)
    let again = FencedFloats(count: outputCount)
    ck_antialiased_pooling_forward(&c, x.start, nil, again.start, scratch.start)
    #expect(again.values == y.values)
    return [y.values, target.values]
  }
}

@Suite struct AntialiasedPoolingKernelTests {
  static let cases = [1, 3, 16, 33].flatMap { channels in
    [
      AntialiasedPoolingCase(
        batch: 2, extent: Extent(height: 2, width: 2), channels: channels, halvesDepth: false),
      AntialiasedPoolingCase(
        batch: 2, extent: Extent(height: 4, width: 2), channels: channels, halvesDepth: false),
      AntialiasedPoolingCase(
        batch: 2, extent: Extent(height: 10, width: 14), channels: channels, halvesDepth: false),
      AntialiasedPoolingCase(
        batch: 2, extent: Extent(depth: 4, height: 6, width: 8), channels: channels, halvesDepth: true),
      AntialiasedPoolingCase(
        batch: 2, extent: Extent(depth: 10, height: 18, width: 6), channels: channels, halvesDepth: true),
      AntialiasedPoolingCase(
        batch: 1, extent: Extent(depth: 3, height: 4, width: 6), channels: channels, halvesDepth: false),
    ]
  }

  @Test("maxima are blurred, and the gradient goes to the first of equals", arguments: cases, [false, true])
  func passesAgree(_ test: AntialiasedPoolingCase, adds: Bool) {
    let found = test.answers(workers: 2, adds: adds)
    let (input, gradient) = (test.input, test.gradient)
    var output = [Double](repeating: 0, count: test.outputCount)
    var inputGradient = adds ? doubles(input) : [Double](repeating: 0, count: test.inputCount)
    test.forEachPair(input) { index, pixel, weight in
      output[index] += weight * Double(input[pixel])
      inputGradient[pixel] += weight * Double(gradient[index])
    }
    #expect(Tolerance.accurateKernel.deviation(of: found[0], from: output) == nil)
    #expect(Tolerance.accurateKernel.deviation(of: found[1], from: inputGradient) == nil)
  }

  @Test("the bits are the same for 1, 2, 3 and 4 workers and with every variant")
  func sameBits() {
    for test in Self.cases { expectSameBits { test.answers(workers: $0, adds: true) } }
  }
}
