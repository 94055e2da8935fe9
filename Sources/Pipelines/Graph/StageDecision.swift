/// The decision of the runner about a stage.
public enum StageDecision: Hashable, Sendable {
  /// The stage is up to date and is skipped.
  case upToDate
  /// It runs, for these reasons; at least one.
  case runs([RunReason])
  /// The stage resumes an interrupted run.
  case resumes
  /// In a dry run: the stage runs only if the output of these stages, which run first, changes.
  case depends(on: [String])
}

extension StageDecision: CustomStringConvertible {
  /// The decision, as the log gives it.
  public var description: String {
    switch self {
    case .upToDate: return "up to date: skipped"
    case .resumes: return "resumes an interrupted run"
    case .depends(let stages): return "runs only if the output of \(stages.joined(separator: ", ")) changes"
    case .runs(let reasons):
      let shown = reasons.prefix(4).map(\.description)
      let rest = reasons.count - shown.count
      let others = rest > 0 ? ["and \(rest) more \(rest == 1 ? "change" : "changes")"] : []
      return "will run: " + (shown + others).joined(separator: ", ")
    }
  }
}
