import Networks
import TestSupport
import Testing

@Suite struct FocalTests {
  private func check(_ gamma: Double, _ shape: Shape = LossCheck.shapes[1]) -> LossCheck {
    var loss = FocalConfiguration()
    loss.gamma = gamma
    return LossCheck(loss: LossTerms(loss), shape: shape, labels: .all)
  }

  @Test("agrees with PyTorch, also with weights of classes", arguments: LossGolden.images)
  func agreesWithPyTorch(_ images: String) throws {
    let golden = try LossGolden(images)
    var loss = FocalConfiguration()
    try golden.expect("focal", LossTerms(loss))
    (loss.gamma, loss.classWeights) = (0.5, golden.weights)
    try golden.expect("focal, class weights", LossTerms(loss))
  }

  @Test("without gamma it is the cross-entropy")
  func crossEntropy() throws {
    let (focal, plain) = (
      check(0), LossCheck(loss: LossTerms(CrossEntropyConfiguration()), shape: LossCheck.shapes[1], labels: .all)
    )
    let found = focal.answer(focal.logits, focal.target)
    let expected = plain.answer(plain.logits, plain.target)
    #expect(Tolerance.accurateKernel.deviation(of: [found.sum.loss], from: [expected.sum.loss]) == nil)
    #expect(Tolerance.accurateKernel.deviation(of: found.gradient, from: expected.gradient) == nil)
  }

  @Test(
    "a pixel that is surely right costs nothing, one that is surely wrong what it is off by",
    arguments: [0, 0.5, 1, 2, 10])
  func extremes(gamma: Double) {
    let pixel = check(gamma, Shape(batch: 1, channels: 2, extent: Extent(height: 1, width: 1)))
    let right = pixel.answer([200, -200], [0])
    #expect(right.sum.loss == 0 && right.gradient == [0, 0])
    let wrong = pixel.answer([200, -200], [1])
    #expect(wrong.sum.loss == 400 && wrong.gradient == [1, -1])
  }

  @Test("not-a-number in a logit shows in the loss", arguments: [0, 1])
  func notANumberShows(place: Int) {
    let pixel = check(2, Shape(batch: 1, channels: 2, extent: Extent(height: 1, width: 1)))
    var logits: [Float] = [1, 2]
    logits[place] = .nan
    #expect(pixel.answer(logits, [0]).sum.loss.isNaN)
  }
}
