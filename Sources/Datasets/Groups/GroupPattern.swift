/// A regular expression on the name of a case whose capture group is the name of the group.
///
/// It is searched for anywhere in the name: `^(sub-\d+)` names the subject of `sub-07_ses-2`.
public struct GroupPattern: Hashable, Sendable {
  /// The regular expression, in Swift's syntax (that of PCRE, for what is usual).
  public let pattern: String

  /// Checks the expression.
  ///
  /// Throws `GroupProblem.invalidPattern` for a wrong syntax, `.captures` where it has not exactly one capture group.
  public init(_ pattern: String) throws(DatasetError) {
    self.pattern = pattern
    _ = try Self.regex(pattern)
    // An alternative that always matches shows how many captures there are.
    let captures = "".wholeMatch(of: try Self.regex("(?:\(pattern))|"))?.output.count ?? 1
    guard captures == 2 else { throw .groups(.captures(pattern: pattern, count: captures - 1)) }
  }

  private static func regex(_ pattern: String) throws(DatasetError) -> Regex<AnyRegexOutput> {
    do {
      return try Regex(pattern)
    } catch {
      throw .groups(.invalidPattern(pattern, reason: "\(error)"))
    }
  }

  func grouped(_ ids: [String]) throws(DatasetError) -> [GroupedCase] {
    let regex = try Self.regex(pattern)
    var cases: [GroupedCase] = []
    var unmatched: [String] = []
    for id in ids {
      if let match = id.firstMatch(of: regex), let group = match.output[1].substring, !group.isEmpty {
        cases.append(GroupedCase(id: id, group: String(group)))
      } else {
        unmatched.append(id)
      }
    }
    guard unmatched.isEmpty else { throw .groups(.casesDoNotMatch(pattern: pattern, ids: unmatched)) }
    return cases
  }
}
