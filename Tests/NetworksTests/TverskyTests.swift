import Networks
import TestSupport
import Testing

@Suite struct TverskyTests {
  private func loss(_ alpha: Double, _ beta: Double, gamma: Double = 1) -> TverskyConfiguration {
    var loss = TverskyConfiguration()
    (loss.falsePositiveWeight, loss.falseNegativeWeight, loss.gamma) = (alpha, beta, gamma)
    return loss
  }

  @Test("agrees with PyTorch, also as focal Tversky loss over samples", arguments: LossGolden.images)
  func agreesWithPyTorch(_ images: String) throws {
    let golden = try LossGolden(images)
    try golden.expect("tversky", LossTerms(TverskyConfiguration()))
    var focal = loss(0.6, 0.1, gamma: 4 / 3)
    focal.over = .sample
    try golden.expect("tversky, focal and sample", LossTerms(focal))
  }

  @Test("with weights of a half it is the soft Dice loss, bit for bit")
  func softDice() {
    let check = LossCheck(loss: LossTerms(loss(0.5, 0.5)), shape: LossCheck.shapes[1], labels: .all)
    let dice = LossCheck(loss: LossTerms(SoftDiceConfiguration()), shape: LossCheck.shapes[1], labels: .all)
    let (a, b) = (check.answer(check.logits, check.target), dice.answer(dice.logits, dice.target))
    #expect(a.sum == b.sum && a.gradient == b.gradient)
  }

  @Test("false positives cost by alpha, false negatives by beta")
  func weights() throws {
    let shape = Shape(batch: 1, channels: 2, extent: Extent(height: 1, width: 4))
    func cost(_ loss: TverskyConfiguration, predicted: [Int], _ target: [UInt8]) throws -> Double {
      let logits = predicted.flatMap { $0 == 1 ? [-100, 100] : [100, -100] as [Float] }
      return try #require(
        LossCheck(loss: LossTerms(loss), shape: shape, labels: .all).answer(logits, target).sum.mean)
    }
    // One right, two too many: (1 + 0.5) / (1 + 2 alpha + 0.5).
    #expect(try abs(cost(loss(0.25, 3), predicted: [1, 1, 1, 0], [1, 0, 0, 0]) - 0.25) < 1e-6)
    // One right, one missed: (1 + 0.5) / (1 + beta + 0.5).
    #expect(try abs(cost(loss(5, 0.5), predicted: [1, 0, 0, 0], [1, 1, 0, 0]) - 0.25) < 1e-6)
    #expect(try cost(loss(5, 0.5, gamma: 3), predicted: [1, 1, 0, 0], [1, 1, 0, 0]) == 0)
  }

  @Test("both weights 0 are a problem, one is not")
  func problem() {
    #expect(loss(0, 0).contradictions.map(\.key) == ["alpha"])
    #expect(loss(0, 0.1).contradictions.isEmpty && loss(0.1, 0).contradictions.isEmpty)
  }
}
