/// The stages of a file, connected as they are added.
struct StageGraph {
  private(set) var stages: [StageInstance] = []
  private let catalog: StageCatalog
  private let matrix: Matrix
  private let errors: ErrorCollector
  /// Every stage of the file so far, those with errors too, so that one error does not look like several.
  private var earlier: [StageGroup] = []
  /// The names of all stages of the file.
  private let names: [String]
  private var locations: [String: SourceLocation] = [:]

  init(catalog: StageCatalog, matrix: Matrix, names: [String], errors: ErrorCollector) {
    self.catalog = catalog
    self.matrix = matrix
    self.names = names
    self.errors = errors
  }

  /// Adds a stage that could not be read; it still produces its outputs.
  ///
  /// - Parameter type: Nil: the kind is unknown.
  mutating func addUnreadable(_ declaration: StageDeclaration, of type: (any Stage.Type)?) {
    claim(declaration.name, at: declaration.location)
    earlier.append(StageGroup(name: declaration.name, type: type, axes: [], instances: nil))
  }

  /// Adds the stages of an element of the file after those that they take from.
  mutating func add(
    _ variants: [StageVariant], of type: any Stage.Type, declaration: StageDeclaration, repetition: StageRepetition
  ) {
    let plans = variants.compactMap { variant in
      errors.collecting(at: declaration.location) { try Plan(variant, sources: sources(of: variant)) }
    }
    var group: StageGroup?
    if plans.count == variants.count {
      errors.collecting(at: declaration.location) {
        group = try addInstances(plans, type, declaration, repetition)
      }
    }
    if group == nil { claim(declaration.name, at: declaration.location) }
    earlier.append(group ?? StageGroup(name: declaration.name, type: type, axes: [], instances: nil))
  }

  /// Names of files have at most 255 bytes, and those of a stage's folders are longer than its name.
  private static let longestName = 200

  private mutating func claim(_ name: String, at location: SourceLocation) {
    if name.utf8.count > Self.longestName {
      errors.add(PipelineFileError.longName(location, name: name, limit: Self.longestName), at: location)
    }
    if let first = locations[name] {
      errors.add(PipelineFileError.duplicateStageName(location, name: name, first: first), at: location)
    } else {
      locations[name] = location
    }
  }

  // MARK: Instances

  /// A variant of a stage and where its inputs may come from.
  private struct Plan {
    let variant: StageVariant
    let sources: [Sources]

    init(_ variant: StageVariant, sources: [Sources]) { (self.variant, self.sources) = (variant, sources) }
  }

  /// Where an input may come from, the nearest source first unless the file names them.
  private struct Sources {
    let input: StageInput
    var all: [StageSource]
    var areNamed: Bool
  }

  private mutating func addInstances(
    _ plans: [Plan], _ type: any Stage.Type, _ declaration: StageDeclaration, _ repetition: StageRepetition
  ) throws -> StageGroup {
    let inherited = plans.flatMap(\.sources).flatMap(\.all).reduce(into: Set<Int>()) { $0.formUnion($1.axes) }
    let axes = repetition.ownAxes.union(inherited).subtracting(repetition.collected)
    if !repetition.collected.isEmpty, !type.inputs.contains(where: \.takesSeveral) {
      throw PipelineFileError.collectsNothing(
        declaration.location, stage: declaration.name, inputs: type.inputs.map(\.type))
    }
    let whole = matrix.points.filter(repetition.condition.contains)
    let combinations = Dictionary(grouping: whole) { $0.limited(to: axes) }
    var instances: [MatrixPoint: String] = [:]
    for point in matrix.points(along: axes) {
      guard let whole = combinations[point], let plan = plans.first(where: { $0.variant.point.agrees(with: point) }),
        let inputs = try connections(plan, along: whole, of: declaration)
      else { continue }
      let own = plan.variant.declaration.name
      let name = declaration.namesAxes ? own : own + matrix.suffix(of: point)
      claim(name, at: declaration.location)
      instances[point] = name
      stages.append(
        StageInstance(
          name: name, declaredName: declaration.name,
          coordinates: plan.variant.coordinates ?? matrix.coordinates(of: point), seed: plan.variant.seed,
          stage: plan.variant.stage, inputs: inputs, location: declaration.location,
          parameters: plan.variant.parameters,
          namesSources: plan.variant.declaration.source != nil || !axes.isEmpty || !repetition.collected.isEmpty))
    }
    guard !instances.isEmpty else {
      throw PipelineFileError.noInstances(declaration.location, stage: declaration.name)
    }
    guard stages.count <= Matrix.limit else {
      throw PipelineFileError.largeMatrix(declaration.location, count: stages.count, limit: Matrix.limit)
    }
    return StageGroup(name: declaration.name, type: type, axes: axes, instances: instances)
  }

  /// The connections of a stage; nil where other combinations have what it takes, but its own does not.
  private func connections(
    _ plan: Plan, along points: [MatrixPoint], of declaration: StageDeclaration
  ) throws -> [StageConnection]? {
    let name = plan.variant.declaration.name
    var connections: [StageConnection] = []
    var missing: [PipelineFileError] = []
    var isPossible = true
    for sources in plan.sources {
      let input = sources.input
      let producers = self.producers(sources, along: points)
      if producers.count > 1, !input.takesSeveral {
        throw sources.areNamed && matrix.axes.isEmpty
          ? PipelineFileError.ambiguousSources(
            plan.variant.declaration.source?.firstLocation ?? declaration.location, stage: name, input: input.type,
            sources: producers)
          : .severalInstances(declaration.location, stage: name, input: input.type, sources: producers)
      }
      if producers.isEmpty, input.isRequired {
        if !sources.all.isEmpty {
          isPossible = false
        } else if earlier.allSatisfy({ $0.type != nil }) {
          missing.append(
            .missingProducer(
              declaration.location, stage: name, input: input.type, producers: catalog.producers(of: input.type)))
        }
      }
      connections += producers.map { StageConnection(type: input.type, producer: $0) }
    }
    guard missing.isEmpty else { throw PipelineErrors(missing) }
    return isPossible ? connections : nil
  }

  /// The stages that an input comes from, for some combinations of all axes.
  private func producers(_ sources: Sources, along points: [MatrixPoint]) -> [String] {
    var found: [String] = []
    var told: Set<String> = []
    func add(_ name: String) { if told.insert(name).inserted { found.append(name) } }
    if sources.areNamed {
      for source in sources.all {
        for point in points { if let name = source.instance(at: point) { add(name) } }
      }
    } else {
      for point in points {
        if let name = sources.all.lazy.compactMap({ $0.instance(at: point) }).first { add(name) }
      }
    }
    return found
  }

  // MARK: Sources

  private func sources(of variant: StageVariant) throws -> [Sources] {
    let inputs = variant.stage.neededInputs
    let stage = variant.declaration.name
    let named = try variant.declaration.source.map { try self.named($0, inputs: inputs, stage: stage) } ?? [:]
    return inputs.map { input in
      if let all = named[input.type] { return Sources(input: input, all: all, areNamed: true) }
      return Sources(input: input, all: nearest(input.type, agreeing: variant.point), areNamed: false)
    }
  }

  /// The nearest earlier groups that produce a type, as many as all combinations need.
  private func nearest(_ type: ArtefactType, agreeing point: MatrixPoint) -> [StageSource] {
    var open = matrix.points.filter { $0.agrees(with: point) }
    var found: [StageSource] = []
    for group in earlier.reversed() where group.produces(type) {
      let left = open.filter { group.instance(at: $0) == nil }
      if left.count < open.count { found.append(StageSource(group: group)) }
      open = left
      if open.isEmpty { break }
    }
    return found
  }

  private func named(
    _ node: ParameterNode, inputs: [StageInput], stage: String
  ) throws -> [ArtefactType: [StageSource]] {
    switch node.content {
    case .scalar: return try named([node], inputs: inputs, stage: stage)
    case .list(let nodes): return try named(nodes, inputs: inputs, stage: stage)
    case .mapping(let entries):
      var named: [ArtefactType: [StageSource]] = [:]
      for entry in entries {
        guard let input = inputs.first(where: { $0.type.name == entry.key }) else {
          let names = inputs.map(\.type.name)
          throw PipelineFileError.unknownInput(
            entry.keyLocation, stage: stage, input: entry.key,
            suggestion: Spelling.suggestion(for: entry.key, among: names), known: names)
        }
        let nodes: [ParameterNode] =
          if input.takesSeveral || !matrix.axes.isEmpty, case .list(let nodes) = entry.value.content { nodes } else {
            [entry.value]
          }
        named[input.type] = try nodes.flatMap { try sources($0, of: [input], stage: stage) }
      }
      return named
    }
  }

  /// Each of these stages serves all inputs that it produces.
  private func named(
    _ nodes: [ParameterNode], inputs: [StageInput], stage: String
  ) throws -> [ArtefactType: [StageSource]] {
    let all = try nodes.flatMap { try sources($0, of: inputs, stage: stage) }
    return inputs.reduce(into: [:]) { named, input in
      let producing = all.filter { $0.group.produces(input.type) }
      if !producing.isEmpty { named[input.type] = producing }
    }
  }

  /// The groups, or the one stage, of a name.
  private func sources(_ node: ParameterNode, of inputs: [StageInput], stage: String) throws -> [StageSource] {
    guard let name = node.scalar?.text else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: "\(stage).from", expected: "the name of an earlier stage", found: node.summary,
        suggestion: nil)
    }
    var found = earlier.filter { $0.name == name }.map { StageSource(group: $0) }
    if found.isEmpty {
      found = earlier.filter { $0.instances?.values.contains(name) ?? false }.map {
        StageSource(group: $0, instance: name)
      }
    }
    guard !found.isEmpty else { throw unknownSource(name, at: node.location, stage: stage) }
    guard found.contains(where: { source in inputs.contains { source.group.produces($0.type) } }) else {
      throw PipelineFileError.uselessSource(
        node.location, stage: stage, source: name, inputs: inputs.map(\.type))
    }
    return found
  }

  private func unknownSource(_ name: String, at location: SourceLocation, stage: String) -> PipelineFileError {
    if names.contains(name) { return .sourceNotEarlier(location, stage: stage, source: name) }
    let known = earlier.map(\.name)
    return .unknownSource(
      location, stage: stage, source: name, suggestion: Spelling.suggestion(for: name, among: known), earlier: known)
  }
}

extension ParameterNode {
  /// The location of the first element of a list, else of the value.
  fileprivate var firstLocation: SourceLocation {
    if case .list(let nodes) = content, let first = nodes.first { first.location } else { location }
  }
}
