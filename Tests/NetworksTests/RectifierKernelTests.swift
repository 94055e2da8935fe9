import CKernels
import TestSupport
import Testing

@Suite struct RectifierKernelTests {
  @Test(
    "the gradient is multiplied by the slope where the output is not above 0", arguments: [1, 16, 16385, 40000],
    [0, 0.01] as [Float])
  func multipliesGradient(count: Int, slope: Float) {
    let output = normalFloats(count, "output").map { $0 > 0 ? $0 : slope * $0 }
    let before = normalFloats(count, "gradient")
    let (y, gradient) = (FencedFloats(output), FencedFloats(before))
    ck_rectifier_backward(y.start, gradient.start, count, slope, 3)
    #expect(gradient.values == zip(before, output).map { $1 > 0 ? $0 : slope * $0 })
    #expect(gradient.isFenceIntact)
  }
}
