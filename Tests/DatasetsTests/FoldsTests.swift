import Datasets
import Testing

@Suite("Folds")
struct FoldsTests {
  /// Patients with 1 to 3 scans; every fifth has the rare class.
  private static let cases = (0..<40).flatMap { patient in
    (0...patient % 3).map { GroupedCase(id: "p\(patient)-\($0)", group: "p\(patient)") }
  }
  private static let classes = Dictionary(
    uniqueKeysWithValues: cases.map { item in
      let patient = Int(item.group.dropFirst()) ?? 0
      return (item.id, Set([1] + (patient % 5 == 0 ? [2] : [])))
    })

  private func folds(_ count: Int = 4, isContiguous: Bool = false, seed: UInt64 = 1) throws -> Folds {
    try Folds(count, of: Self.cases, classes: Self.classes, isContiguous: isContiguous, seed: seed)
  }

  private func groups(_ ids: [String]) -> Set<Substring> { Set(ids.map { $0.prefix { $0 != "-" } }) }

  @Test(
    "hold each case out once, patients together, with about equal sizes and shares of a rare class", arguments: 1...5)
  func partition(seed: UInt64) throws {
    let folds = try folds(seed: seed)
    #expect(folds.cases.flatMap { $0 }.sorted() == Self.cases.map(\.id).sorted())
    for (index, fold) in folds.cases.enumerated() {
      for other in folds.cases[(index + 1)...] { #expect(groups(fold).isDisjoint(with: groups(other))) }
      #expect(groups(fold).count { (Int($0.dropFirst()) ?? 1) % 5 == 0 } == 2)
      #expect(abs(fold.count - Self.cases.count / 4) <= 3, "\(folds.cases.map(\.count))")
    }
    #expect(try folds.cases != self.folds(seed: seed + 10).cases)
    #expect(try folds.cases == Folds(4, of: Self.cases.reversed(), classes: Self.classes, seed: seed).cases)
  }

  @Test("give splits whose test part is the fold, and whose validation part is drawn from the other patients")
  func splits() throws {
    let folds = try folds()
    for index in 0..<4 {
      let split = try folds.split(index, validation: 0.2, seed: 1)
      #expect(split.test == folds.cases[index])
      try split.check(against: Self.cases)
      #expect((split.train + split.validation + split.test).count == Self.cases.count)
      #expect(abs(Double(split.validation.count) - 0.2 * Double(Self.cases.count - split.test.count)) < 3)
      #expect(try folds.split(index, validation: 0, seed: 1).validation.isEmpty)
    }
  }

  @Test("are runs of slices where they are contiguous, the validation part beside the fold")
  func contiguous() throws {
    let slices = (0..<30).map {
      GroupedCase(id: "slice\($0 < 10 ? "0" : "")\($0)", group: "\($0 < 10 ? "0" : "")\($0)")
    }
    let folds = try Folds(4, of: slices, isContiguous: true, seed: 1)
    #expect(folds.cases.map(\.count) == [8, 7, 8, 7] || folds.cases.map(\.count) == [7, 8, 7, 8])
    #expect(folds.cases.flatMap { $0 } == slices.map(\.id))
    let split = try folds.split(3, validation: 0.2, seed: 1)
    try split.check(against: slices)
    #expect(split.validation == Array(slices.map(\.id).prefix(split.validation.count)) && split.validation.count == 5)
    #expect(split.train.count + split.validation.count + split.test.count == 30)
  }

  @Test("are refused where there are fewer patients than folds")
  func few() {
    #expect(throws: DatasetError.split(.tooFewForFolds(groups: 2, cases: 3, folds: 5))) {
      try Folds(5, of: Array(Self.cases.prefix(3)), seed: 1)
    }
  }
}

@Suite("A reduced training part")
struct SplitSubsetTests {
  private static let cases = (0..<12).flatMap { patient in
    (0..<2).map {
      GroupedCase(id: "p\(patient < 10 ? "0" : "")\(patient)-\($0)", group: "p\(patient < 10 ? "0" : "")\(patient)")
    }
  }
  private static let split = Split(train: cases.dropLast(4).map(\.id), test: cases.suffix(4).map(\.id))

  @Test("is nested: fewer cases of one seed are some of more; each patient gives one case before any gives two")
  func nested() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      var previous: Set<String> = []
      for count in [2, 4, 8, 10, 16, 20] {
        let reduced = try Self.split.reduced(to: nil, count: count, among: Self.cases, seed: seed)
        #expect(reduced.train.count == count && reduced.test == Self.split.test)
        #expect(previous.isSubset(of: reduced.train))
        previous = Set(reduced.train)
        #expect(Set(reduced.train.map { $0.prefix(3) }).count == min(count, 10))
      }
    }
  }

  @Test("has the first patients by name, or those after them")
  func groups() throws {
    let first = try Self.split.reduced(to: .first(3), count: nil, among: Self.cases, seed: 1)
    #expect(first.train == ["p00-0", "p00-1", "p01-0", "p01-1", "p02-0", "p02-1"])
    let rest = try Self.split.reduced(to: .after(3), count: nil, among: Self.cases, seed: 1)
    #expect(Set(first.train).isDisjoint(with: rest.train) && rest.train.count == 14)
    #expect(throws: DatasetError.split(.tooFewTrainingGroups(groups: 10))) {
      try Self.split.reduced(to: .after(10), count: nil, among: Self.cases, seed: 1)
    }
    #expect(throws: DatasetError.split(.tooFewTrainingCases(asked: 7, cases: 6, groups: 3))) {
      try Self.split.reduced(to: .first(3), count: 7, among: Self.cases, seed: 1)
    }
  }
}
