import CKernels
import TestSupport
import Testing

@Suite struct RectifierKernelTests {
  @Test("cuts off what is below 0, and the gradient with it", arguments: [1, 16, 16385, 40000])
  func rectifies(count: Int) {
    let input = normalFloats(count, "input")
    let (x, y, gradient) = (
      FencedFloats(input), FencedFloats(count: count), FencedFloats(normalFloats(count, "gradient"))
    )
    let before = gradient.values
    ck_rectifier_forward(x.start, y.start, count, 3)
    ck_rectifier_backward(y.start, gradient.start, count, 3)
    #expect(y.values == input.map { max(0, $0) })
    #expect(gradient.values == zip(before, input).map { $1 > 0 ? $0 : 0 })
    #expect(y.isFenceIntact && gradient.isFenceIntact)
  }

  @Test("not-a-number passes")
  func passesNotANumber() {
    let (x, y) = (FencedFloats([.nan, -1]), FencedFloats(count: 2))
    ck_rectifier_forward(x.start, y.start, 2, 1)
    #expect(y.values[0].isNaN && y.values[1] == 0)
  }
}
