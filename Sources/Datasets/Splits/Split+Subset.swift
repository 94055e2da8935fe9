import Randomness

/// Which of the groups of a training part are kept, in the order of their names.
public enum GroupChoice: Hashable, Sendable {
  /// The first ones.
  case first(Int)
  /// Those after the first ones.
  case after(Int)
}

extension Split {
  /// The split with fewer training cases: those of some groups, and of these a number of cases.
  ///
  /// The cases are drawn so that fewer of them are some of more: with one seed, the sets of 2, 4 and 8 cases are nested. Each
  /// group gives one case before any gives a second.
  ///
  /// - Parameters:
  ///   - groups: Which groups; nil: all.
  ///   - count: The number of cases; nil: all of the groups.
  /// Throws `SplitProblem.tooFewTrainingGroups`, `.tooFewTrainingCases`.
  public func reduced(
    to groups: GroupChoice?, count: Int?, among cases: [GroupedCase], seed: UInt64
  ) throws(DatasetError) -> Split {
    let owners = Dictionary(cases.map { ($0.id, $0.group) }, uniquingKeysWith: { first, _ in first })
    let members = Dictionary(grouping: train.sortedBytewise()) { owners[$0] ?? $0 }
    var names = members.keys.sortedBytewise()
    let all = names.count
    switch groups {
    case .first(let count)?: names = Array(names.prefix(count))
    case .after(let count)?: names = Array(names.dropFirst(count))
    case nil: break
    }
    guard !names.isEmpty else { throw .split(.tooFewTrainingGroups(groups: all)) }
    var reduced = self
    reduced.train = names.flatMap { members[$0] ?? [] }.sortedBytewise()
    guard let count else { return reduced }
    guard count <= reduced.train.count else {
      throw .split(.tooFewTrainingCases(asked: count, cases: reduced.train.count, groups: names.count))
    }
    var generator = PhiloxGenerator(RandomKey(seed: seed, stage: "split", operation: "subset"))
    let order = generator.permutation(of: names.count).map { names[$0] }
    var queues = order.map { name in
      let ids = members[name] ?? []
      return generator.permutation(of: ids.count).map { ids[$0] }
    }
    var chosen: [String] = []
    while chosen.count < count {
      for index in queues.indices where !queues[index].isEmpty && chosen.count < count {
        chosen.append(queues[index].removeFirst())
      }
    }
    reduced.train = chosen.sortedBytewise()
    return reduced
  }
}
