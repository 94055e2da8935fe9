import CKernels
import TestSupport
import Testing

/// What a convolution does beside convolving: normalisation and rectifier on the way in and on the way out.
@Suite struct ConvolutionFusionTests {
  @Test(
    "an input normalised and rectified on the way gives what one given so does", arguments: [0, 0.01, 1] as [Float],
    ConvolutionCase.winograd + ConvolutionCase.paired)
  func normalisesInput(slope: Float, _ test: ConvolutionCase) {
    ck_use_kernel_on_this_thread(test.variant)
    defer { ck_use_kernel_on_this_thread(nil) }
    var c = test.kernel(workers: 2)
    guard ck_convolution_normalises(&c) else { return }
    var normalisation = ck_normalisation(
      groups: Int32(test.batch), pixels: Int32(test.pixels / test.batch), channels: Int32(test.channelsA),
      channels_together: 1,
      epsilon: 1e-5,
      slope: slope, workers: 2)
    let (a, b, w) = (FencedFloats(test.inputA), FencedFloats(test.inputB), FencedFloats(test.weights))
    let ones = FencedFloats([Float](repeating: 1, count: test.channelsA))
    let coefficients = FencedFloats(count: ck_normalisation_coefficients_size(&normalisation))
    let spare = FencedFloats(count: ck_normalisation_scratch(&normalisation))
    let finished = FencedFloats(count: a.count)
    var normalised = ck_normalisation_tensors()
    normalised.input = UnsafePointer(a.start)
    (normalised.scale, normalised.shift) = (UnsafePointer(ones.start), UnsafePointer(ones.start))
    (normalised.coefficients, normalised.output) = (coefficients.start, finished.start)
    ck_normalisation_prepare(&normalisation, &normalised, spare.start)
    ck_normalisation_apply(&normalisation, &normalised)
    func output(_ input: ck_input) -> [Float] {
      let output = FencedFloats(count: test.pixels * test.filters)
      let scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
      var tensors = test.tensors(a, b, w)
      tensors.input_a = input
      tensors.output = output.start
      ck_convolution_forward(&c, &tensors, scratch.start)
      return output.values
    }
    let stride = CK_COEFFICIENTS * Int(ck_normalisation_stride(Int32(test.channelsA)))
    let found = output(ck_input(values: a.start, coefficients: coefficients.start, image_stride: stride, slope: slope))
    #expect(found == output(whole(finished)))
  }

  @Test("the epilogue scales, shifts and rectifies", arguments: [0, 0.01] as [Float], [CK_DIRECT, CK_WINOGRAD_4])
  func epilogue(slope: Float, algorithm: ck_algorithm) {
    var test = ConvolutionKernelTests.sides
    test.algorithm = algorithm
    var c = test.kernel(workers: 2)
    let (a, b, w) = (FencedFloats(test.inputA), FencedFloats(test.inputB), FencedFloats(test.weights))
    let (scale, shift) = (FencedFloats(normalFloats(test.filters, "scale")), FencedFloats(test.bias))
    let output = FencedFloats(count: test.pixels * test.filters)
    let scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
    var tensors = test.tensors(a, b, w)
    tensors.epilogue = ck_epilogue(scale: scale.start, shift: shift.start, rectifies: true, slope: slope)
    tensors.output = output.start
    ck_convolution_forward(&c, &tensors, scratch.start)
    let plain = test.reference.forward(test.input, doubles(test.weights), bias: nil)
    let expected = plain.enumerated().map { index, value in
      let value = value * Double(scale.start[index % test.filters]) + Double(shift.start[index % test.filters])
      return value > 0 ? value : Double(slope) * value
    }
    #expect(Tolerance.kernel.deviation(of: output.values, from: expected) == nil)
  }
}
