import CKernels
import Foundation
import Networks
import TestSupport
import Testing

/// Logits and labels, the kernel's answers and those of the definition.
struct DiceCase: Sendable, CustomTestStringConvertible {
  var pixels: Int
  var classes: Int
  var crossEntropyWeight: Double
  var smoothing = 1.0

  var testDescription: String { "\(pixels) pixels, \(classes) classes, cross-entropy x \(crossEntropyWeight)" }
  var logits: [Float] { normalFloats(pixels * classes, "logits").map { 3 * $0 } }
  var labels: [UInt8] { randomLabels(pixels, classes: classes, ignoresSome: true) }

  struct Answer: Equatable {
    var dice: Double
    var crossEntropy: Double
    var pixels: Int
    var gradient: [Float]
  }

  func answer(_ logits: [Float], _ labels: [UInt8], workers: Int = 2, wantsGradient: Bool = true) -> Answer {
    var c = ck_soft_dice(
      pixels: pixels, classes: Int32(classes), groups: 1, false_positive_weight: 0.5, false_negative_weight: 0.5,
      smoothing: Float(smoothing), exponent: 1, cross_entropy_weight: Float(crossEntropyWeight),
      workers: Int32(workers))
    let (x, g) = (FencedFloats(logits), FencedFloats(count: logits.count))
    var scratch = [Double](repeating: .nan, count: ck_soft_dice_scratch(&c))
    let sum = ck_soft_dice_loss(&c, x.start, labels, wantsGradient ? g.start : nil, &scratch)
    #expect(g.isFenceIntact)
    return Answer(dice: sum.dice, crossEntropy: sum.cross_entropy, pixels: sum.pixels, gradient: g.values)
  }

  private func probabilities(_ logits: ArraySlice<Double>) -> [Double] {
    let largest = logits.reduce(-.infinity, max)
    let exponentials = logits.map { exp($0 - largest) }
    return exponentials.map { $0 / exponentials.reduce(0, +) }
  }

  /// For each class: the sums of p g, of p and of g.
  private func sums(_ p: [[Double]], _ labels: [UInt8]) -> [(overlap: Double, p: Double, g: Double)] {
    (0..<classes).map { k in
      let counted = labels.indices.filter { labels[$0] != 255 }
      return (
        counted.filter { labels[$0] == k }.reduce(0) { $0 + p[$1][k] }, counted.reduce(0) { $0 + p[$1][k] },
        Double(labels.count { $0 == k })
      )
    }
  }

  func reference(_ logits: [Double], _ labels: [UInt8]) -> (dice: Double, crossEntropy: Double, gradient: [Double]) {
    let p = labels.indices.map { probabilities(logits[$0 * classes..<($0 + 1) * classes]) }
    let (sums, s, counted) = (sums(p, labels), smoothing, Double(labels.count { $0 != 255 }))
    let foreground = Double(classes - 1)
    let dice = 1 - sums.dropFirst().reduce(0) { $0 + (2 * $1.overlap + s) / ($1.p + $1.g + s) } / foreground
    var crossEntropy = 0.0
    var gradient = [Double](repeating: 0, count: logits.count)
    for (pixel, label) in labels.enumerated() where label != 255 {
      crossEntropy -= log(p[pixel][Int(label)])
      let slopes = (0..<classes).map { k -> Double in
        let truth = k == Int(label) ? 1.0 : 0.0
        guard k > 0 else { return 0 }
        let size = sums[k].p + sums[k].g + s
        return -(2 * truth * size - (2 * sums[k].overlap + s)) / (size * size) / foreground
      }
      for i in 0..<classes {
        for k in 0..<classes {
          gradient[pixel * classes + i] += slopes[k] * p[pixel][k] * ((i == k ? 1 : 0) - p[pixel][i])
        }
        gradient[pixel * classes + i] +=
          crossEntropyWeight / counted * (p[pixel][i] - (i == Int(label) ? 1 : 0))
      }
    }
    return (dice, crossEntropy, gradient)
  }
}

@Suite struct SoftDiceTests {
  static let cases = [2, 3, 17, 254].flatMap { classes in
    [(1, 0.0), (35, 1.0), (10_007, 0.0), (8192, 1.0)].map {
      DiceCase(pixels: classes > 100 ? min($0.0, 100) : $0.0, classes: classes, crossEntropyWeight: $0.1)
    }
  }

  @Test("losses and gradient agree with the definition, for any number of workers", arguments: cases)
  func agreesWithDefinition(_ test: DiceCase) {
    let (logits, labels) = (test.logits, test.labels)
    let found = test.answer(logits, labels)
    let expected = test.reference(doubles(logits), labels)
    #expect(found.pixels == labels.count { $0 != 255 })
    #expect(Tolerance.kernel.deviation(of: [found.dice], from: [expected.dice]) == nil)
    // The loss of a pixel is right to a share of 1, not of itself.
    let size = Double(found.pixels)
    #expect(Tolerance.kernel.deviation(of: [found.crossEntropy, size], from: [expected.crossEntropy, size]) == nil)
    #expect(Tolerance.kernel.deviation(of: found.gradient, from: expected.gradient) == nil)
    for workers in 1...4 { #expect(test.answer(logits, labels, workers: workers) == found) }
    let alone = test.answer(logits, labels, wantsGradient: false)
    #expect((alone.dice, alone.crossEntropy) == (found.dice, found.crossEntropy))
  }

  @Test("the gradient agrees with central differences of the loss", arguments: [0.0, 1.0], [2, 4])
  func agreesWithDifferences(weight: Double, classes: Int) {
    let test = DiceCase(pixels: 23, classes: classes, crossEntropyWeight: weight)
    let (logits, labels) = (test.logits, test.labels)
    let counted = Double(labels.count { $0 != 255 })
    func loss(_ index: Int, _ step: Double) -> Double {
      var moved = doubles(logits)
      moved[index] += step
      let losses = test.reference(moved, labels)
      return losses.dice + weight * losses.crossEntropy / counted
    }
    let slopes = logits.indices.map { (loss($0, 1e-5) - loss($0, -1e-5)) / 2e-5 }
    #expect(Tolerance.kernel.deviation(of: test.answer(logits, labels).gradient, from: slopes) == nil)
  }

  @Test("agrees with PyTorch, over the batch and over samples", arguments: LossGolden.images)
  func agreesWithPyTorch(_ images: String) throws {
    let golden = try LossGolden(images)
    var loss = SoftDiceConfiguration()
    try golden.expect("soft_dice", LossTerms(loss))
    loss.over = .sample
    try golden.expect("soft_dice, sample", LossTerms(loss))
    try golden.expect("cross_entropy_and_soft_dice", LossTerms(CrossEntropyAndSoftDiceConfiguration()))
  }

  @Test("over samples it is the mean of the losses of samples alone; one that is ignored counts in no mean")
  func samples() throws {
    var (single, batch) = (SoftDiceConfiguration(), SoftDiceConfiguration())
    (single.over, batch.over) = (.batch, .sample)
    var shape = Shape(batch: 3, channels: 3, extent: Extent(height: 70, width: 71))
    let check = LossCheck(loss: LossTerms(batch), shape: shape, labels: .sampleIgnored)
    let (logits, target, pixels) = (check.logits, check.target, shape.extent.count)
    let found = check.answer(logits, target)
    shape.batch = 1
    let alone = (1..<3).map { sample in
      LossCheck(loss: LossTerms(single), shape: shape, labels: .all).answer(
        Array(logits[sample * pixels * 3..<(sample + 1) * pixels * 3]),
        Array(target[sample * pixels..<(sample + 1) * pixels]))
    }
    let mean = try (#require(alone[0].sum.mean) + #require(alone[1].sum.mean)) / 2
    #expect(Tolerance.accurateKernel.deviation(of: [try #require(found.sum.mean)], from: [mean]) == nil)
    let gradient = Array(repeating: 0, count: pixels * 3) + alone.flatMap { $0.gradient.map { Double($0) / 2 } }
    #expect(Tolerance.accurateKernel.deviation(of: found.gradient, from: gradient) == nil)
  }

  @Test("a perfect prediction costs nothing, nor does a class that is nowhere; a missed class costs its share")
  func knownLosses() {
    let test = DiceCase(pixels: 4, classes: 3, crossEntropyWeight: 0)
    func logits(_ classes: [Int]) -> [Float] { classes.flatMap { k in (0..<3).map { $0 == k ? 100 : -100 } } }
    #expect(test.answer(logits([0, 1, 1, 2]), [0, 1, 1, 2]).dice == 0)
    #expect(test.answer(logits([0, 1, 1, 0]), [0, 1, 1, 0]).dice == 0)
    // Class 2: (0 + 1) / (0 + 1 + 1).
    #expect(test.answer(logits([0, 1, 1, 0]), [0, 1, 1, 2]).dice == 0.25)
  }

  @Test("ignored pixels have no gradient and change nothing; where all are, the loss is 0")
  func ignoredPixels() {
    let test = DiceCase(pixels: 3, classes: 2, crossEntropyWeight: 1)
    let logits = test.logits
    let one = test.answer(logits, [255, 1, 255])
    let alone = DiceCase(pixels: 1, classes: 2, crossEntropyWeight: 1).answer(Array(logits[2..<4]), [1])
    #expect(one.gradient == [0, 0] + alone.gradient + [0, 0])
    #expect((one.dice, one.crossEntropy, one.pixels) == (alone.dice, alone.crossEntropy, 1))
    let none = test.answer(logits, [255, 255, 255])
    #expect(none == DiceCase.Answer(dice: 0, crossEntropy: 0, pixels: 0, gradient: Array(repeating: 0, count: 6)))
  }

  @Test("not-a-number in a logit shows in the loss", arguments: [0, 1])
  func notANumberShows(place: Int) {
    var logits: [Float] = [1, 2]
    logits[place] = .nan
    #expect(DiceCase(pixels: 1, classes: 2, crossEntropyWeight: 0).answer(logits, [0]).dice.isNaN)
  }
}
