/// The kinds of stages that a pipeline may be made of.
public struct StageCatalog: Sendable {
  /// The kinds, in the order they were given.
  public let stages: [any Stage.Type]

  /// Makes a catalog; the names of the kinds are unique, and so are the types of each kind's inputs and outputs.
  public init(_ stages: [any Stage.Type]) {
    precondition(Set(stages.map { $0.kind }).count == stages.count, "two stages have the same kind")
    for stage in stages {
      precondition(Set(stage.outputs.map(\.type)).count == stage.outputs.count, "an output type occurs twice")
      precondition(Set(stage.inputs.map(\.type)).count == stage.inputs.count, "an input type occurs twice")
    }
    self.stages = stages
  }

  /// The stage of a kind, or nil.
  public subscript(kind: String) -> (any Stage.Type)? { stages.first { $0.kind == kind } }

  /// The names of the kinds, sorted.
  var kinds: [String] { stages.map { $0.kind }.sorted() }

  /// The kinds that produce a type, sorted.
  func producers(of type: ArtefactType) -> [String] {
    stages.filter { $0.outputs.contains { $0.type == type } }.map { $0.kind }.sorted()
  }
}
