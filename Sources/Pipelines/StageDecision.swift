/// What the runner does with a stage.
public enum StageDecision: Hashable, Sendable {
  /// Its checkpoint stands: nothing is done.
  case stands
  /// It runs, for these reasons; at least one.
  case runs([RunReason])
  /// It continues what a killed run left.
  case resumes
  /// In a plan: it runs only where these stages, which run first, give another content.
  case depends(on: [String])
}

extension StageDecision: CustomStringConvertible {
  /// The decision, as the log gives it.
  public var description: String {
    switch self {
    case .stands: return "skipped, nothing changed"
    case .resumes: return "resumes a killed run"
    case .depends(let stages): return "runs or stands, depends on \(stages.joined(separator: ", "))"
    case .runs(let reasons):
      let shown = reasons.prefix(4).map(\.description)
      let others = reasons.count > shown.count ? ["and \(reasons.count - shown.count) more changes"] : []
      return "runs, " + (shown + others).joined(separator: ", ")
    }
  }
}
