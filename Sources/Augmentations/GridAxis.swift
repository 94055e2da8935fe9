/// An axis of a grid: i (width), j (height) or k (depth).
public enum GridAxis: String, Hashable, Sendable, Codable, CaseIterable {
  /// The axis along a row, which varies fastest.
  case i
  /// The axis along a column.
  case j
  /// The axis across slices; a plane has no extent along it.
  case k
}
