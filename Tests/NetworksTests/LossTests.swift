import Networks
import TestSupport
import Testing

/// What holds for every loss, alone and in sums.
@Suite struct LossTests {
  @Test("The gradient of every loss agrees with central differences", arguments: LossCheck.all)
  func gradients(_ check: LossCheck) {
    #expect(check.failure(of: check.answer(check.logits, check.target).gradient) == nil)
  }

  @Test("A wrong gradient fails the check", arguments: LossCheck.losses)
  func wrongGradients(_ loss: LossTerms) {
    let check = LossCheck(loss: loss, shape: LossCheck.shapes[1], labels: .all)
    let gradient = check.answer(check.logits, check.target).gradient
    #expect(check.failure(of: gradient) == nil)
    #expect(check.failure(of: gradient.map { $0 * 1.05 }) != nil)
    #expect(check.failure(of: gradient.reversed()) != nil)
    #expect(check.failure(of: gradient.map { _ in 0 }) != nil)
  }

  @Test("Where every pixel is ignored, the sum is 0 over 0 and the gradient zero", arguments: LossCheck.losses)
  func allIgnored(_ loss: LossTerms) {
    for shape in LossCheck.shapes {
      let check = LossCheck(loss: loss, shape: shape, labels: .all)
      let none = check.answer(check.logits, Array(repeating: Target.ignored, count: shape.pixels))
      #expect(none.sum == LossSum())
      #expect(none.gradient.allSatisfy { $0 == 0 })
    }
  }

  @Test(
    "Ignored pixels count nowhere: their logits change nothing, and they have no gradient", arguments: LossCheck.losses)
  func ignoredPixels(_ loss: LossTerms) {
    let check = LossCheck(loss: loss, shape: LossCheck.shapes[1], labels: .all)
    let (target, classes) = (check.target, check.shape.channels)
    let ignored = target.indices.filter { target[$0] == Target.ignored }
    #expect(!ignored.isEmpty)
    var logits = check.logits
    for pixel in ignored { logits[pixel * classes] += 9 }
    let (before, after) = (check.answer(check.logits, target), check.answer(logits, target))
    #expect(before.sum == after.sum && before.gradient == after.gradient)
    #expect(before.sum.count == target.count - ignored.count)
    #expect(ignored.allSatisfy { before.gradient[$0 * classes..<($0 + 1) * classes].allSatisfy { $0 == 0 } })
  }

  @Test(
    "The bits depend neither on the number of workers nor on the variant, nor on whether a gradient is wanted",
    arguments: LossCheck.losses)
  func sameBits(_ loss: LossTerms) {
    let shape = Shape(batch: 3, channels: 3, extent: Extent(height: 67, width: 71))
    let check = LossCheck(loss: loss, shape: shape, labels: .all)
    let (logits, target) = (check.logits, check.target)
    func answer(_ workers: Int) -> [Double] {
      let answer = check.answer(logits, target, workers: workers)
      return doubles(answer.gradient) + [answer.sum.loss, Double(answer.sum.count)]
    }
    expectSameBits(answer)
    #expect(check.sum(logits, target, gradient: nil) == check.answer(logits, target).sum)
  }

  @Test("A single loss with a weight is so many times the loss, and so is its gradient")
  func weighted() {
    let loss = CrossEntropyConfiguration()
    func check(_ loss: LossTerms) -> LossCheck { LossCheck(loss: loss, shape: LossCheck.shapes[1], labels: .all) }
    let (once, twice) = (check(LossTerms(loss)), check(LossTerms([.init(loss, weight: 2)])))
    let (a, b) = (once.answer(once.logits, once.target), twice.answer(once.logits, once.target))
    #expect(Tolerance.accurateKernel.deviation(of: [b.sum.loss], from: [2 * a.sum.loss]) == nil)
    #expect(b.sum.count == a.sum.count && b.gradient == a.gradient.map { 2 * $0 })
  }

  @Test("A sum is the sum of its terms by their weights, and so is its gradient")
  func sums() throws {
    let (first, second) = (CrossEntropyConfiguration(), SoftDiceConfiguration())
    func check(_ loss: LossTerms) -> LossCheck { LossCheck(loss: loss, shape: LossCheck.shapes[1], labels: .all) }
    let sum = check(LossTerms([.init(first, weight: 2), .init(second, weight: 0.5), .init(second)]))
    let (logits, target) = (sum.logits, sum.target)
    let found = sum.answer(logits, target)
    let (a, b) = (check(LossTerms(first)).answer(logits, target), check(LossTerms(second)).answer(logits, target))
    #expect(found.sum.count == a.sum.count)
    let mean = try (2 * #require(a.sum.mean)) + 1.5 * #require(b.sum.mean)
    #expect(Tolerance.accurateKernel.deviation(of: [try #require(found.sum.mean)], from: [mean]) == nil)
    let gradient = zip(a.gradient, b.gradient).map { 2 * Double($0) + 1.5 * Double($1) }
    #expect(Tolerance.accurateKernel.deviation(of: found.gradient, from: gradient) == nil)
  }
}
