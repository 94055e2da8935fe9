import Foundation
import Yams

/// Parses YAML text into nodes; no other file uses the YAML parser.
package struct YAMLDocument {
  /// The most values that a document may hold once its aliases are expanded.
  static let valueLimit = 100_000

  private let baseFolder: URL
  private let place: (_ line: Int, _ column: Int) -> SourceLocation
  private var valueCount = 0

  /// Parses the text of a file.
  ///
  /// Throws: `PipelineFileError.invalidYAML`, `.duplicateKey`.
  package static func parse(_ text: String, file: String, baseFolder: URL) throws -> ParameterNode {
    try parse(text, baseFolder: baseFolder) { .file(file, line: $0, column: $1) }
  }

  /// Parses the value of an argument `--set`.
  ///
  /// Throws: `PipelineFileError.invalidYAML`, `.duplicateKey`.
  static func parse(_ text: String, override: String, baseFolder: URL) throws -> ParameterNode {
    try parse(text, baseFolder: baseFolder) { _, _ in .override(override) }
  }

  private static func parse(
    _ text: String, baseFolder: URL, place: @escaping (_ line: Int, _ column: Int) -> SourceLocation
  ) throws -> ParameterNode {
    do {
      // Without a resolver every plain scalar stays text: types are the reader's business.
      guard let root = try Parser(yaml: text, resolver: .basic).singleRoot() else {
        let nothing = ParameterNode.Scalar(text: "", isPlain: true, baseFolder: baseFolder)
        return ParameterNode(.scalar(nothing), at: place(1, 1))
      }
      var document = YAMLDocument(baseFolder: baseFolder, place: place)
      return try document.node(root)
    } catch let error as YamlError {
      throw fileError(error, text: text, place: place)
    }
  }

  private mutating func node(_ node: Node) throws -> ParameterNode {
    let location = place(of: node)
    valueCount += 1
    guard valueCount <= Self.valueLimit else {
      throw PipelineFileError.invalidYAML(
        location, problem: "more than \(Self.valueLimit) values (after expanding aliases)")
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      return ParameterNode(.scalar(.init(text: scalar.string, isPlain: isPlain, baseFolder: baseFolder)), at: location)
    case .sequence(let sequence):
      return ParameterNode(.list(try sequence.map { try self.node($0) }), at: location)
    case .mapping(let mapping):
      return ParameterNode(.mapping(try mapping.map { try entry(key: $0.key, value: $0.value) }), at: location)
    case .alias:
      throw PipelineFileError.invalidYAML(location, problem: "an alias without its anchor")
    }
  }

  private mutating func entry(key: Node, value: Node) throws -> ParameterNode.Entry {
    guard case .scalar(let scalar) = key else {
      throw PipelineFileError.invalidYAML(place(of: key), problem: "a key must be text, not a list or a mapping")
    }
    return .init(key: scalar.string, keyLocation: place(of: key), value: try node(value))
  }

  private func place(of node: Node) -> SourceLocation { place(node.mark?.line ?? 1, node.mark?.column ?? 1) }

  private static func fileError(
    _ error: YamlError, text: String, place: (_ line: Int, _ column: Int) -> SourceLocation
  ) -> PipelineFileError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return .invalidYAML(place(mark.line, mark.column), problem: problem + advice(text: text, line: mark.line))
    case .reader(let problem, let offset, _, _):
      let lines = text.prefix(offset ?? 0).split(separator: "\n", omittingEmptySubsequences: false)
      return .invalidYAML(
        place(max(1, lines.count), (lines.last?.count ?? 0) + 1), problem: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return .duplicateKey(place(context.mark.line, context.mark.column), key: duplicates.first ?? "")
    default:
      return .invalidYAML(place(1, 1), problem: "\(error)")
    }
  }

  private static func advice(text: String, line: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return "" }
    let indentation = lines[line - 1].prefix { $0 == " " || $0 == "\t" }
    return indentation.contains("\t") ? " (the line is indented by a tab: use spaces)" : ""
  }
}
