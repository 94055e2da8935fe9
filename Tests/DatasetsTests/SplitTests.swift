import Datasets
import Foundation
import Testing

@Suite struct SplitTests {
  private func cases(_ sizes: [Int]) -> [GroupedCase] {
    sizes.enumerated().flatMap { group, size in
      (0..<size).map { GroupedCase(id: "g\(group)-\($0)", group: "g\(group)") }
    }
  }

  private func draw(_ cases: [GroupedCase], _ train: Double, _ validation: Double, _ test: Double, seed: UInt64 = 7)
    throws -> Split
  {
    let fractions = try Split.Fractions(train: train, validation: validation, test: test)
    return try Split.drawn(from: cases, fractions: fractions, seed: seed, stage: "split")
  }

  private func counts(_ split: Split) -> [Int] { Split.Part.allCases.map { split[$0].count } }

  @Test("Single cases meet the fractions exactly, every case is in one part, and names are sorted")
  func exactFractions() throws {
    let cases = cases([Int](repeating: 1, count: 200))
    let split = try draw(cases, 0.7, 0.15, 0.15)
    #expect(counts(split) == [140, 30, 30])
    #expect(Set(split.train + split.validation + split.test) == Set(cases.map(\.id)))
    #expect(split.train == split.train.sorted())
    try split.check(against: cases)
    #expect(split.casesInNoPart(of: cases).isEmpty)
  }

  @Test("A draw depends on the seed, the stage and the names, not on the order of the cases")
  func determinism() throws {
    let cases = cases([3, 1, 2, 2, 1, 4, 1, 1, 2, 3])
    let split = try draw(cases, 0.6, 0.2, 0.2)
    #expect(try draw(cases.reversed(), 0.6, 0.2, 0.2) == split)
    #expect(try draw(cases, 0.6, 0.2, 0.2, seed: 8) != split)
    let fractions = try Split.Fractions(train: 0.6, validation: 0.2, test: 0.2)
    #expect(try Split.drawn(from: cases, fractions: fractions, seed: 7, stage: "other") != split)
  }

  @Test("A known draw stays what it is")
  func pinned() throws {
    let split = try draw(cases([1, 1, 1, 1, 1, 1]), 0.5, 0.25, 0.25)
    #expect(split == Split(train: ["g1-0", "g4-0", "g5-0"], validation: ["g0-0", "g3-0"], test: ["g2-0"]))
  }

  @Test("Groups are kept whole and the fractions met as nearly as they allow", arguments: 0..<40)
  func groups(seed: Int) throws {
    let sizes = (0..<30).map { ($0 * 7 + seed) % 4 + 1 }
    let cases = cases(sizes)
    let split = try draw(cases, 0.7, 0.1, 0.2, seed: UInt64(seed))
    try split.check(against: cases)
    let total = Double(cases.count)
    for (count, fraction) in zip(counts(split), [0.7, 0.1, 0.2]) {
      #expect(abs(Double(count) - fraction * total) < 1)
    }
  }

  @Test("Each part gets a group, however small its fraction")
  func smallFractions() throws {
    let split = try draw(cases([5, 5, 1]), 0.98, 0.01, 0.01)
    #expect(counts(split).allSatisfy { $0 > 0 })
    #expect(try counts(draw(cases([1, 1, 1]), 0.98, 0.01, 0.01)) == [1, 1, 1])
    #expect(try counts(draw(cases([1, 1, 1, 1]), 0.75, 0, 0.25)) == [3, 0, 1])
    #expect(try counts(draw(cases([4]), 1, 0, 0)) == [4, 0, 0])
  }

  @Test("Too few groups and impossible fractions are refused")
  func refusals() throws {
    #expect(
      message { _ = try draw(cases([9, 3]), 0.7, 0.15, 0.15) }
        == "split: 2 groups with 12 cases cannot fill 3 parts (training, validation, test). Expected at least one "
        + "group for each part; add cases, or set a fraction to 0.")
    #expect(
      message { _ = try Split.Fractions(train: 0.7, validation: 0.2, test: 0.2) }
        == "split: the fractions add up to 1.1. Expected 1.")
    #expect(
      message { _ = try Split.Fractions(train: 1.2, validation: -0.2, test: 0) }
        == "split: the fraction of the training part is 1.2. Expected a number from 0 to 1.")
    #expect(
      message { _ = try Split.Fractions(train: 0.5, validation: 0.5, test: .nan) }
        == "split: the fraction of the test part is nan. Expected a number from 0 to 1.")
    #expect(
      message { _ = try Split.Fractions(train: 0, validation: 0.5, test: 0.5) }
        == "split: the fraction of the training part is 0. Expected a number above 0.")
    #expect(thrown { _ = try draw(cases([1]), 0.5, 0.25, 0.25) }?.category == .configuration)
  }

  @Test("Unsound lists are refused: unknown names, repeated cases, a shared patient, nothing to train on")
  func checks() throws {
    let cases = [
      GroupedCase(id: "a", group: "p1"), GroupedCase(id: "b", group: "p1"), GroupedCase(id: "c", group: "p2"),
    ]
    func message(_ split: Split) -> String {
      thrown { try split.check(against: cases) }?.description ?? "nothing was thrown"
    }
    #expect(message(Split(train: ["a", "b"], test: ["c"])) == "nothing was thrown")
    #expect(
      message(Split(train: [], test: ["a"]))
        == "split: the training part is empty. Expected at least one case in 'train'.")
    #expect(
      message(Split(train: ["a"], validation: ["a.nii", "z"]))
        == "split: the validation part lists 2 unknown cases: 'a.nii', 'z'. "
        + "Expected names of the 3 loaded cases, such as 'a', 'b'; correct the list, or load the missing cases.")
    #expect(
      message(Split(train: ["a", "c"], test: ["c"]))
        == "split: case 'c' is in both the training part and the test part. Expected each case in one part.")
    #expect(
      message(Split(train: ["a", "a"]))
        == "split: the training part lists case 'a' twice. Expected each case once.")
    #expect(
      message(Split(train: ["a", "c"], validation: ["b"]))
        == "split: group 'p1' is in both the training part (case 'a') and the validation part (case 'b'). All cases of "
        + "a group must be in one part, otherwise the scores are too optimistic; move one of the two cases.")
    #expect(Split(train: ["a"]).casesInNoPart(of: cases) == ["b", "c"])
  }
}
