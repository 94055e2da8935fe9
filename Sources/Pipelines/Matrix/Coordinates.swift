/// The place of a stage in a matrix: the names of the values by the names of the axes, in the order of the file.
public struct Coordinates: Hashable, Sendable, CustomStringConvertible {
  /// A value of an axis.
  public struct Entry: Hashable, Sendable {
    /// The axis, such as `fold`.
    public let axis: String
    /// The value's name, such as `0`.
    public let value: String
  }

  /// The values.
  public let entries: [Entry]

  init(_ entries: [Entry] = []) { self.entries = entries }

  /// The value of an axis; nil where the stage is not repeated along it.
  public subscript(axis: String) -> String? { entries.first { $0.axis == axis }?.value }

  /// `fold=0, start=scratch`.
  public var description: String { entries.map { "\($0.axis)=\($0.value)" }.joined(separator: ", ") }
}
