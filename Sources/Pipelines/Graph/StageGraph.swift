/// The stages of a file, connected as they are added.
struct StageGraph {
  private(set) var stages: [StageInstance] = []
  private let catalog: StageCatalog
  private let errors: ErrorCollector
  /// The names of all stages of the file.
  private let names: [String]
  /// Every stage of the file so far, those with errors too, so that one error does not look like several.
  /// A stage of an unknown kind has no type.
  private var earlier: [Earlier] = []

  private struct Earlier {
    var name: String
    var type: (any Stage.Type)?
    var location: SourceLocation

    func produces(_ type: ArtefactType) -> Bool { self.type?.outputs.contains { $0.type == type } ?? false }
  }

  init(catalog: StageCatalog, names: [String], errors: ErrorCollector) {
    self.catalog = catalog
    self.names = names
    self.errors = errors
  }

  /// Adds a stage after those it takes from; a stage that could not be read is nil, but still produces its outputs.
  mutating func add(
    _ stage: (any Stage)?, of type: (any Stage.Type)?, parameters: ResolvedValue?, declaration: StageDeclaration
  ) {
    let (name, location) = (declaration.name, declaration.location)
    if let first = earlier.first(where: { $0.name == name }) {
      errors.add(
        PipelineFileError.duplicateStageName(location, name: name, first: first.location), at: location)
    }
    if let stage, let parameters {
      let inputs = errors.collecting(at: location) {
        try connections(of: stage.neededInputs, name: name, source: declaration.source, at: location)
      }
      stages.append(
        StageInstance(
          name: name, stage: stage, inputs: inputs ?? [], location: location, parameters: parameters,
          namesSources: declaration.source != nil))
    }
    earlier.append(Earlier(name: name, type: type, location: location))
  }

  private func connections(
    of inputs: [StageInput], name: String, source: ParameterNode?, at location: SourceLocation
  ) throws -> [StageConnection] {
    let named = try source.map { try connections(from: $0, of: inputs, stage: name) } ?? []
    var missing: [PipelineFileError] = []
    let all = inputs.compactMap { input -> StageConnection? in
      if let connection = named.first(where: { $0.type == input.type }) { return connection }
      if let producer = earlier.last(where: { $0.produces(input.type) }) {
        return StageConnection(type: input.type, producer: producer.name)
      }
      if input.isRequired, earlier.allSatisfy({ $0.type != nil }) {
        missing.append(
          .missingProducer(
            location, stage: name, input: input.type, producers: catalog.producers(of: input.type)))
      }
      return nil
    }
    guard missing.isEmpty else { throw PipelineErrors(missing) }
    return all
  }

  // MARK: from

  private func connections(
    from node: ParameterNode, of inputs: [StageInput], stage: String
  ) throws -> [StageConnection] {
    switch node.content {
    case .scalar: return try connections(fromAll: [node], of: inputs, stage: stage)
    case .list(let nodes): return try connections(fromAll: nodes, of: inputs, stage: stage)
    case .mapping(let entries):
      return try entries.map { entry in
        guard let input = inputs.first(where: { $0.type.name == entry.key }) else {
          let names = inputs.map(\.type.name)
          let suggestion = Spelling.suggestion(for: entry.key, among: names)
          throw PipelineFileError.unknownInput(
            entry.keyLocation, stage: stage, input: entry.key, suggestion: suggestion, known: names)
        }
        let source = try self.source(entry.value, stage: stage)
        guard source.produces(input.type) else {
          throw PipelineFileError.uselessSource(
            entry.value.location, stage: stage, source: source.name, inputs: [input.type])
        }
        return StageConnection(type: input.type, producer: source.name)
      }
    }
  }

  /// Each of these stages serves all inputs that it produces.
  private func connections(
    fromAll nodes: [ParameterNode], of inputs: [StageInput], stage: String
  ) throws -> [StageConnection] {
    let sources = try nodes.map { node in
      let source = try self.source(node, stage: stage)
      guard inputs.contains(where: { source.produces($0.type) }) else {
        throw PipelineFileError.uselessSource(
          node.location, stage: stage, source: source.name, inputs: inputs.map(\.type))
      }
      return source
    }
    return try inputs.compactMap { input in
      let producers = sources.filter { $0.produces(input.type) }.map(\.name)
      guard producers.count < 2 else {
        throw PipelineFileError.ambiguousSources(
          nodes[0].location, stage: stage, input: input.type, sources: producers)
      }
      return producers.first.map { StageConnection(type: input.type, producer: $0) }
    }
  }

  private func source(_ node: ParameterNode, stage: String) throws -> Earlier {
    guard let name = node.scalar?.text else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: "\(stage).from", expected: "the name of an earlier stage", found: node.summary,
        suggestion: nil)
    }
    if let source = earlier.last(where: { $0.name == name }) { return source }
    guard !names.contains(name) else {
      throw PipelineFileError.sourceNotEarlier(node.location, stage: stage, source: name)
    }
    throw PipelineFileError.unknownSource(
      node.location, stage: stage, source: name,
      suggestion: Spelling.suggestion(for: name, among: earlier.map(\.name)), earlier: earlier.map(\.name))
  }
}
