import Machine
import Randomness

/// Intervals of means by resampling groups of cases with replacement: the percentile bootstrap.
///
/// Cases of one group (patient) are drawn together, since they are not independent. The draws are a function of the seed
/// and the number of groups alone: the same on any machine, with any number of threads.
/// Sources: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13; Field and Welsh, "Bootstrapping
/// Clustered Data", JRSS B 69(3), 2007.
public struct Bootstrap: Sendable {
  /// The share of resamples within an interval.
  public static let level = 0.95

  /// The number of resamples.
  public let resamples: Int
  /// The seed of the draws.
  public let seed: UInt64
  /// The number of groups.
  public let groupCount: Int
  /// How often each resample holds each group. Shape: (resample, group).
  private let weights: [UInt16]

  /// Draws the resamples of this many groups.
  ///
  /// Throws: `MachineError.notEnoughMemory`.
  public init(groupCount: Int, resamples: Int = 10_000, seed: UInt64 = 1) throws {
    precondition((0...65535).contains(groupCount) && resamples > 0, "there are up to 65535 groups")
    (self.groupCount, self.resamples, self.seed) = (groupCount, resamples, seed)
    try MemoryBudget.require(
      ByteCount.product(groupCount, resamples, MemoryLayout<UInt16>.stride),
      for: "\(resamples) resamples of \(groupCount) groups")
    weights = Self.drawn(groupCount: groupCount, resamples: resamples, seed: seed)
  }

  private static func drawn(groupCount: Int, resamples: Int, seed: UInt64) -> [UInt16] {
    var weights = [UInt16](repeating: 0, count: groupCount * resamples)
    weights.withUnsafeMutableBufferPointer { weights in
      // Each thread writes to rows of its own.
      let rows = weights
      Threads.forEach(resamples) { resample in
        var generator = PhiloxGenerator(
          RandomKey(seed: seed, stage: "evaluate", draw: resample, operation: "bootstrap"))
        for _ in 0..<groupCount { rows[resample &* groupCount &+ generator.integer(below: groupCount)] &+= 1 }
      }
    }
    return weights
  }

  /// The mean of a column's values in each resample; not a number where a resample has none.
  public func means(of column: GroupSums) -> [Double] {
    precondition(column.sums.count == groupCount, "there is a sum for each group")
    return weights.withUnsafeBufferPointer { weights in
      [Double](unsafeUninitializedCapacity: resamples) { means, initialised in
        let rows = means
        Threads.forEach(resamples) { resample in
          let row = UnsafeBufferPointer(rebasing: weights[resample * groupCount..<(resample + 1) * groupCount])
          rows[resample] = column.mean(weights: row)
        }
        initialised = resamples
      }
    }
  }

  /// The interval of a mean, from its value in each resample; those that are not numbers do not count. Nil where there are
  /// fewer than two groups, or no value.
  public func interval(of means: [Double]) -> ClosedRange<Double>? {
    let finite = means.filter(\.isFinite)
    guard groupCount > 1, !finite.isEmpty else { return nil }
    let tail = 50 * (1 - Self.level)
    let lower = Quantile.percentile(tail, of: finite)
    return lower...max(lower, Quantile.percentile(100 - tail, of: finite))
  }
}

/// The values of cases, summed by group.
public struct GroupSums: Sendable {
  /// The sum of the values of each group.
  let sums: [Double]
  /// The number of values of each group.
  let counts: [Double]

  /// Sums values; nil is none.
  ///
  /// - Parameters:
  ///   - values: One for each case.
  ///   - groups: The index of each case's group.
  ///   - groupCount: The number of groups.
  public init(_ values: [Double?], groups: [Int], groupCount: Int) {
    var (sums, counts) = ([Double](repeating: 0, count: groupCount), [Double](repeating: 0, count: groupCount))
    for (value, group) in zip(values, groups) {
      guard let value else { continue }
      sums[group] += value
      counts[group] += 1
    }
    (self.sums, self.counts) = (sums, counts)
  }

  /// The number of groups with a value.
  var filledGroups: Int { counts.count { $0 > 0 } }

  /// The mean of a resample. The sums run over eight lanes, so that their order is the same on every processor.
  fileprivate func mean(weights: UnsafeBufferPointer<UInt16>) -> Double {
    var (sum, count) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    let whole = weights.count / 8 * 8
    sums.withUnsafeBufferPointer { sums in
      counts.withUnsafeBufferPointer { counts in
        for first in stride(from: 0, to: whole, by: 8) {
          var (weight, values, numbers) = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
          for lane in 0..<8 {
            weight[lane] = Double(weights[first &+ lane])
            values[lane] = sums[first &+ lane]
            numbers[lane] = counts[first &+ lane]
          }
          sum += weight * values
          count += weight * numbers
        }
        for index in whole..<weights.count {
          sum[0] += Double(weights[index]) * sums[index]
          count[0] += Double(weights[index]) * counts[index]
        }
      }
    }
    func total(_ lanes: SIMD8<Double>) -> Double {
      let four = lanes.lowHalf + lanes.highHalf
      let two = four.lowHalf + four.highHalf
      return two.x + two.y
    }
    let number = total(count)
    return number > 0 ? total(sum) / number : .nan
  }
}
