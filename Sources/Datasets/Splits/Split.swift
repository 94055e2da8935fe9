/// The training, validation and test cases of a data set.
public struct Split: Codable, Hashable, Sendable {
  /// A part of a split.
  public enum Part: String, Codable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// The cases that the network learns from.
    case train
    /// The cases that choose the best epoch of a training.
    case validation
    /// The cases that are used for the final evaluation only.
    case test

    /// `training`, `validation` or `test`.
    public var description: String { self == .train ? "training" : rawValue }
  }

  /// The names of the cases to train on.
  public var train: [String]
  /// The names of the cases to validate on; may be empty.
  public var validation: [String]
  /// The names of the cases to test on; may be empty.
  public var test: [String]

  /// Makes a split of explicit lists; `check(against:)` checks it.
  public init(train: [String], validation: [String] = [], test: [String] = []) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// The names of a part's cases.
  public subscript(part: Part) -> [String] {
    get {
      switch part {
      case .train: train
      case .validation: validation
      case .test: test
      }
    }
    set {
      switch part {
      case .train: train = newValue
      case .validation: validation = newValue
      case .test: test = newValue
      }
    }
  }
}

extension Split {
  /// Checks the split against the cases of a data set.
  ///
  /// Throws `SplitProblem.emptyTraining`, `.unknownCases`, `.caseTwice` where a case is listed twice, and
  /// `.groupInTwoParts` where two parts share a group, such as a patient. Cases in no part are no error.
  public func check(against cases: [GroupedCase]) throws(DatasetError) {
    guard !train.isEmpty else { throw .split(.emptyTraining) }
    let groups = Dictionary(cases.map { ($0.id, $0.group) }, uniquingKeysWith: { first, _ in first })
    for part in Part.allCases {
      let unknown = self[part].filter { groups[$0] == nil }
      guard unknown.isEmpty else {
        throw .split(.unknownCases(unknown, part: part, known: cases.map(\.id)))
      }
    }
    var parts: [String: Part] = [:]
    for part in Part.allCases {
      for id in self[part] {
        if let first = parts.updateValue(part, forKey: id) { throw .split(.caseTwice(id, first, part)) }
      }
    }
    var owners: [String: SplitProblem.Place] = [:]
    for part in Part.allCases {
      for id in self[part] {
        guard let group = groups[id] else { continue }
        let place = SplitProblem.Place(id: id, part: part)
        if let first = owners[group], first.part != part {
          throw .split(.groupInTwoParts(group, first, place))
        }
        owners[group] = place
      }
    }
  }

  /// Checks that no part lists a case whose files were left out.
  ///
  /// Throws `SplitProblem.leftOutCases`, which says why each is missing.
  public func requireUsable(_ leftOut: [LeftOutFile], among cases: [GroupedCase]) throws(DatasetError) {
    let known = Set(cases.map(\.id))
    let files = Dictionary(
      leftOut.flatMap { file in file.caseNames.map { ($0, file) } }, uniquingKeysWith: { first, _ in first })
    for part in Part.allCases {
      let missing = self[part].filter { !known.contains($0) && files[$0] != nil }
      guard missing.isEmpty else {
        throw .split(.leftOutCases(missing, part: part, files: missing.compactMap { files[$0] }))
      }
    }
  }

  /// The cases that are in no part, in the order given.
  public func casesInNoPart(of cases: [GroupedCase]) -> [String] {
    let listed = Set(train + validation + test)
    return cases.map(\.id).filter { !listed.contains($0) }
  }
}
