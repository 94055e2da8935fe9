/// What the reader of a message can change about how a scan is read. A message names only what the command at hand has.
public enum Advice: Hashable, Sendable {
  /// The keys of a `load` stage: `'affine: qform'`.
  case loadKeys
  /// The options of the command: `--affine qform`.
  case options
  /// Neither: the file can be converted first, with the options of `segment convert`.
  case conversion

  /// How to make choices, such as `[("affine", "qform")]`; a value of `true` is a flag among options.
  public func setting(_ choices: [(key: String, value: String)]) -> String {
    let options = choices.map { key, value in
      "--" + key.replacing("_", with: "-") + (value == "true" ? "" : " " + value)
    }.joined(separator: " ")
    return switch self {
    case .loadKeys: choices.map { "'\($0.key): \($0.value)'" }.joined(separator: " and ")
    case .options: options
    case .conversion: "'segment convert IN OUT \(options)'"
    }
  }

  /// How to make one choice.
  public func setting(_ key: String, _ value: String) -> String { setting([(key, value)]) }
}
