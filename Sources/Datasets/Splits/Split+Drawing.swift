import Randomness

extension Split {
  /// The shares of the cases that the parts are to have; they add up to 1.
  public struct Fractions: Hashable, Sendable {
    /// The share to train on; above 0.
    public let train: Double
    /// The share to validate on; 0 for none.
    public let validation: Double
    /// The share to test on; 0 for none.
    public let test: Double

    /// Checks the shares.
    ///
    /// Throws `SplitProblem.fractionOutOfRange` where one is not in 0...1, `.noTrainingFraction` where nothing is trained
    /// on, `.fractionSum` where they do not add up to 1 within a millionth.
    public init(train: Double, validation: Double, test: Double) throws(DatasetError) {
      (self.train, self.validation, self.test) = (train, validation, test)
      for part in Part.allCases where !(0...1).contains(self[part]) {
        throw .split(.fractionOutOfRange(self[part], part: part))
      }
      guard train > 0 else { throw .split(.noTrainingFraction) }
      let sum = train + validation + test
      guard abs(sum - 1) <= 1e-6 else { throw .split(.fractionSum(sum)) }
    }

    /// The share of a part.
    public subscript(part: Part) -> Double {
      switch part {
      case .train: train
      case .validation: validation
      case .test: test
      }
    }
  }

  /// Draws a split of whole groups.
  ///
  /// The draw depends on the seed, the stage's name and the names of cases and groups alone, not on their order. The
  /// numbers of cases come as near to the fractions as groups allow: moving a group to another part, or exchanging two,
  /// brings the sum of their squared deviations no lower. Each part with a fraction above 0 gets a group at least.
  /// Names within a part are sorted.
  /// Throws `SplitProblem.tooFewGroups` where there are fewer groups than parts.
  public static func drawn(
    from cases: [GroupedCase], fractions: Fractions, seed: UInt64, stage: String
  ) throws(DatasetError) -> Split {
    let membersByGroup = Dictionary(grouping: cases, by: \.group).mapValues { $0.map(\.id) }
    let groups = membersByGroup.keys.sortedBytewise().compactMap { membersByGroup[$0] }
    let parts = Part.allCases.filter { fractions[$0] > 0 }
    guard groups.count >= parts.count else {
      throw .split(.tooFewGroups(groups: groups.count, cases: cases.count, parts: parts))
    }
    var generator = PhiloxGenerator(RandomKey(seed: seed, stage: stage, operation: "split"))
    let shuffled = generator.permutation(of: groups.count).map { groups[$0] }
    var draw = Draw(targets: parts.map { fractions[$0] * Double(cases.count) }, groups: shuffled)
    draw.improve()
    var split = Split(train: [])
    for (part, groups) in zip(parts, draw.parts) { split[part] = groups.joined().sortedBytewise() }
    return split
  }
}

/// Groups on their way into parts.
private struct Draw {
  /// The number of cases that each part should have.
  let targets: [Double]
  /// The groups in each part, as the names of their cases.
  var parts: [[[String]]]
  /// The number of cases in each part.
  private var counts: [Int]

  /// A group for each part, and each further one where most is missing.
  init(targets: [Double], groups: [[String]]) {
    self.targets = targets
    parts = groups.prefix(targets.count).map { [$0] }
    counts = parts.map { $0[0].count }
    for group in groups.dropFirst(targets.count) {
      var neediest = 0
      for part in targets.indices.dropFirst() where missing(part) > missing(neediest) { neediest = part }
      parts[neediest].append(group)
      counts[neediest] += group.count
    }
  }

  private func missing(_ part: Int) -> Double { targets[part] - Double(counts[part]) }

  /// Moves and exchanges groups for as long as that brings the counts nearer to their targets.
  mutating func improve() {
    while let step = bestStep() {
      let given = take(groupOf: step.given, from: step.giver)
      // A size of 0 means that nothing is given in return.
      if step.returned > 0 { parts[step.giver].append(take(groupOf: step.returned, from: step.taker)) }
      parts[step.taker].append(given)
      counts[step.giver] += step.returned - step.given
      counts[step.taker] += step.given - step.returned
    }
  }

  private typealias Step = (giver: Int, taker: Int, given: Int, returned: Int)

  /// The exchange of two groups, by their sizes, that lowers the squared deviations most; nil where none does.
  private func bestStep() -> Step? {
    let sizes = parts.map { Set($0.map(\.count)).sorted() }
    var best: Step?
    var bestGain = 1e-9
    for giver in parts.indices {
      for taker in parts.indices where taker != giver {
        for given in sizes[giver] {
          for returned in (parts[giver].count > 1 ? [0] : []) + sizes[taker] where returned < given {
            let change = Double(given - returned)
            let gain = 2 * change * (missing(taker) - missing(giver) - change)
            if gain > bestGain { (best, bestGain) = ((giver, taker, given, returned), gain) }
          }
        }
      }
    }
    return best
  }

  private mutating func take(groupOf size: Int, from part: Int) -> [String] {
    guard let place = parts[part].lastIndex(where: { $0.count == size }) else { return [] }
    return parts[part].remove(at: place)
  }
}
