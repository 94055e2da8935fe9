/// Why a split is impossible or unsound.
public enum SplitProblem: Hashable, Sendable, CustomStringConvertible {
  /// A case and the part that lists it.
  public struct Place: Hashable, Sendable {
    /// The case's name.
    public let id: String
    /// The part.
    public let part: Split.Part

    /// Makes a place.
    public init(id: String, part: Split.Part) {
      self.id = id
      self.part = part
    }
  }

  /// A part's share is not in 0...1.
  case fractionOutOfRange(Double, part: Split.Part)
  /// No share is left to train on.
  case noTrainingFraction
  /// The shares do not add up to 1.
  case fractionSum(Double)
  /// There are fewer groups than parts.
  case tooFewGroups(groups: Int, cases: Int, parts: [Split.Part])
  /// There are fewer groups than folds.
  case tooFewForFolds(groups: Int, cases: Int, folds: Int)
  /// No group of the training part is left.
  case tooFewTrainingGroups(groups: Int)
  /// More cases are to be trained on than there are.
  case tooFewTrainingCases(asked: Int, cases: Int, groups: Int)
  /// No case is trained on.
  case emptyTraining
  /// A part lists names that no case has; `known` are the cases.
  case unknownCases([String], part: Split.Part, known: [String])
  /// A part lists cases whose files were left out; `files` says for each which and why.
  case leftOutCases([String], part: Split.Part, files: [LeftOutFile])
  /// A case is listed twice, in the parts given, which may be the same.
  case caseTwice(String, Split.Part, Split.Part)
  /// Two parts share a group.
  case groupInTwoParts(String, Place, Place)
  /// A split file cannot be used.
  case file(String, SplitFileProblem)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .fractionOutOfRange(let fraction, let part):
      "split: the fraction of the \(part) part is \(fraction). Expected a number from 0 to 1."
    case .noTrainingFraction: "split: the fraction of the training part is 0. Expected a number above 0."
    case .fractionSum(let sum): "split: the fractions add up to \(Wording.rounded(sum, digits: 6)). Expected 1."
    case .tooFewGroups(let groups, let cases, let parts):
      "split: \(Wording.counted(groups, "group")) with \(Wording.counted(cases, "case")) cannot fill "
        + "\(Wording.counted(parts.count, "part")) (\(parts.map(\.description).joined(separator: ", "))). "
        + "Expected at least one group for each part; add cases, or set a fraction to 0."
    case .tooFewForFolds(let groups, let cases, let folds):
      "split: \(Wording.counted(groups, "group")) with \(Wording.counted(cases, "case")) cannot fill \(folds) folds. "
        + "Expected at least one group for each fold; use fewer folds, or more cases."
    case .tooFewTrainingGroups(let groups):
      "split: 'train_groups' leaves none of the \(Wording.counted(groups, "group")) of the training part. Use a smaller number."
    case .tooFewTrainingCases(let asked, let cases, let groups):
      "split: 'train_cases' is \(asked), but the training part has \(Wording.counted(cases, "case")) in "
        + "\(Wording.counted(groups, "group")). Use a smaller number."
    case .emptyTraining: "split: the training part is empty. Expected at least one case in 'train'."
    case .unknownCases(let names, let part, let known):
      "split: the \(part) part lists \(Wording.counted(names.count, "unknown case")): "
        + "\(Wording.quoted(names)). Expected names of the \(Wording.counted(known.count, "loaded case")), such as "
        + "\(Wording.quoted(Array(known.prefix(2)))); correct the list, or load the missing cases."
    case .leftOutCases(let names, let part, let files):
      "split: the \(part) part lists \(Wording.counted(names.count, "case")) that cannot be loaded: "
        + Wording.listed(zip(names, files).map { "'\($0)' ('\($1.path)' is \($1.words))" }, shown: 10)
        + ". Download or convert the files, or remove the cases from the list."
    case .caseTwice(let id, let first, let second) where first == second:
      "split: the \(first) part lists case '\(id)' twice. Expected each case once."
    case .caseTwice(let id, let first, let second):
      "split: case '\(id)' is in both the \(first) part and the \(second) part. Expected each case in one part."
    case .groupInTwoParts(let group, let first, let second):
      "split: group '\(group)' is in both the \(first.part) part (case '\(first.id)') and the \(second.part) part "
        + "(case '\(second.id)'). All cases of a group must be in one part, otherwise the scores are too optimistic; "
        + "move one of the two cases."
    case .file(let path, let problem): "split file '\(path)': \(problem)"
    }
  }
}

/// Why a split file cannot be used.
public enum SplitFileProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is not JSON.
  case notJSON
  /// The JSON is not a list of folds of lists of names; `place` says where.
  case wrongType(place: String)
  /// A fold lacks a part.
  case missingPart(String, fold: Int)
  /// A fold has an unknown key.
  case unknownPart(String, fold: Int)
  /// The fold asked for is not in the file.
  case noSuchFold(Int, count: Int)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .notJSON: "not JSON. Expected a list of folds, as in nnU-Net's splits_final.json."
    case .wrongType(let place):
      "\(place) has the wrong type. Expected a list of folds, each with 'train', 'val' and optionally 'test', "
        + "which are lists of case names."
    case .missingPart(let part, let fold): "fold \(fold) has no '\(part)'. Expected 'train' and 'val' in each fold."
    case .unknownPart(let part, let fold):
      "fold \(fold) has the unknown key '\(part)'. Expected 'train', 'val' and optionally 'test'."
    case .noSuchFold(let fold, let count):
      "has no fold \(fold). Expected "
        + (count == 0 ? "at least one fold." : "a fold from 0 to \(count - 1).")
    }
  }
}
