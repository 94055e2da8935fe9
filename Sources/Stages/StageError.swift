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
    case .damagedArtefact(let file, let reason):
      "\(file): not what an earlier stage wrote (\(reason)); run again with --force for the stage that wrote it"
    }
  }
}
