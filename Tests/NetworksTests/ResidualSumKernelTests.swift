import CKernels
import TestSupport
import Testing

@Suite struct ResidualSumKernelTests {
  private struct Answers: Equatable {
    var output: [Float]
    var gradientA: [Float]
    var gradientB: [Float]
    var areFencesIntact: Bool
  }

  /// The first gradient is written, the second added to `start`.
  private func answers(_ count: Int, slope: Float, start: [Float], workers: Int) -> Answers {
    var c = ck_residual_sum(count: count, slope: slope, workers: Int32(workers))
    let (a, b) = (FencedFloats(normalFloats(count, "a")), FencedFloats(normalFloats(count, "b")))
    let (output, gradient) = (FencedFloats(count: count), FencedFloats(normalFloats(count, "gradient")))
    let (toA, toB) = (FencedFloats(count: count), FencedFloats(start))
    ck_residual_sum_forward(&c, a.start, b.start, output.start)
    ck_residual_sum_backward(&c, output.start, gradient.start, written(toA), added(toB))
    ck_residual_sum_backward(&c, output.start, gradient.start, ck_gradient(), ck_gradient())
    return Answers(
      output: output.values, gradientA: toA.values, gradientB: toB.values,
      areFencesIntact: [output, toA, toB].allSatisfy(\.isFenceIntact))
  }

  @Test(
    "sums and gradients agree with the definition, for any number of workers and with every variant",
    arguments: [1, 35, 16385, 40_000],
    [0, 0.01] as [Float])
  func passesAgree(count: Int, slope: Float) {
    let start = normalFloats(count, "start")
    let found = answers(count, slope: slope, start: start, workers: 2)
    let sums = zip(doubles(normalFloats(count, "a")), doubles(normalFloats(count, "b"))).map { $0 + $1 }
    let gradient = zip(sums, doubles(normalFloats(count, "gradient"))).map { $0 > 0 ? $1 : Double(slope) * $1 }
    let output = sums.map { $0 > 0 ? $0 : Double(slope) * $0 }
    #expect(Tolerance.accurateKernel.deviation(of: found.output, from: output) == nil)
    #expect(Tolerance.accurateKernel.deviation(of: found.gradientA, from: gradient) == nil)
    let added = zip(gradient, doubles(start)).map { $0 + $1 }
    #expect(Tolerance.accurateKernel.deviation(of: found.gradientB, from: added) == nil)
    #expect(found.areFencesIntact)
    expectSameBits { answers(count, slope: slope, start: start, workers: $0) }
  }

  @Test("not-a-number is not hidden by the rectifier")
  func notANumberPasses() {
    var c = ck_residual_sum(count: 1, slope: 0, workers: 1)
    let output = FencedFloats([0])
    ck_residual_sum_forward(&c, [.nan], [1], output.start)
    #expect(output.values[0].isNaN)
  }
}
