/// The source of a value of a pipeline: a location in its file, or an argument of the command line.
public enum SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// A place in a file; lines and columns count from 1.
  case file(String, line: Int, column: Int)
  /// An argument `--set` with this text.
  case override(String)

  /// `pipeline.yaml:12:7`, or `--set train.epochs=2`.
  public var description: String {
    switch self {
    case .file(let path, let line, let column): "\(path):\(line):\(column)"
    case .override(let text): "--set \(text)"
    }
  }

  /// `line 12`, or the description where there is no line.
  var shortDescription: String {
    if case .file(_, let line, _) = self { "line \(line)" } else { description }
  }
}

extension SourceLocation: Comparable {
  /// The order of the file; arguments of the command line come last.
  public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
    switch (left, right) {
    case (.file(let pathA, let lineA, let columnA), .file(let pathB, let lineB, let columnB)):
      (pathA, lineA, columnA) < (pathB, lineB, columnB)
    case (.file, .override): true
    case (.override, .file): false
    case (.override(let a), .override(let b)): a < b
    }
  }
}
