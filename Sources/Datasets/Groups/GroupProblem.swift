import Files

/// Why the groups of the cases cannot be determined.
public enum GroupProblem: Hashable, Sendable, CustomStringConvertible {
  /// A table of groups cannot be used.
  case table(source: String, GroupTableProblem)
  /// Cases are in no row of the table.
  case casesNotInTable(source: String, ids: [String], rows: Int)
  /// A pattern is no regular expression.
  case invalidPattern(String, reason: String)
  /// A pattern has not exactly one capture group.
  case captures(pattern: String, count: Int)
  /// The names of cases do not match the pattern.
  case casesDoNotMatch(pattern: String, ids: [String])

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .table(let source, let problem): "group table '\(source)': \(problem)"
    case .casesNotInTable(let source, let ids, let rows):
      "group table '\(source)': \(Wording.counted(ids.count, "case is", "cases are")) in none of its "
        + "\(Wording.counted(rows, "row")): \(Wording.quoted(ids)). "
        + "Add a row for each, with the name of the case."
    case .invalidPattern(let pattern, let reason):
      "group pattern '\(pattern)': not a regular expression (\(reason)). Correct it, such as '^(sub-[0-9]+)'."
    case .captures(let pattern, let count):
      "group pattern '\(pattern)': has \(Wording.counted(count, "capture group")). "
        + "Expected exactly one, around the name of the group, such as '^(sub-[0-9]+)'; "
        + "write other groups as '(?:...)'."
    case .casesDoNotMatch(let pattern, let ids):
      "group pattern '\(pattern)': \(Wording.counted(ids.count, "case does", "cases do")) not match: "
        + "\(Wording.quoted(ids)). Change the pattern so that it matches every case, or use group_table."
    }
  }
}

/// Why a table of groups cannot be used.
public enum GroupTableProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// It is no table.
  case csv(CSVProblem)
  /// It is not clear which column names the case and which the group.
  case unclearColumns([String])
  /// A case is in two groups.
  case twoGroups(id: String, groups: [String], lines: [Int])

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .csv(let problem): problem.description
    case .unclearColumns(let header):
      "line 1: the columns are \(Wording.quoted(header)). "
        + "Expected 'case' and 'group' (or 'patient', 'subject'), separated by commas."
    case .twoGroups(let id, let groups, let lines):
      "line \(lines[1]): case '\(id)' is in the group '\(groups[1])', in line \(lines[0]) it is in '\(groups[0])'. "
        + "Expected one group for each case."
    }
  }
}
