import CKernels
import TestSupport
import Testing

@Suite struct RectifierKernelTests {
  @Test("the gradient is cut off where the output is 0", arguments: [1, 16, 16385, 40000])
  func cutsGradient(count: Int) {
    let output = normalFloats(count, "output").map { max(0, $0) }
    let before = normalFloats(count, "gradient")
    let (y, gradient) = (FencedFloats(output), FencedFloats(before))
    ck_rectifier_backward(y.start, gradient.start, count, 3)
    #expect(gradient.values == zip(before, output).map { $1 > 0 ? $0 : 0 })
    #expect(gradient.isFenceIntact)
  }
}
