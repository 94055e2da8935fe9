import CKernels
import Networks
import TestSupport
import Testing

/// A transposed convolution to be tested, and the kernels' answers to random input.
struct TransposedConvolutionCase: Sendable, CustomTestStringConvertible {
  var extent: Extent
  var stride: Extent
  var channels: Int
  var filters: Int
  var batch = 2

  var testDescription: String { "\(batch) x \(extent), stride \(stride), \(channels) -> \(filters)" }
  var reference: ReferenceTransposedConvolution {
    ReferenceTransposedConvolution(
      batch: batch, extent: extent, channels: channels, filters: filters, stride: stride)
  }

  static let small = ConvolutionCase.extents.flatMap { extent in
    [Extent(height: 2, width: 2), Extent(depth: 2, height: 2, width: 2)].flatMap { stride in
      [(1, 16), (3, 17), (16, 33), (17, 3), (33, 64), (64, 1)].map {
        TransposedConvolutionCase(extent: extent, stride: stride, channels: $0.0, filters: $0.1)
      }
    }
  }
  /// The first one is written past the cache; lines of the second one are spread over it.
  static let large = [
    TransposedConvolutionCase(
      extent: Extent(height: 65, width: 70), stride: Extent(height: 2, width: 2), channels: 5, filters: 32),
    TransposedConvolutionCase(
      extent: Extent(height: 6, width: 7), stride: Extent(height: 2, width: 2), channels: 256, filters: 128),
    TransposedConvolutionCase(
      extent: Extent(height: 47, width: 61), stride: Extent(height: 2, width: 2), channels: 19, filters: 70),
    TransposedConvolutionCase(
      extent: Extent(depth: 9, height: 14, width: 13), stride: Extent(depth: 2, height: 2, width: 2), channels: 8,
      filters: 5),
  ]

  struct Answers: Equatable {
    var output: [Float]
    var inputGradient: [Float]
    var addedGradient: [Float]
    var weightsGradient: [Float]
    var biasGradient: [Float]
    var areFencesIntact: Bool
  }

  var input: [Float] { normalFloats(reference.inputCount, "input") }
  var weights: [Float] { normalFloats(reference.weightCount, "weights") }
  var bias: [Float] { normalFloats(filters, "bias") }
  var outputGradient: [Float] { normalFloats(reference.outputCount, "output gradient") }

  func answers(workers: Int) -> Answers {
    var c = ck_transposed_convolution(
      batch: Int32(batch), depth: Int32(extent.depth), height: Int32(extent.height), width: Int32(extent.width),
      channels: Int32(channels), filters: Int32(filters), stride_depth: Int32(stride.depth),
      stride_height: Int32(stride.height), stride_width: Int32(stride.width), workers: Int32(workers))
    let (x, w, b, gradient) = (
      FencedFloats(input), FencedFloats(weights), FencedFloats(bias), FencedFloats(outputGradient)
    )
    let (output, inputGradient, sum) = (
      FencedFloats(count: gradient.count), FencedFloats(count: x.count), FencedFloats(input)
    )
    let (weightsGradient, biasGradient) = (FencedFloats(count: w.count), FencedFloats(count: filters))
    let forward = FencedFloats(count: ck_transposed_convolution_forward_scratch(&c))
    ck_transposed_convolution_forward(&c, x.start, w.start, b.start, output.start, forward.start)
    let data = FencedFloats(count: ck_transposed_convolution_backward_data_scratch(&c))
    ck_transposed_convolution_backward_data(&c, gradient.start, w.start, written(inputGradient), data.start)
    ck_transposed_convolution_backward_data(&c, gradient.start, w.start, added(sum), data.start)
    let sums = FencedFloats(count: ck_transposed_convolution_backward_weights_scratch(&c))
    ck_transposed_convolution_backward_weights(
      &c, x.start, gradient.start, weightsGradient.start, biasGradient.start, sums.start)
    let results = [output, inputGradient, sum, weightsGradient, biasGradient, forward, data, sums]
    return Answers(
      output: output.values, inputGradient: inputGradient.values, addedGradient: sum.values,
      weightsGradient: weightsGradient.values, biasGradient: biasGradient.values,
      areFencesIntact: results.allSatisfy(\.isFenceIntact))
  }
}

@Suite struct TransposedConvolutionKernelTests {
  @Test(
    "all passes agree with the definition",
    arguments: TransposedConvolutionCase.small + TransposedConvolutionCase.large)
  func passesAgree(_ test: TransposedConvolutionCase) {
    let found = test.answers(workers: 2)
    let reference = test.reference
    let (input, weights) = (doubles(test.input), doubles(test.weights))
    let gradient = doubles(test.outputGradient)
    let output = reference.forward(input, weights, bias: doubles(test.bias))
    #expect(Tolerance.kernel.deviation(of: found.output, from: output) == nil)
    let inputGradient = reference.backwardData(gradient, weights)
    #expect(Tolerance.kernel.deviation(of: found.inputGradient, from: inputGradient) == nil)
    let added = zip(input, inputGradient).map { $0 + $1 }
    #expect(Tolerance.kernel.deviation(of: found.addedGradient, from: added) == nil)
    let weightsGradient = reference.backwardWeights(input, gradient)
    #expect(Tolerance.sum.deviation(of: found.weightsGradient, from: weightsGradient) == nil)
    let biasGradient = columnSums(gradient, columns: test.filters)
    #expect(Tolerance.sum.deviation(of: found.biasGradient, from: biasGradient) == nil)
    #expect(found.areFencesIntact)
  }

  @Test("the bits are the same for 1, 2, 3 and 4 workers", arguments: TransposedConvolutionCase.large)
  func bitsDoNotDependOnWorkers(_ test: TransposedConvolutionCase) {
    let alone = test.answers(workers: 1)
    for workers in 2...4 { #expect(test.answers(workers: workers) == alone) }
  }
}
