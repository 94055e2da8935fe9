import CKernels
import TestSupport
import Testing

/// A rectifier with learnt slopes in double precision, and the kernel's answers to random input.
struct PReLUCase: Sendable, CustomTestStringConvertible {
  var images: Int
  var pixels: Int
  var channels: Int
  /// Whether the input has still to be normalised.
  var isPending: Bool

  var testDescription: String { "\(images) x \(pixels) pixels x \(channels), pending \(isPending)" }
  var count: Int { images * pixels * channels }
  var input: [Float] { normalFloats(count, "input") }
  var slopes: [Float] { normalFloats(channels, "slopes") }
  var gradient: [Float] { normalFloats(count, "gradient") }
  private var stride: Int { Int(ck_normalisation_stride(Int32(channels))) }
  /// Of each image: means, what is not read, factors and shifts.
  var coefficients: [Float] { normalFloats(images * CK_COEFFICIENTS * stride, "coefficients") }

  /// What a float of the input becomes before the rectifier.
  func value(_ index: Int, _ input: [Float], _ coefficients: [Float]) -> Double {
    guard isPending else { return Double(input[index]) }
    let (channel, image) = (index % channels, index / channels / pixels)
    func coefficient(_ kind: Int) -> Double {
      Double(coefficients[(image * CK_COEFFICIENTS + kind) * stride + channel])
    }
    return (Double(input[index]) - coefficient(CK_MEAN)) * coefficient(CK_FACTOR) + coefficient(CK_SHIFT)
  }

  /// The output, and the gradients of the input and of the slopes.
  func answers(workers: Int) -> [[Float]] {
    var c = ck_prelu(
      images: Int32(images), pixels: Int32(pixels), channels: Int32(channels), workers: Int32(workers))
    let (x, s, output) = (FencedFloats(input), FencedFloats(slopes), FencedFloats(count: count))
    let (pending, inOut) = (FencedFloats(coefficients), FencedFloats(gradient))
    let (sums, scratch) = (FencedFloats(count: channels), FencedFloats(count: ck_prelu_backward_scratch(&c)))
    let given = ck_input(
      values: x.start, coefficients: isPending ? UnsafePointer(pending.start) : nil,
      image_stride: CK_COEFFICIENTS * stride, slope: 1)
    ck_prelu_forward(&c, given, s.start, output.start)
    ck_prelu_backward(&c, given, s.start, inOut.start, sums.start, scratch.start)
    for buffer in [output, inOut, sums, scratch] { #expect(buffer.isFenceIntact) }
    return [output.values, inOut.values, sums.values]
  }
}

@Suite struct PReLUKernelTests {
  static let cases = [false, true].flatMap { isPending in
    [(1, 7, 1), (2, 5, 3), (3, 35, 16), (2, 64, 17), (2, 3001, 65), (2, 20_001, 2), (1, 1, 130)].map {
      PReLUCase(images: $0.0, pixels: $0.1, channels: $0.2, isPending: isPending)
    }
  }

  @Test("forward and backward agree with the definition", arguments: cases)
  func passesAgree(_ test: PReLUCase) {
    let found = test.answers(workers: 2)
    let (input, coefficients, slopes) = (test.input, test.coefficients, test.slopes)
    var output: [Double] = []
    var inputGradient: [Double] = []
    var slopesGradient = [Double](repeating: 0, count: test.channels)
    for (index, gradient) in test.gradient.enumerated() {
      let value = test.value(index, input, coefficients)
      let slope = Double(slopes[index % test.channels])
      output.append(value < 0 ? slope * value : value)
      inputGradient.append(Double(gradient) * (value > 0 ? 1 : slope))
      if value < 0 { slopesGradient[index % test.channels] += Double(gradient) * value }
    }
    #expect(Tolerance.kernel.deviation(of: found[0], from: output) == nil)
    #expect(Tolerance.kernel.deviation(of: found[1], from: inputGradient) == nil)
    #expect(Tolerance.sum.deviation(of: found[2], from: slopesGradient) == nil)
  }

  @Test("the bits are the same for 1, 2, 3 and 4 workers and with every variant", arguments: cases)
  func sameBits(_ test: PReLUCase) {
    expectSameBits { test.answers(workers: $0) }
  }

  @Test("not-a-number passes")
  func notANumberPasses() {
    var c = ck_prelu(images: 1, pixels: 1, channels: 1, workers: 1)
    let (x, slope, output) = (FencedFloats([.nan]), FencedFloats([0.5]), FencedFloats(count: 1))
    ck_prelu_forward(
      &c, ck_input(values: x.start, coefficients: nil, image_stride: 0, slope: 1), slope.start, output.start)
    #expect(output.values[0].isNaN)
  }
}
