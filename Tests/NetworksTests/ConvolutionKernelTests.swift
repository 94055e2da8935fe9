import CKernels
import Networks
import TestSupport
import Testing

/// A convolution to be tested: sizes, and the kernels' answers to random input.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var extent: Extent
  var kernel: Extent
  var channelsA: Int
  var channelsB: Int
  var filters: Int
  var batch = 2
  var stride = Extent(height: 1, width: 1)
  var algorithm = CK_AUTOMATIC
  /// The variant of the kernels; nil: the processor's best.
  var variant: String?

  var channels: Int { channelsA + channelsB }
  var pixels: Int { batch * extent.count }
  var testDescription: String {
    let way = [CK_AUTOMATIC: "automatic", CK_DIRECT: "direct", CK_WINOGRAD_2: "F(2x2)", CK_WINOGRAD_4: "F(4x4)"]
    return "\(batch) x \(extent), kernel \(kernel), \(channelsA) + \(channelsB) -> \(filters), "
      + "\(way[algorithm]!), \(variant ?? "best variant")"
  }

  var reference: ReferenceConvolution {
    ReferenceConvolution(
      batch: batch, extent: extent, channels: channels, filters: filters, kernel: kernel, stride: stride)
  }

  func kernel(workers: Int) -> ck_convolution {
    ck_convolution(
      batch: Int32(batch), depth: Int32(extent.depth), height: Int32(extent.height), width: Int32(extent.width),
      channels_a: Int32(channelsA), channels_b: Int32(channelsB), filters: Int32(filters),
      kernel_depth: Int32(kernel.depth), kernel_height: Int32(kernel.height), kernel_width: Int32(kernel.width),
      stride_depth: Int32(stride.depth), stride_height: Int32(stride.height), stride_width: Int32(stride.width),
      workers: Int32(workers), algorithm: algorithm)
  }

  static let extents = [
    Extent(height: 1, width: 1), Extent(height: 1, width: 5), Extent(height: 5, width: 7),
    Extent(height: 8, width: 8), Extent(depth: 3, height: 4, width: 5),
  ]
  static let kernels = [
    Extent(height: 1, width: 1), Extent(height: 3, width: 3), Extent(depth: 3, height: 3, width: 3),
  ]
  static let channels = [
    (1, 0, 16), (3, 0, 17), (16, 0, 33), (17, 0, 3), (33, 0, 64), (64, 0, 1), (1, 3, 16), (16, 17, 33), (33, 64, 17),
  ]
  static let small = extents.flatMap { extent in
    kernels.flatMap { kernel in
      channels.map {
        ConvolutionCase(
          extent: extent, kernel: kernel, channelsA: $0.0, channelsB: $0.1, filters: $0.2, algorithm: CK_DIRECT)
      }
    }
  }
  private static let variants: [String] = ["avx512", "avx2", "neon", "plain"].filter { ck_kernel_is_possible($0) }
  /// By Winograd's algorithm, with every variant that this processor has.
  static let winograd = small.filter { $0.kernel.height == 3 }.flatMap { test in
    variants.flatMap { variant in
      [CK_WINOGRAD_2, CK_WINOGRAD_4].map { algorithm in
        var test = test
        (test.algorithm, test.variant) = (algorithm, variant)
        return test
      }
    }
  }
  /// Of other kernels and strides: anisotropic, large, along one axis alone.
  static let general: [ConvolutionCase] = [
    (Extent(height: 3, width: 3), Extent(height: 2, width: 2)),
    (Extent(depth: 3, height: 3, width: 3), Extent(depth: 2, height: 2, width: 2)),
    (Extent(depth: 3, height: 3, width: 3), Extent(depth: 1, height: 2, width: 2)),
    (Extent(depth: 1, height: 3, width: 3), Extent(height: 1, width: 1)),
    (Extent(depth: 3, height: 1, width: 1), Extent(height: 1, width: 1)),
    (Extent(depth: 1, height: 1, width: 1), Extent(depth: 1, height: 2, width: 3)),
    (Extent(height: 5, width: 7), Extent(height: 1, width: 2)),
  ].flatMap { kernel, stride in
    [(1, 0, 16), (17, 0, 3), (16, 3, 33)].map { channels in
      ConvolutionCase(
        extent: Extent(depth: kernel.depth == 1 && kernel.height > 3 ? 1 : 5, height: 7, width: 9), kernel: kernel,
        channelsA: channels.0, channelsB: channels.1, filters: channels.2, stride: stride)
    }
  }
  /// Of so many channels that the stages of the computation go through memory, or the weights are streamed.
  static let staged = [
    ConvolutionCase(
      extent: Extent(height: 9, width: 10), kernel: Extent(height: 3, width: 3), channelsA: 70, channelsB: 60,
      filters: 100),
    ConvolutionCase(
      extent: Extent(height: 9, width: 10), kernel: Extent(height: 3, width: 3), channelsA: 140, channelsB: 40,
      filters: 170),
    ConvolutionCase(
      extent: Extent(depth: 4, height: 5, width: 6), kernel: Extent(depth: 3, height: 3, width: 3), channelsA: 48,
      channelsB: 64, filters: 70),
  ]
  /// Of many blocks of pixels, the last of them not full; the first one is written past the cache.
  static let large = [
    ConvolutionCase(
      extent: Extent(height: 141, width: 131), kernel: Extent(height: 3, width: 3), channelsA: 9, channelsB: 0,
      filters: 32),
    ConvolutionCase(
      extent: Extent(height: 61, width: 67), kernel: Extent(height: 3, width: 3), channelsA: 33, channelsB: 0,
      filters: 17),
    ConvolutionCase(
      extent: Extent(depth: 9, height: 14, width: 13), kernel: Extent(depth: 3, height: 3, width: 3), channelsA: 7,
      channelsB: 9, filters: 8),
    ConvolutionCase(
      extent: Extent(height: 1, width: 9001), kernel: Extent(height: 1, width: 1), channelsA: 5, channelsB: 0,
      filters: 3, batch: 1),
  ]

  /// What the three passes make of random input.
  struct Answers: Equatable {
    var output: [Float]
    var outputOfPrepared: [Float]
    var gradientA: [Float]
    var gradientB: [Float]
    var weightsGradient: [Float]
    var biasGradient: [Float]
    var areFencesIntact = true
  }

  var inputA: [Float] { normalFloats(pixels * channelsA, "input a") }
  var inputB: [Float] { normalFloats(pixels * channelsB, "input b") }
  var weights: [Float] { normalFloats(reference.weightCount, "weights") }
  var bias: [Float] { normalFloats(filters, "bias") }
  var outputGradient: [Float] { normalFloats(reference.outputCount, "output gradient") }

  /// Both inputs as one, in double precision.
  var input: [Double] {
    let (a, b) = (inputA, inputB)
    var joined: [Float] = []
    for pixel in 0..<pixels {
      joined += a[pixel * channelsA..<(pixel + 1) * channelsA]
      joined += b[pixel * channelsB..<(pixel + 1) * channelsB]
    }
    return doubles(joined)
  }

  /// Inputs that need no normalisation, and weights.
  func tensors(_ a: FencedFloats, _ b: FencedFloats, _ weights: FencedFloats) -> ck_convolution_tensors {
    var tensors = ck_convolution_tensors()
    tensors.input_a.values = UnsafePointer(a.start)
    if channelsB > 0 { tensors.input_b.values = UnsafePointer(b.start) }
    tensors.weights = UnsafePointer(weights.start)
    return tensors
  }

  func answers(workers: Int) -> Answers {
    ck_use_kernel_on_this_thread(variant)
    defer { ck_use_kernel_on_this_thread(nil) }
    var c = kernel(workers: workers)
    let (a, b) = (FencedFloats(inputA), FencedFloats(inputB))
    let (w, offset, gradient) = (FencedFloats(weights), FencedFloats(bias), FencedFloats(outputGradient))
    let output = FencedFloats(count: reference.outputCount)
    let (gradientA, gradientB) = (FencedFloats(count: a.count), FencedFloats(count: b.count))
    let (weightsGradient, biasGradient) = (FencedFloats(count: w.count), FencedFloats(count: filters))
    var tensors = tensors(a, b, w)
    tensors.epilogue.shift = UnsafePointer(offset.start)
    tensors.output = output.start
    tensors.output_gradient = UnsafePointer(gradient.start)
    tensors.gradient_a = written(gradientA)
    if channelsB > 0 { tensors.gradient_b = written(gradientB) }
    (tensors.weights_gradient, tensors.bias_gradient) = (weightsGradient.start, biasGradient.start)
    var scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
    ck_convolution_forward(&c, &tensors, scratch.start)
    var areIntact = scratch.isFenceIntact
    let (prepared, again) = (FencedFloats(count: ck_convolution_prepared_size(&c)), FencedFloats(count: output.count))
    scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, true))
    ck_convolution_prepare(&c, w.start, prepared.start)
    var preparedTensors = tensors
    preparedTensors.prepared = prepared.count > 0 ? UnsafePointer(prepared.start) : nil
    preparedTensors.output = again.start
    ck_convolution_forward(&c, &preparedTensors, scratch.start)
    areIntact = areIntact && scratch.isFenceIntact && prepared.isFenceIntact && again.isFenceIntact
    scratch = FencedFloats(count: ck_convolution_backward_data_scratch(&c))
    ck_convolution_backward_data(&c, &tensors, scratch.start)
    areIntact = areIntact && scratch.isFenceIntact
    scratch = FencedFloats(count: ck_convolution_backward_weights_scratch(&c))
    ck_convolution_backward_weights(&c, &tensors, scratch.start)
    for buffer in [scratch, output, gradientA, gradientB, weightsGradient, biasGradient] {
      areIntact = areIntact && buffer.isFenceIntact
    }
    return Answers(
      output: output.values, outputOfPrepared: again.values, gradientA: gradientA.values, gradientB: gradientB.values,
      weightsGradient: weightsGradient.values, biasGradient: biasGradient.values, areFencesIntact: areIntact)
  }
}

@Suite struct ConvolutionKernelTests {
  @Test(
    "the moments measured on the way are those of the output",
    arguments: [false, true], ConvolutionCase.winograd + ConvolutionCase.staged + ConvolutionCase.large)
  func momentsAgree(isOneGroup: Bool, _ test: ConvolutionCase) throws {
    ck_use_kernel_on_this_thread(test.variant)
    defer { ck_use_kernel_on_this_thread(nil) }
    var c = test.kernel(workers: 2)
    guard ck_convolution_moment_blocks(&c) > 0 else { return }
    let (a, b, w) = (FencedFloats(test.inputA), FencedFloats(test.inputB), FencedFloats(test.weights))
    let output = FencedFloats(count: test.reference.outputCount)
    let scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
    let moments = FencedFloats(count: ck_convolution_moments_size(&c))
    var tensors = test.tensors(a, b, w)
    (tensors.output, tensors.moments) = (output.start, moments.start)
    ck_convolution_forward(&c, &tensors, scratch.start)
    let groups = isOneGroup ? 1 : test.batch
    var normalisation = ck_normalisation(
      groups: Int32(groups), pixels: Int32(test.pixels / groups), channels: Int32(test.filters), channels_together: 1,
      epsilon: 1e-5,
      slope: 0, workers: 2)
    let (ones, coefficients) = (
      FencedFloats([Float](repeating: 1, count: test.filters)),
      FencedFloats(count: ck_normalisation_coefficients_size(&normalisation))
    )
    let (found, expected) = (FencedFloats(count: output.count), FencedFloats(count: output.count))
    let spare = FencedFloats(count: ck_normalisation_scratch(&normalisation))
    var normalised = ck_normalisation_tensors()
    normalised.input = UnsafePointer(output.start)
    (normalised.scale, normalised.shift) = (UnsafePointer(ones.start), UnsafePointer(ones.start))
    (normalised.coefficients, normalised.output) = (coefficients.start, expected.start)
    ck_normalisation_prepare(&normalisation, &normalised, spare.start)
    ck_normalisation_apply(&normalisation, &normalised)
    normalised.moments = UnsafePointer(moments.start)
    normalised.moment_blocks = ck_convolution_moment_blocks(&c)
    normalised.output = found.start
    ck_normalisation_prepare(&normalisation, &normalised, spare.start)
    ck_normalisation_apply(&normalisation, &normalised)
    #expect(Tolerance.accurateKernel.deviation(of: found.values, from: doubles(expected.values)) == nil)
    #expect(moments.isFenceIntact && coefficients.isFenceIntact)
  }

  @Test(
    "all passes agree with the definition",
    arguments: ConvolutionCase.small + ConvolutionCase.winograd + ConvolutionCase.staged + ConvolutionCase.large
      + ConvolutionCase.general)
  func passesAgree(_ test: ConvolutionCase) {
    let found = test.answers(workers: 2)
    let tolerance = [CK_DIRECT, CK_WINOGRAD_2].contains(test.algorithm) ? Tolerance.accurateKernel : .kernel
    let (reference, input) = (test.reference, test.input)
    let (weights, gradient) = (doubles(test.weights), doubles(test.outputGradient))
    let output = reference.forward(input, weights, bias: doubles(test.bias))
    #expect(tolerance.deviation(of: found.output, from: output) == nil)
    #expect(found.outputOfPrepared == found.output)
    let inputGradient = reference.backwardData(gradient, weights)
    let (a, b) = (test.channelsA, test.channelsB)
    var joined: [Float] = []
    for pixel in 0..<test.pixels {
      joined += found.gradientA[pixel * a..<(pixel + 1) * a]
      joined += found.gradientB[pixel * b..<(pixel + 1) * b]
    }
    #expect(tolerance.deviation(of: joined, from: inputGradient) == nil)
    let weightsGradient = reference.backwardWeights(input, gradient)
    #expect(Tolerance.sum.deviation(of: found.weightsGradient, from: weightsGradient) == nil)
    let biasGradient = columnSums(gradient, columns: test.filters)
    #expect(Tolerance.sum.deviation(of: found.biasGradient, from: biasGradient) == nil)
    #expect(found.areFencesIntact)
  }

  static let sides = ConvolutionCase(
    extent: Extent(height: 5, width: 7), kernel: Extent(height: 3, width: 3), channelsA: 5, channelsB: 18, filters: 9)

  @Test("a gradient is added to what is there, or written over it, on each side apart", arguments: [true, false])
  func gradientsAdd(toFirst: Bool) {
    let test = Self.sides
    let written = test.answers(workers: 1)
    var c = test.kernel(workers: 1)
    let (gradient, weights) = (FencedFloats(test.outputGradient), FencedFloats(test.weights))
    let scratch = FencedFloats(count: ck_convolution_backward_data_scratch(&c))
    var tensors = ck_convolution_tensors()
    (tensors.output_gradient, tensors.weights) = (UnsafePointer(gradient.start), UnsafePointer(weights.start))
    let start = (a: normalFloats(written.gradientA.count, "a"), b: normalFloats(written.gradientB.count, "b"))
    let (a, b) = (FencedFloats(start.a), FencedFloats(start.b))
    tensors.gradient_a = ck_gradient(values: a.start, adds: toFirst)
    tensors.gradient_b = ck_gradient(values: b.start, adds: !toFirst)
    ck_convolution_backward_data(&c, &tensors, scratch.start)
    let sumA = zip(written.gradientA, start.a).map { toFirst ? $0 + $1 : $0 }
    let sumB = zip(written.gradientB, start.b).map { toFirst ? $0 : $0 + $1 }
    #expect(Tolerance.kernel.deviation(of: a.values, from: sumA) == nil)
    #expect(Tolerance.kernel.deviation(of: b.values, from: sumB) == nil)
  }

  @Test("the gradient of an input that is left out changes nothing for the other")
  func gradientsAreLeftOut() {
    let test = Self.sides
    let both = test.answers(workers: 1)
    var c = test.kernel(workers: 1)
    let (gradient, weights) = (FencedFloats(test.outputGradient), FencedFloats(test.weights))
    let scratch = FencedFloats(count: ck_convolution_backward_data_scratch(&c))
    let (a, b) = (FencedFloats(count: both.gradientA.count), FencedFloats(count: both.gradientB.count))
    var tensors = ck_convolution_tensors()
    (tensors.output_gradient, tensors.weights) = (UnsafePointer(gradient.start), UnsafePointer(weights.start))
    tensors.gradient_a = written(a)
    ck_convolution_backward_data(&c, &tensors, scratch.start)
    (tensors.gradient_a, tensors.gradient_b) = (ck_gradient(), written(b))
    ck_convolution_backward_data(&c, &tensors, scratch.start)
    #expect(Tolerance.kernel.deviation(of: a.values, from: both.gradientA) == nil)
    #expect(Tolerance.kernel.deviation(of: b.values, from: both.gradientB) == nil)
  }

  @Test("without a bias, none is added and no gradient of it is taken")
  func biasIsOptional() {
    let test = Self.sides
    var c = test.kernel(workers: 1)
    let (a, b, w) = (FencedFloats(test.inputA), FencedFloats(test.inputB), FencedFloats(test.weights))
    let (output, gradient) = (FencedFloats(count: test.reference.outputCount), FencedFloats(test.outputGradient))
    var scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
    var tensors = test.tensors(a, b, w)
    tensors.output = output.start
    ck_convolution_forward(&c, &tensors, scratch.start)
    let expected = test.reference.forward(test.input, doubles(test.weights), bias: nil)
    #expect(Tolerance.kernel.deviation(of: output.values, from: expected) == nil)
    let weightsGradient = FencedFloats(count: w.count)
    scratch = FencedFloats(count: ck_convolution_backward_weights_scratch(&c))
    tensors.output_gradient = UnsafePointer(gradient.start)
    tensors.weights_gradient = weightsGradient.start
    ck_convolution_backward_weights(&c, &tensors, scratch.start)
    let wanted = test.answers(workers: 1).weightsGradient
    #expect(Tolerance.sum.deviation(of: weightsGradient.values, from: wanted) == nil)
  }

  @Test(
    "the bits are the same for 1, 2, 3 and 4 workers",
    arguments: ConvolutionCase.large + ConvolutionCase.staged + [sides])
  func bitsDoNotDependOnWorkers(_ test: ConvolutionCase) {
    let alone = test.answers(workers: 1)
    for workers in 2...4 { #expect(test.answers(workers: workers) == alone) }
  }

  @Test(
    "AVX2 and AVX-512 give the same bits", .enabled(if: ck_kernel_is_possible("avx512")),
    arguments: ConvolutionCase.staged + [sides])
  func bitsDoNotDependOnVectors(_ test: ConvolutionCase) {
    var (wide, narrow) = (test, test)
    (wide.algorithm, wide.variant) = (CK_WINOGRAD_4, "avx512")
    (narrow.algorithm, narrow.variant) = (CK_WINOGRAD_4, "avx2")
    #expect(wide.answers(workers: 2) == narrow.answers(workers: 2))
  }

  @Test("what is too large for one stretch of memory agrees with the direct way")
  func stretchesAgree() {
    var test = ConvolutionCase(
      extent: Extent(height: 60, width: 62), kernel: Extent(height: 3, width: 3), channelsA: 100, channelsB: 28,
      filters: 128, batch: 4, algorithm: CK_WINOGRAD_4)
    let found = test.answers(workers: 2)
    test.algorithm = CK_DIRECT
    let expected = test.answers(workers: 2)
    #expect(Tolerance.kernel.deviation(of: found.output, from: expected.output) == nil)
    #expect(Tolerance.kernel.deviation(of: found.gradientA, from: expected.gradientA) == nil)
    #expect(Tolerance.kernel.deviation(of: found.gradientB, from: expected.gradientB) == nil)
    #expect(Tolerance.sum.deviation(of: found.weightsGradient, from: expected.weightsGradient) == nil)
    #expect(found.areFencesIntact)
  }
}

/// An input that needs no normalisation.
func whole(_ values: FencedFloats) -> ck_input {
  ck_input(values: values.start, coefficients: nil, image_stride: 0, slope: 0)
}

/// A gradient that is written over what is there.
func written(_ values: FencedFloats) -> ck_gradient { ck_gradient(values: values.start, adds: false) }

/// A gradient that is added to what is there.
func added(_ values: FencedFloats) -> ck_gradient { ck_gradient(values: values.start, adds: true) }
