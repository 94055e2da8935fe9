import Foundation
import Randomness

/// Where the values of a transform come from: drawn from its ranges, or, to show what a range means, taken at a share of
/// its strength.
public struct RandomDraw {
  private var generator: PhiloxGenerator
  private let strength: Double?

  /// Draws at random.
  ///
  /// - Parameter strength: Instead of drawing: 0 for the weakest that the ranges allow, 1 for the strongest. What has no
  ///   strength, such as a direction, is still drawn.
  public init(_ key: RandomKey, strength: Double? = nil) {
    generator = PhiloxGenerator(key)
    self.strength = strength
  }

  /// Whether something of a probability happens; always, where a strength is stated and it may.
  mutating func happens(_ probability: Double) -> Bool {
    let isHeads = generator.chance(probability)
    return strength == nil ? isHeads : probability > 0
  }

  /// A number drawn evenly; at a strength, so far from the lower end.
  mutating func number(in range: ClosedRange<Double>) -> Double {
    let drawn = generator.uniform(in: range)
    return strength.map { range.lowerBound + (range.upperBound - range.lowerBound) * $0 } ?? drawn
  }

  /// A number drawn evenly from -limit...limit; at a strength, so much of the limit.
  mutating func magnitude(_ limit: Double) -> Double {
    let drawn = generator.uniform(in: -limit...limit)
    return strength.map { limit * $0 } ?? drawn
  }

  /// A factor drawn evenly in the logarithm; at a strength, so far from the lower end.
  mutating func logarithmicFactor(in range: ClosedRange<Double>) -> Double {
    let factor = exp(number(in: log(range.lowerBound)...log(range.upperBound)))
    return min(max(factor, range.lowerBound), range.upperBound)
  }

  /// A factor that is below 1 as often as above, evenly on either side: as nnU-Net draws contrast, brightness and gamma.
  mutating func balancedFactor(in range: ClosedRange<Double>) -> Double {
    let isSmaller = generator.chance(0.5)
    guard range.contains(1), strength == nil else { return number(in: range) }
    return number(in: isSmaller ? range.lowerBound...1 : 1...range.upperBound)
  }

  /// A whole number of 0..<bound.
  mutating func index(below bound: Int) -> Int { generator.integer(below: bound) }

  /// A number in [0, 1), whatever the strength.
  mutating func position() -> Double { generator.uniform() }

  /// A draw from the normal distribution of mean 0 and standard deviation 1, whatever the strength.
  mutating func normal() -> Double { generator.normal() }

  /// What a stream of random numbers begins with, such as that of a noise.
  mutating func seed() -> UInt64 { generator.next() }

  /// How much of what is drawn without a strength is applied: all, or the share that the strength is.
  var share: Double { strength ?? 1 }
}
