/// A case and the group that it belongs to: the patient, where a patient has several scans.
public struct GroupedCase: Codable, Hashable, Sendable {
  /// The case's name.
  public let id: String
  /// The name of its group; cases of one group are in one part of a split.
  public let group: String

  /// Makes a case of a group.
  public init(id: String, group: String) {
    self.id = id
    self.group = group
  }
}

/// The source of the groups of cases.
public enum Grouping: Hashable, Sendable {
  /// Each case is its own group, with its name.
  case eachCase
  /// A table names the group of each case.
  case table(GroupTable)
  /// A part of the case's name is the group's name.
  case pattern(GroupPattern)

  /// The groups of the cases, in the order given.
  ///
  /// Throws `GroupProblem.casesNotInTable` or `.casesDoNotMatch`, which name the cases without group.
  public func grouped(_ ids: [String]) throws(DatasetError) -> [GroupedCase] {
    switch self {
    case .eachCase: ids.map { GroupedCase(id: $0, group: $0) }
    case .table(let table): try table.grouped(ids)
    case .pattern(let pattern): try pattern.grouped(ids)
    }
  }
}
