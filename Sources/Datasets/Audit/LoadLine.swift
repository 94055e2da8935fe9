import Files

/// A line of a load stage, before the folder of the pipeline file is known.
public enum LoadLine: Hashable, Sendable {
  /// A comment.
  case comment(String)
  /// A key with a path.
  case path(key: String, String)
  /// A key with patterns of paths; several become a list.
  case patterns(key: String, [String])
  /// A key with its value, as YAML.
  case setting(String)

  /// The line as YAML, its paths relative to a folder; nil: absolute paths.
  public func yaml(relativeTo folder: String?) -> String {
    switch self {
    case .comment(let text): return YAMLText.comment(text)
    case .setting(let text): return text
    case .path(let key, let path):
      return "\(key): " + YAMLText.scalar(folder.map { Self.relative(path, to: $0) } ?? path)
    case .patterns(let key, let patterns):
      let patterns = folder.map { folder in
        patterns.map { Self.relative($0, to: Glob.escaped(folder)) }
      }
      let texts = patterns ?? self.texts
      return "\(key): " + (texts.count == 1 ? YAMLText.scalar(texts[0]) : YAMLText.list(texts))
    }
  }

  private var texts: [String] {
    if case .patterns(_, let patterns) = self { patterns } else { [] }
  }

  /// A path from a folder; the path itself where the two have no folder in common but the root.
  private static func relative(_ path: String, to folder: String) -> String {
    let parts = path.split(separator: "/")
    let base = folder.split(separator: "/")
    let common = zip(parts, base).prefix { $0 == $1 }.count
    guard common > 0 || base.isEmpty else { return path }
    let result = (Array(repeating: "..", count: base.count - common) + parts.dropFirst(common)).joined(separator: "/")
    return result.isEmpty ? "." : result
  }
}
