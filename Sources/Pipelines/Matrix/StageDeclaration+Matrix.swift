extension StageDeclaration {
  /// The seed of this stage; nil: the pipeline's.
  ///
  /// - Throws: `PipelineFileError.invalidValue`.
  func seed() throws -> UInt64? {
    guard let node = givenValue("seed") else { return nil }
    guard let seed = node.scalar?.integer, seed >= 0 else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: "\(name).seed", expected: "a whole number of at least 0", found: node.summary,
        suggestion: nil)
    }
    return UInt64(seed)
  }

  /// The combinations of a matrix in which the stage is there; all where it has no key `when`.
  ///
  /// - Throws: `PipelineFileError.invalidValue`, `.unknownAxis`.
  func condition(_ matrix: Matrix) throws -> MatrixChoice {
    try givenValue("when").map { try Matrix.choice($0, matrix.axes, parameter: "\(name).when") } ?? MatrixChoice()
  }

  /// The axes whose artefacts the stage takes together.
  ///
  /// - Throws: `PipelineFileError.unknownAxis`.
  func collected(_ matrix: Matrix) throws -> Set<Int> {
    guard let node = givenValue("collect") else { return [] }
    let nodes: [ParameterNode] = if case .list(let nodes) = node.content { nodes } else { [node] }
    let names = matrix.axes.map(\.name)
    return try Set(
      nodes.map { node in
        guard let axis = node.scalar.flatMap({ matrix.axis($0.text) }) else {
          throw PipelineFileError.unknownAxis(
            node.location, owner: "\(name).collect", axis: node.scalar?.text ?? node.summary,
            suggestion: node.scalar.flatMap { Spelling.suggestion(for: $0.text, among: names) }, known: names)
        }
        return axis
      })
  }

  /// The place in a matrix that `resolved.yaml` gives a stage, since it has no matrix itself.
  ///
  /// - Throws: `PipelineFileError.invalidValue`.
  func coordinates() throws -> Coordinates? {
    guard let node = givenValue("coordinates") else { return nil }
    guard let entries = node.entries, entries.allSatisfy({ $0.value.scalar != nil }) else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: "\(name).coordinates", expected: "a mapping of axes to values", found: node.summary,
        suggestion: nil)
    }
    return Coordinates(entries.map { .init(axis: $0.key, value: $0.value.scalar?.text ?? "") })
  }

  /// Whether the name contains the values of axes, so that nothing is added to it.
  var namesAxes: Bool { name.contains("${matrix.") }
}
