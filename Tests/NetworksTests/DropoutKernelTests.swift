import CKernels
import Randomness
import TestSupport
import Testing

@Suite struct DropoutKernelTests {
  static let key = RandomKey(seed: 0x1234_5678_9abc_def0, stage: "train", epoch: 3, draw: 14, operation: "dropout")

  private func dropped(_ values: [Float], rate: Double, workers: Int, inPlace: Bool = false) -> [Float] {
    var c = ck_dropout(
      count: values.count, rate: rate, seed: Self.key.seed, stream: Self.key.digest, workers: Int32(workers))
    let from = FencedFloats(values)
    let to = inPlace ? from : FencedFloats(count: values.count)
    ck_dropout_apply(&c, from.start, to.start)
    #expect(to.isFenceIntact)
    return to.values
  }

  /// The words of the generator, in order.
  private func words(_ count: Int) -> [UInt32] {
    var generator = PhiloxGenerator(Self.key)
    return (0..<(count + 1) / 2).flatMap { _ in
      let both = generator.next()
      return [UInt32(truncatingIfNeeded: both), UInt32(truncatingIfNeeded: both >> 32)]
    }
  }

  @Test(
    "what is dropped follows from the generator's words, for any number of workers",
    arguments: [1, 63, 64, 65, 16389, 40_000], [0, 0.1, 0.5, 0.999])
  func agreesWithGenerator(count: Int, rate: Double) {
    let values = normalFloats(count, "values")
    let expected = zip(doubles(values), words(count)).map { value, word in
      Double(word) < (rate * 0x1p32).rounded(.down) ? 0 : value / (1 - rate)
    }
    let found = dropped(values, rate: rate, workers: 1)
    #expect(Tolerance.accurateKernel.deviation(of: found, from: expected) == nil)
    for workers in 2...4 { #expect(dropped(values, rate: rate, workers: workers) == found) }
    #expect(dropped(values, rate: rate, workers: 2, inPlace: true) == found)
  }

  @Test("so many are dropped as the rate says, and the mean stays", arguments: [0.1, 0.5, 0.9])
  func rate(rate: Double) {
    let found = doubles(dropped([Float](repeating: 1, count: 100_000), rate: rate, workers: 2))
    // Five standard deviations.
    let allowed = 5 * (rate * (1 - rate) / 100_000).squareRoot()
    #expect((Double(found.count { $0 == 0 }) / 100_000 - rate).magnitude < allowed)
    #expect((found.reduce(0, +) / 100_000 - 1).magnitude < allowed / (1 - rate))
  }
}
