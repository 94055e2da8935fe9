import Randomness

/// Resamples of groups of scans with replacement, for numbers that are no means.
struct GroupResampling {
  private let members: [[Int]]
  private let all: [Int]
  private let resamples: Int
  private let seed: UInt64

  init(_ groups: [String], resamples: Int, seed: UInt64) {
    var order: [String] = []
    var members: [String: [Int]] = [:]
    for (index, group) in groups.enumerated() {
      if members[group] == nil { order.append(group) }
      members[group, default: []].append(index)
    }
    self.members = order.map { members[$0] ?? [] }
    all = Array(groups.indices)
    (self.resamples, self.seed) = (resamples, seed)
  }

  /// A number of all scans, and the interval of its values over the resamples in which it is defined.
  func measured(_ number: ([Int]) -> Double?) -> MeasuredNumber {
    let value = number(all)
    guard members.count > 1, value != nil else { return MeasuredNumber(value: value, interval: nil) }
    let values = (0..<resamples).compactMap { resample -> Double? in
      var generator = PhiloxGenerator(
        RandomKey(seed: seed, stage: "evaluate", draw: resample, operation: "resampling"))
      return number(members.indices.flatMap { _ in members[generator.integer(below: members.count)] })
    }
    guard !values.isEmpty else { return MeasuredNumber(value: value, interval: nil) }
    return MeasuredNumber(
      value: value, interval: [2.5, 97.5].map { Quantile.percentile($0, of: values) })
  }
}
