/// A class as reports name it.
public struct ScoredClass: Hashable, Sendable {
  /// The class's name, such as `anterior`.
  public var name: String
  /// The value of the class in label files.
  public var fileValue: Int

  /// Makes a class.
  public init(name: String, fileValue: Int) {
    self.name = name
    self.fileValue = fileValue
  }
}
