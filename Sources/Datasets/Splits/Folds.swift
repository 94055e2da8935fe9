import Randomness

/// A partition of a data set's groups into folds for cross-validation: each case is held out once.
public struct Folds: Hashable, Sendable {
  /// The names of the cases of each fold, sorted.
  public let cases: [[String]]
  private let all: [GroupedCase]
  private let isContiguous: Bool

  /// Draws folds of whole groups with about as many cases each, in which each class occurs about as often.
  ///
  /// Groups with the class that is left in fewest groups come first, each into the fold that lacks most of this class, of equal
  /// ones the one with fewest cases. The draw depends on the seed and the names and classes of the cases alone.
  /// Source: Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-label Data", ECML PKDD 2011, algorithm 1, with
  /// groups in place of examples.
  ///
  /// - Parameters:
  ///   - count: The number of folds; at least 2.
  ///   - classes: The indices of the classes that occur in each case; cases without an entry have none.
  ///   - isContiguous: Whether folds are runs of groups in the order of their names, for the slices of a stack.
  /// Throws `SplitProblem.tooFewForFolds` where there are fewer groups than folds.
  public init(
    _ count: Int, of cases: [GroupedCase], classes: [String: Set<Int>] = [:], isContiguous: Bool = false, seed: UInt64
  ) throws(DatasetError) {
    let members = Dictionary(grouping: cases, by: \.group).mapValues { $0.map(\.id).sortedBytewise() }
    let groups = members.keys.sortedBytewise().map { name in
      Group(
        cases: members[name] ?? [],
        classes: (members[name] ?? []).reduce(into: []) { $0.formUnion(classes[$1] ?? []) })
    }
    guard groups.count >= count else {
      throw .split(.tooFewForFolds(groups: groups.count, cases: cases.count, folds: count))
    }
    var folds: [[Group]]
    if isContiguous {
      folds = Self.runs(of: groups, count)
    } else {
      var generator = PhiloxGenerator(RandomKey(seed: seed, stage: "split", operation: "folds"))
      folds = Self.stratified(generator.permutation(of: groups.count).map { groups[$0] }, count)
    }
    self.cases = folds.map { $0.flatMap(\.cases).sortedBytewise() }
    self.all = cases
    self.isContiguous = isContiguous
  }

  private struct Group {
    let cases: [String]
    let classes: Set<Int>
  }

  /// Runs of groups whose ends are nearest to equal shares of the cases.
  private static func runs(of groups: [Group], _ count: Int) -> [[Group]] {
    let total = Double(groups.reduce(0) { $0 + $1.cases.count })
    var folds: [[Group]] = []
    var (next, done) = (0, 0.0)
    for fold in 1...count {
      let end = total * Double(fold) / Double(count)
      var run: [Group] = []
      // Each later fold needs a group.
      while next < groups.count - (count - fold) {
        let size = Double(groups[next].cases.count)
        if !run.isEmpty, fold < count, done + size / 2 > end { break }
        run.append(groups[next])
        done += size
        next += 1
      }
      folds.append(run)
    }
    return folds
  }

  private static func stratified(_ groups: [Group], _ count: Int) -> [[Group]] {
    let total = groups.reduce(0) { $0 + $1.cases.count }
    var folds = [[Group]](repeating: [], count: count)
    var free = [Double](repeating: Double(total) / Double(count), count: count)
    var wanted: [Int: [Double]] = [:]
    for name in Set(groups.flatMap(\.classes)) {
      let share = Double(groups.count { $0.classes.contains(name) }) / Double(count)
      wanted[name] = [Double](repeating: share, count: count)
    }
    var left = groups
    func place(_ index: Int, for name: Int?) {
      let group = left.remove(at: index)
      // While folds without a group are as many as the groups that are left, these come first.
      let empty = folds.indices.filter { folds[$0].isEmpty }
      let candidates = empty.count > left.count ? empty : Array(folds.indices)
      let need = { (fold: Int) in (name.flatMap { wanted[$0]?[fold] } ?? 0, free[fold], -fold) }
      let fold = candidates.max { need($0) < need($1) } ?? 0
      folds[fold].append(group)
      free[fold] -= Double(group.cases.count)
      for name in group.classes { wanted[name]?[fold] -= 1 }
    }
    while !left.isEmpty {
      let counts = Dictionary(left.flatMap { $0.classes.map { ($0, 1) } }, uniquingKeysWith: +)
      let rarest = counts.min { ($0.value, $0.key) < ($1.value, $1.key) }?.key
      // Of equal groups the larger ones first: small ones can even out the sizes later.
      let candidates = left.indices.filter { rarest.map(left[$0].classes.contains) ?? true }
      let index = candidates.max { (left[$0].cases.count, -$0) < (left[$1].cases.count, -$1) } ?? 0
      place(index, for: rarest)
    }
    return folds
  }

  /// The split of a fold: the fold is the test part; of the other groups a share is the validation part.
  ///
  /// - Parameters:
  ///   - index: The fold, from 0.
  ///   - validation: The share of the other cases that is validated on; 0 for none.
  /// Throws `SplitProblem.tooFewGroups` where nothing would be left to train on.
  public func split(_ index: Int, validation: Double, seed: UInt64) throws(DatasetError) -> Split {
    let held = Set(cases[index])
    let rest = all.filter { !held.contains($0.id) }
    guard validation > 0 else {
      return Split(train: rest.map(\.id).sortedBytewise(), test: cases[index])
    }
    if isContiguous { return try contiguousSplit(index, validation: validation) }
    let fractions = try Split.Fractions(train: 1 - validation, validation: validation, test: 0)
    var split = try Split.drawn(from: rest, fractions: fractions, seed: seed, stage: "split/\(index)")
    split.test = cases[index]
    return split
  }

  /// The validation part is a run of groups that follows the fold, from the last one to the first ones.
  private func contiguousSplit(_ index: Int, validation: Double) throws(DatasetError) -> Split {
    let later = cases.dropFirst(index + 1).flatMap { $0 } + cases.prefix(index).flatMap { $0 }
    let groups = Dictionary(all.map { ($0.id, $0.group) }, uniquingKeysWith: { first, _ in first })
    var order: [String] = []
    for id in later where order.last != groups[id] { order.append(groups[id] ?? id) }
    guard order.count > 1 else {
      throw .split(.tooFewGroups(groups: order.count, cases: later.count, parts: [.train, .validation]))
    }
    var split = Split(train: [], test: cases[index])
    let wanted = validation * Double(later.count)
    for (place, group) in order.enumerated() {
      let members = later.filter { groups[$0] == group }
      let isFull = Double(split.validation.count) + Double(members.count) / 2 > wanted
      if place > 0, isFull || place == order.count - 1 || !split.train.isEmpty {
        split.train += members
      } else {
        split.validation += members
      }
    }
    split.train = split.train.sortedBytewise()
    split.validation = split.validation.sortedBytewise()
    return split
  }
}
