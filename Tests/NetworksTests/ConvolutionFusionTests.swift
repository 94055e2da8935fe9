import CKernels
import TestSupport
import Testing

/// What a convolution does beside convolving: normalisation and rectifier on the way in and on the way out.
@Suite struct ConvolutionFusionTests {
  @Test(
    "an input normalised and rectified on the way gives what one given so does", arguments: [0, 0.01, 1] as [Float],
    ConvolutionCase.winograd)
  func normalisesInput(slope: Float, _ test: ConvolutionCase) {
    ck_use_kernel_on_this_thread(test.variant)
    defer { ck_use_kernel_on_this_thread(nil) }
    var c = test.kernel(workers: 2)
    guard ck_convolution_normalises(&c) else { return }
    var normalisation = ck_normalisation(
      groups: Int32(test.batch), pixels: Int32(test.pixels / test.batch), channels: Int32(test.channelsA),
      epsilon: 1e-5,
      slope: slope, workers: 2)
    let (a, b, w) = (FencedFloats(test.inputA), FencedFloats(test.inputB), FencedFloats(test.weights))
    let ones = FencedFloats([Float](repeating: 1, count: test.channelsA))
    let lines = FencedFloats(count: ck_normalisation_lines_size(&normalisation))
    let spare = FencedFloats(count: ck_normalisation_scratch(&normalisation))
    let finished = FencedFloats(count: a.count)
    ck_normalisation_measure(&normalisation, a.start, nil, 0, ones.start, ones.start, lines.start, spare.start)
    ck_normalisation_apply(&normalisation, a.start, lines.start, finished.start)
    func output(_ input: ck_input) -> [Float] {
      let output = FencedFloats(count: test.pixels * test.filters)
      let scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
      ck_convolution_forward(
        &c, input, test.channelsB > 0 ? whole(b) : ck_input(), w.start, nil, ck_epilogue(), output.start, nil,
        scratch.start)
      return output.values
    }
    let group = CK_LINES * Int(ck_normalisation_line(Int32(test.channelsA)))
    let found = output(ck_input(values: a.start, lines: lines.start, group: group, slope: slope))
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
    ck_convolution_forward(
      &c, whole(a), whole(b), w.start, nil,
      ck_epilogue(scale: scale.start, shift: shift.start, rectifies: true, slope: slope), output.start, nil,
      scratch.start)
    let plain = test.reference.forward(test.input, doubles(test.weights), bias: nil)
    let expected = plain.enumerated().map { index, value in
      let value = value * Double(scale.start[index % test.filters]) + Double(shift.start[index % test.filters])
      return value > 0 ? value : Double(slope) * value
    }
    #expect(Tolerance.kernel.deviation(of: output.values, from: expected) == nil)
  }
}
