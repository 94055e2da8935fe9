import Configurations
import Foundation

extension Array where Element: Hashable {
  /// The elements without those that were there before, in order.
  fileprivate func uniqued() -> [Element] {
    var told: Set<Element> = []
    return filter { told.insert($0).inserted }
  }
}

/// Turns the text of a pipeline file into a pipeline, collecting errors on the way.
struct PipelineDecoder {
  let catalog: StageCatalog
  let overrides: [PipelineOverride]
  let environment: [String: String]
  let currentFolder: URL
  private let errors = ErrorCollector()

  init(
    catalog: StageCatalog, overrides: [PipelineOverride], environment: [String: String], currentFolder: URL
  ) {
    self.catalog = catalog
    self.overrides = overrides
    self.environment = environment
    self.currentFolder = currentFolder
  }

  func decode(_ text: String, file: String, folder: URL) throws -> Pipeline {
    let start = SourceLocation.file(file, line: 1, column: 1)
    do {
      let pipeline = try decode(YAMLDocument.parse(text, file: file, baseFolder: folder))
      guard errors.isEmpty else { throw errors.aggregate }
      return pipeline
    } catch {
      guard !(error is PipelineErrors) else { throw error }
      errors.add(error, at: start)
      throw errors.aggregate
    }
  }

  private func decode(_ root: ParameterNode) throws -> Pipeline {
    var (root, declarations) = try overridden(root)
    var scope = VariableScope(
      definitions: try variables(of: root), environment: environment, currentFolder: currentFolder)
    guard let matrix = errors.collecting(at: root.location, { try Matrix(root["matrix"]) }) else {
      // Each use of an axis would look like a further error.
      throw errors.aggregate
    }
    scope.matrix = matrix
    for key in ["name", "seed"] {
      errors.collecting(at: root.location) {
        if let value = root[key] { root.set([key], to: try scope.substituted(value)) }
      }
    }
    let header = errors.collecting(at: root.location) { try self.header(of: root) }
    var graph = StageGraph(
      catalog: catalog, matrix: scope.matrix, names: declarations.map(\.name), errors: errors)
    for declaration in declarations { add(declaration, to: &graph, scope: &scope) }
    refuseUnusedVariables(of: root, scope: scope)
    if errors.isEmpty,
      let axis = matrix.axes.first(where: { axis in
        !graph.stages.contains { $0.coordinates[axis.name] != nil }
      })
    {
      errors.add(
        PipelineFileError.unusedAxis(root["matrix"]?.location ?? root.location, axis: axis.name), at: root.location)
    }
    return Pipeline(name: header?.name ?? "", seed: header?.seed ?? 1, stages: graph.stages)
  }

  // MARK: The command line

  /// The file with the arguments `--set` put into it.
  private func overridden(_ root: ParameterNode) throws -> (ParameterNode, [StageDeclaration]) {
    var root = root
    guard root.entries != nil else {
      throw PipelineFileError.invalidValue(
        root.location, parameter: "", expected: "a pipeline: a mapping with the keys name and stages",
        found: root.summary, suggestion: nil)
    }
    var declarations: [StageDeclaration] = []
    if let stages = root["stages"] { declarations = StageDeclaration.declarations(in: stages, errors: errors) }
    for override in overrides {
      errors.collecting(at: override.location) {
        let value = try YAMLDocument.parse(override.value, override: override.text, baseFolder: currentFolder)
        switch override.target {
        case .seed: root.set(["seed"], to: value)
        case .variable(let name): root.set(["variables", name], to: value)
        case .matrix(let path):
          let known = (root["matrix"]?.entries ?? []).map(\.key)
          guard known.contains(path[0]) else {
            throw PipelineFileError.unknownAxis(
              override.location, owner: "matrix", axis: path[0],
              suggestion: Spelling.suggestion(for: path[0], among: known), known: known)
          }
          root.set((["matrix"] + path)[...], to: value)
        case .parameter(let stage, let path):
          let indices = declarations.indices.filter { declarations[$0].name == stage }
          guard !indices.isEmpty else {
            let names = declarations.map(\.name)
            throw PipelineFileError.unknownOverrideTarget(
              override.location, name: stage, suggestion: Spelling.suggestion(for: stage, among: names), known: names)
          }
          for index in indices { declarations[index].parameters.set(path[...], to: value) }
        }
      }
    }
    return (root, declarations)
  }

  private func refuseUnusedVariables(of root: ParameterNode, scope: VariableScope) {
    for entry in root["variables"]?.entries ?? [] {
      guard case .override = entry.keyLocation, !scope.usedNames.contains(entry.key) else { continue }
      let others = (root["variables"]?.entries ?? []).map(\.key).filter { $0 != entry.key }
      let suggestion = Spelling.suggestion(for: entry.key, among: others)
      errors.add(
        PipelineFileError.unusedVariable(entry.keyLocation, name: entry.key, suggestion: suggestion),
        at: entry.keyLocation)
    }
  }

  // MARK: The keys at the top

  private func variables(of root: ParameterNode) throws -> [ParameterNode.Entry] {
    guard let node = root["variables"], !node.isNull else { return [] }
    guard let variables = node.entries else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: "variables", expected: "a mapping of names and values", found: node.summary,
        suggestion: nil)
    }
    return variables
  }

  private func header(of root: ParameterNode) throws -> (name: String, seed: UInt64) {
    let reader = try ParameterReader(
      name: "", node: root, location: root.location, reservedKeys: ["name", "seed", "variables", "matrix", "stages"])
    return try reader.readAll { reader in
      let name = try reader.string("name")
      if !StageDeclaration.isName(name) {
        try reader.refuse("name", expected: "a name of a-z, 0-9, - and _")
      }
      let seed = try reader.int("seed", default: 1, in: .atLeast(0))
      guard root["stages"] != nil else { throw reader.missing("stages", expected: "a list of stages") }
      return (name, UInt64(seed))
    }
  }

  // MARK: The stages

  private func add(_ declaration: StageDeclaration, to graph: inout StageGraph, scope: inout VariableScope) {
    let location = declaration.location
    guard let type = catalog[declaration.kind] else {
      let suggestion = Spelling.suggestion(for: declaration.kind, among: catalog.kinds)
      errors.add(
        PipelineFileError.unknownStageKind(
          location, kind: declaration.kind, suggestion: suggestion, known: catalog.kinds), at: location)
      return graph.addUnreadable(declaration, of: suggestion.flatMap { catalog[$0] })
    }
    let repetition = errors.collecting(at: location) { try StageRepetition(declaration, scope: &scope) }
    let points = repetition.map { repetition in
      scope.matrix.points.filter(repetition.condition.contains).map { $0.limited(to: repetition.ownAxes) }.uniqued()
    }
    let variants = (points ?? []).compactMap { point in
      errors.collecting(at: location) { try variant(of: declaration, type, at: point, scope: &scope) }
    }
    guard let repetition, variants.count == points?.count else { return graph.addUnreadable(declaration, of: type) }
    graph.add(variants, of: type, declaration: declaration, repetition: repetition)
  }

  private func variant(
    of declaration: StageDeclaration, _ type: any Stage.Type, at point: MatrixPoint, scope: inout VariableScope
  ) throws -> StageVariant {
    var declaration = declaration
    scope.point = point
    declaration.parameters = try scope.substituted(declaration.parameters)
    try declaration.checkName()
    let (stage, parameters) = try Self.read(type, declaration)
    return StageVariant(
      point: point, declaration: declaration, stage: stage, parameters: parameters, seed: try declaration.seed(),
      coordinates: try declaration.coordinates())
  }

  private static func read(_ type: any Stage.Type, _ declaration: StageDeclaration) throws -> (
    any Stage, ResolvedValue
  ) {
    let reader = try ParameterReader(
      name: declaration.name, node: declaration.ownParameters, location: declaration.location,
      reservedKeys: StageDeclaration.reservedKeys)
    do {
      let stage: any Stage = try reader.readAll { try type.init($0) }
      return (stage, reader.resolved)
    } catch let error as PipelineFileError {
      throw error
    } catch let errors as PipelineErrors {
      throw errors.named(declaration.name, at: declaration.location)
    } catch {
      throw PipelineError(error, inStage: declaration.name, at: declaration.location)
    }
  }
}
