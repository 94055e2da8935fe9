import Foundation

/// A counter-based random number generator: Philox 4x32 with 10 rounds.
///
/// The stream is a function of its key alone, the same on every machine.
/// Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
public struct PhiloxGenerator: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let stream: UInt64
  private var block: UInt64 = 0
  private var words = SIMD4<UInt32>()
  private var unusedWords = 0
  private var spareNormal: Double?

  /// The stream of a key: the seed is Philox's key, the digest of the rest the upper half of its counter.
  public init(_ key: RandomKey) {
    self.key = SIMD2(UInt32(truncatingIfNeeded: key.seed), UInt32(truncatingIfNeeded: key.seed >> 32))
    stream = key.digest
  }

  /// The Philox 4x32-10 bijection of a counter under a key.
  package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let low = UInt64(counter.x) &* 0xD251_1F53
      let high = UInt64(counter.z) &* 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: high >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: high),
        UInt32(truncatingIfNeeded: low >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: low))
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if unusedWords == 0 {
      let counter = SIMD4(
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
      words = Self.block(counter: counter, key: key)
      block &+= 1
      unusedWords = 4
    }
    let first = 4 - unusedWords
    unusedWords -= 2
    return UInt64(words[first]) | UInt64(words[first + 1]) << 32
  }

  /// A number in [0, 1), a multiple of 2^-53.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in a range; its lower bound where the range is a point.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// True with the given probability, in 0...1.
  public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// A whole number in 0..<bound, without bias; `bound` is at least 1.
  /// Source: Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a random integer needs a bound of at least 1")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// A permutation of 0..<count (Fisher and Yates).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, integer(below: last + 1)) }
    return order
  }
}

extension PhiloxGenerator {
  /// A draw from the normal distribution of mean 0 and standard deviation 1 (Marsaglia's polar method).
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spareNormal = y * factor
      return x * factor
    }
  }
}
