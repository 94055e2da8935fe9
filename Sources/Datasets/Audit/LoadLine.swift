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
        patterns.map { Self.relative($0, to: folder, escaping: Glob.escaped) }
      }
      let texts = patterns ?? self.texts
      return "\(key): " + (texts.count == 1 ? YAMLText.scalar(texts[0]) : YAMLText.list(texts))
    }
  }

  private var texts: [String] {
    if case .patterns(_, let patterns) = self { patterns } else { [] }
  }

  /// A path from a folder; the path itself where the two have no folder in common but the root.
  ///
  /// - Parameter escape: Spells the folder as the path is spelled.
  private static func relative(
    _ path: String, to folder: String, escaping escape: (String) -> String = { $0 }
  ) -> String {
    let parts = path.split(separator: "/")
    func shared(_ base: [Substring]) -> Int { zip(parts, base).prefix { $0 == $1 }.count }
    var base = escape(folder).split(separator: "/")
    let names = folder.split(separator: "/")
    let isLinked = (shared(base)..<names.count).contains { index in
      SystemPath.isLink("/" + names[...index].joined(separator: "/"))
    }
    // To the system, `..` leads from the target of a link, not from the link.
    if isLinked, let real = SystemPath.real(folder) { base = escape(real).split(separator: "/") }
    let common = shared(base)
    guard common > 0 || base.isEmpty else { return path }
    let result = (Array(repeating: "..", count: base.count - common) + parts.dropFirst(common)).joined(separator: "/")
    return result.isEmpty ? "." : result
  }
}
