/// What is wrong with a stage's work beyond what the modules below find themselves.
public enum StageError: Error, Sendable {
  /// A stage was asked for the cases of a split, but no split comes in.
  case noSplit(stage: String, part: String)
  /// Neither a folder of scans nor a data set comes in.
  case nothingToPredict(stage: String)
  /// A data set without labels cannot be trained on.
  case noLabels(stage: String)
  /// A part of the split has no case.
  case emptyPart(stage: String, part: String)
  /// A case of the data set has no files any more.
  case caseIsGone(stage: String, id: String)
  /// Cases that a stage works on are not predicted by the stage before it.
  case notPredicted(stage: String, producer: String, ids: [String])
  /// Cases are named that are not among those that a stage works on.
  case unknownCases(stage: String, key: String, ids: [String], known: [String])
  /// A file of an earlier stage is not what it should be.
  case damagedArtefact(file: String, reason: String)
}

extension StageError: CustomStringConvertible {
  /// What is wrong, where, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .noSplit(let stage, let part):
      "\(stage): part is '\(part)', but no split comes in; put a split stage before it, or name a folder in 'images'"
    case .nothingToPredict(let stage):
      "\(stage): no scans to predict; put a load stage before it, or name a folder in 'images'"
    case .noLabels(let stage):
      "\(stage): the data set has no labels; state 'labels' and 'classes' in its load stage"
    case .emptyPart(let stage, let part):
      "\(stage): the \(part) part of the split has no case; give it a share in the split stage"
    case .caseIsGone(let stage, let id):
      "\(stage): the files of case '\(id)' are gone; give the same command again to work with the files that are there"
    case .notPredicted(let stage, let producer, let ids):
      "\(stage): \(producer) does not predict \(ids.count) of its cases: \(Self.listed(ids)); "
        + "state the same 'part' in both"
    case .unknownCases(let stage, let key, let ids, let known):
      "\(stage): '\(key)' names \(Self.listed(ids)), which \(ids.count == 1 ? "is" : "are") not among its cases; "
        + "they are \(Self.listed(known))"
    case .damagedArtefact(let file, let reason):
      "\(file): not what an earlier stage wrote (\(reason)); run again with --force for the stage that wrote it"
    }
  }

  private static func listed(_ ids: [String]) -> String {
    ids.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (ids.count > 10 ? " and \(ids.count - 10) more" : "")
  }
}
