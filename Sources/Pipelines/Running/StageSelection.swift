/// Which stages of a pipeline a run works on.
struct StageSelection {
  /// The stages, in the order of the file.
  let stages: [StageInstance]
  /// The names of those that run even if they are up to date.
  let forced: Set<String>

  /// Selects stages.
  ///
  /// - Throws: `PipelineErrors` with unknown names of stages, and `--only` that no stage fits.
  init(_ options: RunOptions, of pipeline: Pipeline) throws {
    let names = pipeline.stages.map(\.name)
    let declared = pipeline.stages.map(\.declaredName)
    func isKnown(_ name: String) -> Bool { names.contains(name) || declared.contains(name) }
    let asked = options.forced.map { ("--force", $0) } + (options.until.map { [("--until", $0)] } ?? [])
    let errors = asked.filter { !isKnown($0.1) }.map { option, name in
      PipelineFileError.unknownStage(
        option: option, name: name, suggestion: Spelling.suggestion(for: name, among: Self.distinct(names + declared)),
        known: Self.distinct(declared))
    }
    guard errors.isEmpty else { throw PipelineErrors(errors) }
    let last =
      options.until.flatMap { until in names.firstIndex(of: until) ?? declared.lastIndex(of: until) } ?? names.count - 1
    var selected = Array(pipeline.stages[...last])
    let idle = options.forced.filter { name in !selected.contains { $0.isNamed(name) } }
    guard idle.isEmpty else {
      throw PipelineErrors(idle.map { PipelineFileError.forcedAfterLast(stage: $0, last: names[last]) })
    }
    if !options.only.isEmpty { selected = try Self.only(options.only, of: selected) }
    if let lost = options.forced.first(where: { name in !selected.contains { $0.isNamed(name) } }) {
      throw PipelineErrors([PipelineFileError.forcedOutside(stage: lost)])
    }
    stages = selected
    forced = Set(selected.filter { stage in options.forced.contains(where: stage.isNamed) }.map(\.name))
  }

  private static func distinct(_ names: [String]) -> [String] {
    names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The stages that fit all conditions, and the earlier ones that they take from.
  private static func only(_ conditions: [String], of stages: [StageInstance]) throws -> [StageInstance] {
    var values: [String: Set<String>] = [:]
    var names: [String] = []
    for condition in conditions {
      let sides = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if sides.count == 2 {
        values[sides[0], default: []].formUnion(sides[1].split(separator: ",").map(String.init))
      } else {
        names.append(condition)
      }
      let parts = sides.count == 2 ? sides[1].split(separator: ",").map { [sides[0], String($0)] } : [sides]
      for part in parts where !stages.contains(where: { fits($0, part) }) {
        throw nothing(part.joined(separator: "="), part, stages)
      }
    }
    let chosen = stages.filter { stage in
      (names.isEmpty || names.contains(where: stage.isNamed))
        && values.allSatisfy { axis, chosen in stage.coordinates[axis].map(chosen.contains) ?? false }
    }
    guard !chosen.isEmpty else { throw nothing(conditions.joined(separator: " --only "), [], stages) }
    var needed = Set(chosen.map(\.name))
    for stage in stages.reversed() where needed.contains(stage.name) { needed.formUnion(stage.inputs.map(\.producer)) }
    return stages.filter { needed.contains($0.name) }
  }

  /// Whether a stage has a name, or one of the values of an axis.
  private static func fits(_ stage: StageInstance, _ sides: [String]) -> Bool {
    guard sides.count == 2 else { return stage.isNamed(sides[0]) }
    let values = sides[1].split(separator: ",").map(String.init)
    return stage.coordinates[sides[0]].map(values.contains) ?? false
  }

  private static func nothing(_ condition: String, _ sides: [String], _ stages: [StageInstance]) -> PipelineErrors {
    let axes = distinct(stages.flatMap { $0.coordinates.entries.map(\.axis) })
    let known =
      sides.count == 2
      ? distinct(stages.flatMap { $0.coordinates.entries.map { "\($0.axis)=\($0.value)" } })
      : distinct(stages.map(\.declaredName) + stages.map(\.name))
    return PipelineErrors([
      PipelineFileError.nothingSelected(
        only: condition, axes: axes, suggestion: Spelling.suggestion(for: condition, among: known))
    ])
  }
}

extension StageInstance {
  /// Whether a name is its own, or that of its element in the file.
  func isNamed(_ name: String) -> Bool { self.name == name || declaredName == name }
}
