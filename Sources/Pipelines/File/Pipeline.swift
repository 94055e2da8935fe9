import Files
import Foundation

/// A pipeline: named stages with their parameters and the connections of their inputs.
public struct Pipeline: Sendable {
  /// The pipeline's name.
  public let name: String
  /// The seed that every random draw depends on; at least 0.
  public let seed: UInt64
  /// The stages, each after those it takes from.
  public let stages: [StageInstance]
  /// The file that it was read from; nil where there is none.
  public internal(set) var file: URL?

  /// The absolute path of the file; nil where it was read from something else, such as a pipe.
  var regularFile: String? {
    file.flatMap { FileSystem.kind(of: $0.path) == .file ? $0.absoluteURL.path : nil }
  }

  /// The stage of a name, or nil.
  public subscript(name: String) -> StageInstance? { stages.first { $0.name == name } }

  /// The pipeline as a file with every default: it reads back as the same pipeline.
  public var resolvedYAML: String {
    let stages = stages.map { ResolvedValue.parameters([.init($0.kind, $0.resolved)]) }
    return ResolvedValue.parameters([
      .init("name", .text(name)), .init("seed", .int(Int(seed))), .init("stages", .list(stages)),
    ]).yaml
  }
}

extension Pipeline: CustomStringConvertible {
  /// The graph, a stage a line: `train <- load (dataset), split (split)`.
  public var description: String { stages.map(\.description).joined(separator: "\n") }
}

/// A stage in its place in a pipeline.
public struct StageInstance: Sendable {
  /// The name, unique in the pipeline: the kind, unless the file says otherwise.
  public let name: String
  /// The stage.
  public let stage: any Stage
  /// Its inputs and the earlier stages that produce them, in the order of its inputs.
  public let inputs: [StageConnection]
  /// Where the file names it.
  public let location: SourceLocation
  /// The parameters, defaults included.
  package let parameters: ResolvedValue
  /// Whether the file names the sources.
  let namesSources: Bool

  /// The stage's type.
  public var type: any Stage.Type { Swift.type(of: stage) }

  /// The kind of the stage.
  public var kind: String { type.kind }

  /// The parameters as written to `resolved.yaml`.
  fileprivate var resolved: ResolvedValue {
    guard case .parameters(var entries) = parameters else { return parameters }
    if namesSources {
      entries.insert(.init("from", .pairs(inputs.map { .init($0.type.name, .text($0.producer)) })), at: 0)
    }
    if name != kind { entries.insert(.init("name", .text(name)), at: 0) }
    return .parameters(entries)
  }
}

extension StageInstance: CustomStringConvertible {
  /// `train <- load (dataset), split (split)`.
  public var description: String {
    inputs.isEmpty ? name : name + " <- " + inputs.map { "\($0.producer) (\($0.type))" }.joined(separator: ", ")
  }
}

/// An edge of the graph: an input and the stage that produces it.
public struct StageConnection: Hashable, Sendable {
  /// The type of what is taken.
  public let type: ArtefactType
  /// The name of the stage that produces it.
  public let producer: String
}
