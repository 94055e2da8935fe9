import Foundation

/// Wilcoxon's signed-rank test: whether paired differences are symmetric around 0.
///
/// Differences of 0 are left out; equal magnitudes share their mean rank. Up to 50 differences the probability is exact,
/// also with equal magnitudes; beyond that it is the normal approximation with the correction for equal magnitudes.
/// Source: Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1(6), 1945.
public struct SignedRankTest: Sendable {
  /// The number of differences other than 0.
  public let count: Int
  /// The sum of the ranks of the positive differences.
  public let positiveRanks: Double
  /// The two-sided probability, in 0...1; 1 without any difference.
  public let probability: Double

  /// Tests differences.
  public init(_ differences: [Double]) {
    let differences = differences.filter { $0 != 0 }
    count = differences.count
    let ranks = Self.ranks(of: differences.map(abs))
    positiveRanks = zip(differences, ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
    if count == 0 {
      probability = 1
    } else if count <= Self.largestExactCount {
      probability = Self.exact(ranks, positiveRanks)
    } else {
      probability = Self.approximate(ranks, positiveRanks)
    }
  }

  private static let largestExactCount = 50

  /// The ranks from 1; equal values share the mean of theirs.
  private static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
      for place in first...last { ranks[order[place]] = Double(first + last) / 2 + 1 }
      first = last + 1
    }
    return ranks
  }

  /// Over all signs of the ranks, which are equally likely: how often the sum is as far out. Ranks are doubled, so that
  /// they are whole.
  private static func exact(_ ranks: [Double], _ sum: Double) -> Double {
    let doubled = ranks.map { Int(2 * $0) }
    let largest = doubled.reduce(0, +)
    var shares = [Double](repeating: 0, count: largest + 1)
    shares[0] = 1
    var reached = 0
    for rank in doubled {
      reached += rank
      for total in stride(from: reached, through: 0, by: -1) {
        shares[total] = (shares[total] + (total >= rank ? shares[total - rank] : 0)) / 2
      }
    }
    let found = Int(2 * sum)
    let lower = shares[...found].reduce(0, +), upper = shares[found...].reduce(0, +)
    return min(1, 2 * min(lower, upper))
  }

  private static func approximate(_ ranks: [Double], _ sum: Double) -> Double {
    let count = Double(ranks.count)
    let mean = count * (count + 1) / 4
    let ties = Dictionary(grouping: ranks, by: { $0 }).values.reduce(0.0) { total, equal in
      let number = Double(equal.count)
      return total + number * number * number - number
    }
    let variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48
    return erfc(abs(sum - mean) / variance.squareRoot() / 2.0.squareRoot())
  }

  /// Probabilities corrected for testing several hypotheses: Holm's step-down procedure, in the order given.
  ///
  /// Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6(2), 1979.
  public static func holm(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    var corrected = probabilities
    var largest = 0.0
    for (place, index) in order.enumerated() {
      largest = max(largest, min(1, Double(order.count - place) * probabilities[index]))
      corrected[index] = largest
    }
    return corrected
  }
}
