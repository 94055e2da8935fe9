import Randomness
import Testing

@Suite("Philox 4x32-10")
struct PhiloxGeneratorTests {
  static let key = RandomKey(seed: 7, stage: "augment", epoch: 3, draw: 11, operation: "rotation")

  /// Source: the known answers that come with Random123 1.14 (`kat_vectors`).
  @Test(
    "gives the known answers of Random123",
    arguments: [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func knownAnswers(counter: [UInt32], key: [UInt32], answer: [UInt32]) {
    #expect(PhiloxGenerator.block(counter: SIMD4(counter), key: SIMD2(key)) == SIMD4(answer))
  }

  @Test("a stream is the blocks of consecutive counters, two numbers a block")
  func stream() {
    var generator = PhiloxGenerator(Self.key)
    var again = PhiloxGenerator(Self.key)
    let numbers = (0..<6).map { _ in generator.next() }
    #expect(numbers == (0..<6).map { _ in again.next() })
    #expect(Set(numbers).count == 6)
  }

  /// The numbers were computed apart, in Python: FNV-1a of the key's bytes, then Philox.
  @Test("a key's stream is the same on every machine and in every version")
  func pinnedStream() {
    var generator = PhiloxGenerator(Self.key)
    let expected: [UInt64] = [265221338797924830, 10457040890522321630, 743650939172427137]
    #expect((0..<3).map { _ in generator.next() } == expected)
  }

  @Test("uniform numbers fill [0, 1) evenly: chi-square over 64 bins")
  func uniformity() {
    var generator = PhiloxGenerator(Self.key)
    var bins = [Int](repeating: 0, count: 64)
    for _ in 0..<64_000 { bins[Int(generator.uniform() * 64)] += 1 }
    // 63 degrees of freedom: 103.4 is exceeded once in a thousand seeds.
    #expect(chiSquare(bins) < 103.4)
  }

  @Test("consecutive uniform numbers do not depend on each other: chi-square over 8x8 bins of pairs")
  func independence() {
    var generator = PhiloxGenerator(Self.key)
    var bins = [Int](repeating: 0, count: 64)
    for _ in 0..<64_000 { bins[Int(generator.uniform() * 8) * 8 + Int(generator.uniform() * 8)] += 1 }
    #expect(chiSquare(bins) < 103.4)
  }

  @Test("first draws of consecutive keys fill [0, 1) evenly: chi-square over 64 bins")
  func uniformityOverKeys() {
    var bins = [Int](repeating: 0, count: 64)
    var key = Self.key
    for draw in 0..<64_000 {
      key.draw = draw
      var generator = PhiloxGenerator(key)
      bins[Int(generator.uniform() * 64)] += 1
    }
    #expect(chiSquare(bins) < 103.4)
  }

  @Test("numbers in a range keep to it, and a point is a range")
  func range() {
    var generator = PhiloxGenerator(Self.key)
    let numbers = (0..<1000).map { _ in generator.uniform(in: -3...5) }
    #expect(numbers.allSatisfy { (-3...5).contains($0) })
    #expect(numbers.min()! < -2.9 && numbers.max()! > 4.9)
    #expect(generator.uniform(in: 2...2) == 2)
  }

  @Test("a chance of 0 never comes, of 1 always, of 0.3 three times in ten")
  func chance() {
    var generator = PhiloxGenerator(Self.key)
    #expect((0..<1000).allSatisfy { _ in !generator.chance(0) })
    #expect((0..<1000).allSatisfy { _ in generator.chance(1) })
    let share = Double((0..<40_000).count { _ in generator.chance(0.3) }) / 40_000
    #expect(abs(share - 0.3) < 0.01)
  }

  @Test("normal numbers have the moments of the normal distribution: 0, 1, 0, 3")
  func normalMoments() {
    var generator = PhiloxGenerator(Self.key)
    let count = 100_000
    let numbers = (0..<count).map { _ in generator.normal() }
    func moment(_ power: Int) -> Double {
      numbers.reduce(0) { sum, number in sum + (0..<power).reduce(1) { product, _ in product * number } }
        / Double(count)
    }
    #expect(abs(moment(1)) < 0.015)
    #expect(abs(moment(2) - 1) < 0.02)
    #expect(abs(moment(3)) < 0.05)
    #expect(abs(moment(4) - 3) < 0.15)
  }

  @Test("whole numbers stay below their bound and favour none, even where the bound is no power of two")
  func integers() {
    var generator = PhiloxGenerator(Self.key)
    var bins = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { bins[generator.integer(below: 7)] += 1 }
    #expect(chiSquare(bins) < 22.5)  // 6 degrees of freedom, 1 in 1000
    #expect((0..<100).allSatisfy { _ in generator.integer(below: 1) == 0 })
    // With this bound a plain remainder would favour the lower third two to one.
    let bound = 3 << 61
    let low = (0..<30_000).count { _ in generator.integer(below: bound) < 1 << 61 }
    #expect(abs(Double(low) / 30_000 - 1.0 / 3) < 0.01)
  }

  @Test("permutations favour no order: chi-square over the 24 of four")
  func permutations() {
    var generator = PhiloxGenerator(Self.key)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 { counts[generator.permutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(counts.keys.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
    #expect(chiSquare(Array(counts.values)) < 49.8)  // 23 degrees of freedom, 1 in 1000
    #expect(generator.permutation(of: 0) == [])
    #expect(generator.permutation(of: 1) == [0])
  }

  private func chiSquare(_ bins: [Int]) -> Double {
    let expected = Double(bins.reduce(0, +)) / Double(bins.count)
    return bins.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  }
}
