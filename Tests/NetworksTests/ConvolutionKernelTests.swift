import CKernels
import Networks
import TestSupport
import Testing

@Suite struct ConvolutionKernelTests {
  @Test(
    "the moments measured on the way are those of the output",
    arguments: [false, true],
    ConvolutionCase.winograd + ConvolutionCase.staged + ConvolutionCase.large + ConvolutionCase.paired)
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
      + ConvolutionCase.general + ConvolutionCase.strided + ConvolutionCase.paired)
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

  @Test(
    "a gradient is added to what is there, or written over it, on each side apart", arguments: [true, false],
    [sides] + ConvolutionCase.strided)
  func gradientsAdd(toFirst: Bool, _ test: ConvolutionCase) {
    let written = test.answers(workers: 1)
    var c = test.kernel(workers: 1)
    let (gradient, weights) = (FencedFloats(test.outputGradient), FencedFloats(test.weights))
    let scratch = FencedFloats(count: ck_convolution_backward_data_scratch(&c))
    var tensors = ck_convolution_tensors()
    (tensors.output_gradient, tensors.weights) = (UnsafePointer(gradient.start), UnsafePointer(weights.start))
    let start = (a: normalFloats(written.gradientA.count, "a"), b: normalFloats(written.gradientB.count, "b"))
    let (a, b) = (FencedFloats(start.a), FencedFloats(start.b))
    tensors.gradient_a = ck_gradient(values: a.start, adds: toFirst)
    if test.channelsB > 0 { tensors.gradient_b = ck_gradient(values: b.start, adds: !toFirst) }
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
    arguments: ConvolutionCase.large + ConvolutionCase.staged + ConvolutionCase.strided + ConvolutionCase.paired
      + [sides])
  func bitsDoNotDependOnWorkers(_ test: ConvolutionCase) {
    let alone = test.answers(workers: 1)
    for workers in 2...4 { #expect(test.answers(workers: workers) == alone) }
  }

  @Test(
    "AVX2 and AVX-512 give the same bits", .enabled(if: ck_kernel_is_possible("avx512")),
    arguments: ConvolutionCase.staged + ConvolutionCase.paired + [sides])
  func bitsDoNotDependOnVectors(_ test: ConvolutionCase) {
    var (wide, narrow) = (test, test)
    (wide.algorithm, wide.variant) = (CK_WINOGRAD_4, "avx512")
    (narrow.algorithm, narrow.variant) = (CK_WINOGRAD_4, "avx2")
    #expect(wide.answers(workers: 2) == narrow.answers(workers: 2))
  }

  @Test(
    "where slices are computed in pairs, an image has the same bits alone as in a batch, and so have its moments",
    arguments: ConvolutionCase.paired)
  func bitsDoNotDependOnBatch(_ test: ConvolutionCase) throws {
    var alone = test
    alone.batch = 1
    let all = normalised(test, firstImage: 0)
    let count = alone.pixels * test.filters
    for image in 0..<test.batch {
      let part = all[image * count..<(image + 1) * count]
      #expect(normalised(alone, firstImage: image).elementsEqual(part))
    }
  }

  /// The output of a convolution of some images of random input, normalised by the moments measured on the way.
  private func normalised(_ test: ConvolutionCase, firstImage: Int) -> [Float] {
    var c = test.kernel(workers: 2)
    let first = firstImage * test.pixels / test.batch, end = first + test.pixels
    func images(_ channels: Int, _ name: String) -> FencedFloats {
      FencedFloats(Array(normalFloats(end * channels, name)[(first * channels)...]))
    }
    let (a, b) = (images(test.channelsA, "input a"), images(test.channelsB, "input b"))
    let (w, output) = (FencedFloats(test.weights), FencedFloats(count: test.reference.outputCount))
    let scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
    let moments = FencedFloats(count: ck_convolution_moments_size(&c))
    var tensors = test.tensors(a, b, w)
    (tensors.output, tensors.moments) = (output.start, moments.start)
    ck_convolution_forward(&c, &tensors, scratch.start)
    var normalisation = ck_normalisation(
      groups: Int32(test.batch), pixels: Int32(test.pixels / test.batch), channels: Int32(test.filters),
      channels_together: 1, epsilon: 1e-5, slope: 0, workers: 2)
    let (ones, coefficients) = (
      FencedFloats([Float](repeating: 1, count: test.filters)),
      FencedFloats(count: ck_normalisation_coefficients_size(&normalisation))
    )
    let spare = FencedFloats(count: ck_normalisation_scratch(&normalisation))
    var normalised = ck_normalisation_tensors()
    (normalised.input, normalised.moments) = (UnsafePointer(output.start), UnsafePointer(moments.start))
    (normalised.scale, normalised.shift) = (UnsafePointer(ones.start), UnsafePointer(ones.start))
    (normalised.coefficients, normalised.output) = (coefficients.start, output.start)
    normalised.moment_blocks = ck_convolution_moment_blocks(&c)
    ck_normalisation_prepare(&normalisation, &normalised, spare.start)
    ck_normalisation_apply(&normalisation, &normalised)
    return output.values
  }

  @Test(
    "with strides, every variant agrees with the best one, those with fused multiply-adds bit for bit",
    arguments: ConvolutionCase.strided, KernelVariants.all)
  func variantsAgree(_ test: ConvolutionCase, variant: String) {
    var other = test
    other.variant = variant
    let (found, best) = (other.answers(workers: 2), test.answers(workers: 2))
    guard variant == "plain" else { return #expect(found == best) }
    #expect(Tolerance.accurateKernel.deviation(of: found.output, from: best.output) == nil)
    #expect(Tolerance.accurateKernel.deviation(of: found.gradientA, from: best.gradientA) == nil)
    #expect(Tolerance.accurateKernel.deviation(of: found.gradientB, from: best.gradientB) == nil)
    #expect(Tolerance.sum.deviation(of: found.weightsGradient, from: best.weightsGradient) == nil)
    #expect(found.areFencesIntact)
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
