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

  /// A number of all that `resolved.yaml` says: equal for runs that may share a folder.
  var identity: UInt64 { UInt64(ContentHash.hash(of: Data(resolvedYAML.utf8)).prefix(15), radix: 16) ?? 0 }

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
  /// The graph, a line for each stage of the file: `train <- load (dataset), split (split)`; of one that a matrix repeats,
  /// `train: 6 stages (fold, seed) <- ...`.
  public var description: String {
    var groups: [(name: String, stages: [StageInstance])] = []
    for stage in stages {
      if groups.last?.name == stage.declaredName, !stage.coordinates.entries.isEmpty {
        groups[groups.count - 1].stages.append(stage)
      } else {
        groups.append((stage.declaredName, [stage]))
      }
    }
    return groups.map { Self.line($0.stages) }.joined(separator: "\n")
  }

  private static func line(_ stages: [StageInstance]) -> String {
    guard let first = stages.first else { return "" }
    guard stages.count > 1 else { return first.description }
    let axes = first.coordinates.entries.map(\.axis).joined(separator: ", ")
    return "\(first.declaredName): \(stages.count) stages (\(axes)); the first: \(first)"
  }
}

/// A stage in its place in a pipeline.
public struct StageInstance: Sendable {
  /// The name, unique in the pipeline: the kind, unless the file says otherwise; with a matrix followed by the values of
  /// the axes along which the stage is repeated.
  public let name: String
  /// The name in the file.
  public let declaredName: String
  /// The values of the axes along which the stage is repeated.
  public let coordinates: Coordinates
  /// The seed of this stage alone; nil: the pipeline's.
  let seed: UInt64?
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
      entries.insert(.init("from", .pairs(sources)), at: 0)
    }
    if !coordinates.entries.isEmpty {
      entries.insert(.init("coordinates", .pairs(coordinates.entries.map { .init($0.axis, .text($0.value)) })), at: 0)
    }
    if let seed { entries.insert(.init("seed", .int(Int(seed))), at: 0) }
    if name != kind { entries.insert(.init("name", .text(name)), at: 0) }
    return .parameters(entries)
  }

  /// The stages that each input comes from.
  private var sources: [ResolvedValue.Entry] {
    let types = inputs.map(\.type).reduce(into: [ArtefactType]()) { if !$0.contains($1) { $0.append($1) } }
    return types.map { type in
      let producers = inputs.filter { $0.type == type }.map { ResolvedValue.text($0.producer) }
      return ResolvedValue.Entry(type.name, producers.count == 1 ? producers[0] : .list(producers))
    }
  }
}

extension StageInstance: CustomStringConvertible {
  /// `train <- load (dataset), split (split)`; of many inputs the first ones.
  public var description: String {
    guard !inputs.isEmpty else { return name }
    let shown = inputs.count > 8 ? 4 : inputs.count
    let sources = inputs.prefix(shown).map { "\($0.producer) (\($0.type))" }.joined(separator: ", ")
    return "\(name) <- \(sources)" + (shown < inputs.count ? " and \(inputs.count - shown) more" : "")
  }
}

/// An edge of the graph: an input and the stage that produces it.
public struct StageConnection: Hashable, Sendable {
  /// The type of what is taken.
  public let type: ArtefactType
  /// The name of the stage that produces it.
  public let producer: String
}
