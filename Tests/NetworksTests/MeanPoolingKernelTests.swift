import CKernels
import Networks
import TestSupport
import Testing

extension PoolingCase {
  fileprivate func meanAnswers(workers: Int, adds: Bool) -> [[Float]] {
    var c = kernel(workers: workers)
    let (x, y, g) = (FencedFloats(input), FencedFloats(count: outputCount), FencedFloats(gradient))
    let target = adds ? FencedFloats(input) : FencedFloats(count: inputCount)
    ck_mean_pooling_forward(&c, x.start, y.start)
    ck_mean_pooling_backward(&c, g.start, ck_gradient(values: target.start, adds: adds))
    #expect(y.isFenceIntact && target.isFenceIntact)
    return [y.values, target.values]
  }
}

@Suite struct MeanPoolingKernelTests {
  @Test(
    "an output is the mean of its window, whose pixels share its gradient", arguments: MaxPoolingKernelTests.cases,
    [false, true])
  func passesAgree(_ test: PoolingCase, adds: Bool) {
    let found = test.meanAnswers(workers: 2, adds: adds)
    let (input, gradient) = (doubles(test.input), doubles(test.gradient))
    var output = [Double](repeating: 0, count: test.outputCount)
    var inputGradient = adds ? input : [Double](repeating: 0, count: test.inputCount)
    for index in output.indices {
      for place in test.window(of: index) {
        output[index] += input[place] / Double(test.window.count)
        inputGradient[place] += gradient[index] / Double(test.window.count)
      }
    }
    #expect(Tolerance.accurateKernel.deviation(of: found[0], from: output) == nil)
    #expect(Tolerance.accurateKernel.deviation(of: found[1], from: inputGradient) == nil)
  }

  @Test("the bits are the same for 1, 2, 3 and 4 workers and with every variant")
  func sameBits() {
    for test in MaxPoolingKernelTests.cases { expectSameBits { test.meanAnswers(workers: $0, adds: true) } }
  }
}
