import Foundation

/// JSON whose bytes depend on the value alone: sorted keys, indented, one newline at the end.
public enum CanonicalJSON {
  /// The bytes of a value.
  public static func data(of value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}
