import CKernels
import Networks
import TestSupport
import Testing

/// An upsampling to be tested; `extent` is the input's.
struct UpsamplingCase: Sendable, CustomTestStringConvertible {
  var batch: Int
  var extent: Extent
  var factor: Extent
  var channels: Int

  var testDescription: String { "\(batch) x \(extent), factor \(factor), \(channels) channels" }
  var inputCount: Int { batch * extent.count * channels }
  var outputCount: Int { inputCount * factor.count }
  var input: [Float] { normalFloats(inputCount, "input") }
  var gradient: [Float] { normalFloats(outputCount, "gradient") }

  struct Answers: Equatable {
    var output: [Float]
    var inputGradient: [Float]
    var areFencesIntact: Bool
  }

  func answers(workers: Int, adds: Bool = false) -> Answers {
    var c = ck_linear_upsampling(
      batch: Int32(batch), depth: Int32(extent.depth), height: Int32(extent.height), width: Int32(extent.width),
      channels: Int32(channels), factor_depth: Int32(factor.depth), factor_height: Int32(factor.height),
      factor_width: Int32(factor.width), workers: Int32(workers))
    let (x, y, g) = (FencedFloats(input), FencedFloats(count: outputCount), FencedFloats(gradient))
    let target = adds ? FencedFloats(input) : FencedFloats(count: inputCount)
    let scratch = FencedFloats(count: ck_linear_upsampling_scratch(&c))
    ck_linear_upsampling_forward(&c, x.start, y.start, scratch.start)
    ck_linear_upsampling_backward(&c, g.start, ck_gradient(values: target.start, adds: adds), scratch.start)
    return Answers(
      output: y.values, inputGradient: target.values,
      areFencesIntact: [y, target, scratch].allSatisfy(\.isFenceIntact))
  }

  /// The two inputs between whose centres an output's centre lies, and the weight of the second.
  private func place(_ output: Int, _ factor: Int, _ size: Int) -> [(index: Int, weight: Double)] {
    let position = max(0, (Double(output) + 0.5) / Double(factor) - 0.5)
    let first = Int(position)
    return [(first, 1 - position + Double(first)), (min(first + 1, size - 1), position - Double(first))]
  }

  /// Calls `body` with the floats of each input and output that meet, and their weight.
  func forEachMeeting(_ body: (_ input: Int, _ output: Int, _ weight: Double) -> Void) {
    let (height, width) = (extent.height * factor.height, extent.width * factor.width)
    for output in 0..<outputCount {
      let (c, pixel) = (output % channels, output / channels)
      let plane = pixel / width / height
      let (n, depth) = (plane / (extent.depth * factor.depth), plane % (extent.depth * factor.depth))
      for z in place(depth, factor.depth, extent.depth) {
        for y in place(pixel / width % height, factor.height, extent.height) {
          for x in place(pixel % width, factor.width, extent.width) {
            let row = (n * extent.depth + z.index) * extent.height + y.index
            body((row * extent.width + x.index) * channels + c, output, z.weight * y.weight * x.weight)
          }
        }
      }
    }
  }
}

@Suite struct LinearUpsamplingKernelTests {
  static let cases = [1, 3, 16, 33, 130].flatMap { channels in
    [
      UpsamplingCase(
        batch: 2, extent: Extent(height: 1, width: 1), factor: Extent(height: 2, width: 2), channels: channels),
      UpsamplingCase(
        batch: 2, extent: Extent(height: 5, width: 7), factor: Extent(height: 2, width: 2), channels: channels),
      UpsamplingCase(
        batch: 2, extent: Extent(depth: 3, height: 4, width: 5), factor: Extent(depth: 2, height: 2, width: 2),
        channels: channels),
      UpsamplingCase(
        batch: 1, extent: Extent(depth: 3, height: 2, width: 3), factor: Extent(height: 1, width: 2),
        channels: channels),
    ]
  }

  @Test("outputs and gradients agree with the definition", arguments: cases, [false, true])
  func passesAgree(_ test: UpsamplingCase, adds: Bool) {
    let found = test.answers(workers: 2, adds: adds)
    let (input, gradient) = (doubles(test.input), doubles(test.gradient))
    var output = [Double](repeating: 0, count: test.outputCount)
    var inputGradient = adds ? input : [Double](repeating: 0, count: test.inputCount)
    test.forEachMeeting { from, to, weight in
      output[to] += weight * input[from]
      inputGradient[from] += weight * gradient[to]
    }
    #expect(Tolerance.accurateKernel.deviation(of: found.output, from: output) == nil)
    #expect(Tolerance.accurateKernel.deviation(of: found.inputGradient, from: inputGradient) == nil)
    #expect(found.areFencesIntact)
  }

  @Test("the example of PyTorch's nn.Upsample with align_corners=False")
  func example() {
    var c = ck_linear_upsampling(
      batch: 1, depth: 1, height: 2, width: 2, channels: 1, factor_depth: 1, factor_height: 2, factor_width: 2,
      workers: 1)
    let (input, output) = (FencedFloats([1, 2, 3, 4]), FencedFloats(count: 16))
    let scratch = FencedFloats(count: ck_linear_upsampling_scratch(&c))
    ck_linear_upsampling_forward(&c, input.start, output.start, scratch.start)
    #expect(
      output.values == [
        1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4,
      ])
  }

  @Test("the bits are the same for 1, 2, 3 and 4 workers and with every variant")
  func sameBits() {
    for test in Self.cases { expectSameBits { test.answers(workers: $0, adds: true) } }
  }
}
