/// A change to a pipeline from the command line: `--set train.epochs=2`.
///
/// The key is `seed`, `variables.NAME`, `matrix.AXIS` or `STAGE.path.to.key`, by the stage's name; the value is YAML.
public struct PipelineOverride: Hashable, Sendable {
  enum Target: Hashable, Sendable {
    case seed
    case variable(String)
    /// An axis of the matrix, and a variant's keys.
    case matrix([String])
    case parameter(stage: String, path: [String])
  }

  /// The argument, as in `train.epochs=2`.
  public let text: String
  let target: Target
  /// The YAML text after the first `=`.
  let value: String

  /// Parses an argument.
  ///
  /// - Throws: `PipelineFileError.malformedOverride` where it is not `key=value`.
  public init(_ text: String) throws {
    guard let separator = text.firstIndex(of: "=") else { throw Self.malformed(text) }
    let path = text[..<separator].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !path.contains("") else { throw Self.malformed(text) }
    switch (path[0], path.count) {
    case ("seed", 1): target = .seed
    case ("variables", 2): target = .variable(path[1])
    case ("matrix", 2...): target = .matrix(Array(path.dropFirst()))
    case ("seed", _), ("variables", _), (_, 1): throw Self.malformed(text)
    default: target = .parameter(stage: path[0], path: Array(path.dropFirst()))
    }
    self.text = text
    value = String(text[text.index(after: separator)...])
  }

  var location: SourceLocation { .override(text) }

  private static func malformed(_ text: String) -> PipelineFileError {
    .malformedOverride(text, examples: ["train.epochs=2", "seed=7", "variables.data=/my/scans"])
  }
}
