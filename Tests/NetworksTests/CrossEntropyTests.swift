import CKernels
import Foundation
import Networks
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
  struct Answer: Equatable {
    var loss: Double
    var pixels: Int
    var gradient: [Float]
  }

  private func answer(_ logits: [Float], _ labels: [UInt8], classes: Int, workers: Int = 2) -> Answer {
    let (x, g) = (FencedFloats(logits), FencedFloats(count: logits.count))
    var c = ck_pixel_losses()
    (c.pixels, c.classes, c.workers) = (labels.count, Int32(classes), Int32(workers))
    var scratch = [Double](repeating: .nan, count: ck_pixel_losses_scratch(&c))
    let sum = ck_cross_entropy(&c, x.start, labels, g.start, &scratch)
    #expect(sum.weight == Double(sum.pixels))
    #expect(g.isFenceIntact)
    return Answer(loss: sum.loss, pixels: sum.pixels, gradient: g.values)
  }

  private func reference(_ logits: [Float], _ labels: [UInt8], classes: Int) -> (loss: Double, gradient: [Double]) {
    let counted = Double(labels.count { $0 != Target.ignored })
    var loss = 0.0
    var gradient = [Double](repeating: 0, count: logits.count)
    for (pixel, label) in labels.enumerated() where label != Target.ignored {
      let values = doubles(Array(logits[pixel * classes..<(pixel + 1) * classes]))
      let largest = values.reduce(-Double.infinity, max)
      let sum = values.reduce(0) { $0 + exp($1 - largest) }
      loss += log(sum) + largest - values[Int(label)]
      for c in 0..<classes {
        gradient[pixel * classes + c] = (exp(values[c] - largest) / sum - (c == Int(label) ? 1 : 0)) / counted
      }
    }
    return (loss, gradient)
  }

  @Test("loss and gradient agree with the definition", arguments: [2, 3, 17, 64], [1, 35, 10_007])
  func agreesWithDefinition(classes: Int, pixels: Int) {
    let logits = normalFloats(pixels * classes, "logits").map { 3 * $0 }
    let labels = randomLabels(pixels, classes: classes, ignoresSome: true)
    let found = answer(logits, labels, classes: classes)
    let expected = reference(logits, labels, classes: classes)
    #expect(found.pixels == labels.count { $0 != 255 })
    // The loss of a pixel is right to a share of 1, not of itself.
    let size = Double(found.pixels)
    #expect(Tolerance.kernel.deviation(of: [found.loss, size], from: [expected.loss, size]) == nil)
    #expect(Tolerance.kernel.deviation(of: found.gradient, from: expected.gradient) == nil)
    for workers in 1...4 { #expect(answer(logits, labels, classes: classes, workers: workers) == found) }
  }

  @Test("agrees with PyTorch, also with weights of classes", arguments: LossGolden.images)
  func agreesWithPyTorch(_ images: String) throws {
    let golden = try LossGolden(images)
    var loss = CrossEntropyConfiguration()
    try golden.expect("cross_entropy", LossTerms(loss))
    loss.classWeights = golden.weights
    try golden.expect("cross_entropy, class weights", LossTerms(loss))
    try golden.expect(
      "sum",
      LossTerms([.init(CrossEntropyConfiguration(), weight: 2), .init(SoftDiceConfiguration(), weight: 0.5)]))
  }

  @Test("equal logits cost log K a pixel, whatever they are", arguments: [2, 3, 10, 254], [0, -4e4, 1e30] as [Float])
  func uniformLogits(classes: Int, value: Float) {
    let labels = randomLabels(100, classes: classes)
    let found = answer(Array(repeating: value, count: 100 * classes), labels, classes: classes)
    #expect(Tolerance.kernel.deviation(of: [found.loss / 100], from: [log(Double(classes))]) == nil)
  }

  @Test("huge logits neither overflow nor lose the distance between them")
  func hugeLogits() {
    let found = answer([30_000, -30_000, -30_000, 30_000], [0, 0], classes: 2)
    #expect(found.loss == 60_000)
    #expect(found.gradient == [0, 0, -0.5, 0.5])
  }

  @Test("ignored pixels have no loss and no gradient; where all are, the mean is nil")
  func ignoredPixels() throws {
    let logits = normalFloats(6, "logits")
    let one = answer(logits, [255, 1, 255], classes: 2)
    #expect(one.pixels == 1)
    #expect(one.gradient[0..<2] == [0, 0] && one.gradient[4...] == [0, 0])
    let none = answer(logits, [255, 255, 255], classes: 2)
    #expect(none == Answer(loss: 0, pixels: 0, gradient: Array(repeating: 0, count: 6)))
    #expect(LossSum(loss: none.loss, count: none.pixels).mean == nil)
  }

  @Test("not-a-number in a logit shows in the loss", arguments: [0, 1])
  func notANumberShows(place: Int) {
    var logits: [Float] = [1, 2]
    logits[place] = .nan
    #expect(answer(logits, [0], classes: 2).loss.isNaN)
  }

  @Test("sums of batches add up to that of all pixels")
  func sumsAdd() {
    var sum = LossSum()
    sum += LossSum(loss: 6, count: 2)
    sum += LossSum(loss: 3, count: 4)
    #expect(sum == LossSum(loss: 9, count: 6))
    #expect(sum.mean == 1.5)
  }

  @Test("softmax is added with its weight", arguments: [2, 3, 17])
  func softmaxIsAdded(classes: Int) {
    let pixels = 5003
    let logits = normalFloats(pixels * classes, "logits").map { 20 * $0 }
    let start = normalFloats(pixels * classes, "start")
    var expected = doubles(start)
    for pixel in 0..<pixels {
      let values = doubles(Array(logits[pixel * classes..<(pixel + 1) * classes]))
      let largest = values.reduce(-Double.infinity, max)
      let sum = values.reduce(0) { $0 + exp($1 - largest) }
      for c in 0..<classes { expected[pixel * classes + c] += 0.25 * exp(values[c] - largest) / sum }
    }
    let results = (1...4).map { workers in
      let found = FencedFloats(start)
      ck_add_softmax(logits, pixels, Int32(classes), 0.25, found.start, Int32(workers))
      #expect(found.isFenceIntact)
      return found.values
    }
    #expect(Tolerance.kernel.deviation(of: results[0], from: expected) == nil)
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
