/// The type of an artefact, such as `dataset` or `model`.
public struct ArtefactType: Hashable, Sendable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name of the type, as in messages and in `from:`.
  public let name: String

  /// Makes a type of a name.
  public init(_ name: String) { self.name = name }

  /// Makes a type of a name.
  public init(stringLiteral name: String) { self.name = name }

  /// Reads the name.
  public init(from decoder: any Decoder) throws { name = try decoder.singleValueContainer().decode(String.self) }

  /// Writes the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }

  /// The name.
  public var description: String { name }
}
