/// How a stage of a file is repeated.
struct StageRepetition {
  /// The axes that the stage refers to itself.
  var ownAxes: Set<Int>
  /// The combinations in which it is there.
  let condition: MatrixChoice
  /// The axes whose artefacts it takes together.
  let collected: Set<Int>

  /// Reads how a stage is repeated.
  ///
  /// - Throws: `PipelineFileError`.
  init(_ declaration: StageDeclaration, scope: inout VariableScope) throws {
    let matrix = scope.matrix
    condition = try declaration.condition(matrix)
    collected = try declaration.collected(matrix)
    guard let first = matrix.points.first(where: condition.contains) else {
      throw PipelineFileError.noInstances(declaration.location, stage: declaration.name)
    }
    scope.point = first
    ownAxes = try scope.axes(of: declaration.parameters).union(condition.axes)
    if let axis = ownAxes.intersection(collected).min() {
      throw PipelineFileError.collectedAxis(
        declaration.location, stage: declaration.name, axis: matrix.axes[axis].name)
    }
  }
}
