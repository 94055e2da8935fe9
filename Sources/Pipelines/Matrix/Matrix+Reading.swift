import Foundation

extension Matrix {
  /// Reads the key `matrix` of a pipeline file.
  ///
  /// An axis is a list of values, or a mapping of named variants to a value, to values by key, or to nothing. `exclude` lists
  /// combinations that are left out: `[{n: [2, 8], start: masked}]`.
  ///
  /// - Throws: `PipelineFileError` where an axis has no values or two of one name, or where there are too many combinations.
  init(_ node: ParameterNode?) throws {
    guard let node, !node.isNull else {
      self = .none
      return
    }
    guard let entries = node.entries, !entries.isEmpty else {
      throw Self.invalid(node, "matrix", "axes with lists of values, such as \"fold: [0, 1, 2]\"")
    }
    let axes = try entries.filter { $0.key != Self.exclusionKey }.map(Self.axis)
    let count = axes.reduce(1) { product, axis in
      let (result, isTooLarge) = product.multipliedReportingOverflow(by: axis.values.count)
      return isTooLarge ? Int.max : result
    }
    guard count <= Self.limit else {
      throw PipelineFileError.largeMatrix(node.location, count: count, limit: Self.limit)
    }
    let exclusions = try entries.first { $0.key == Self.exclusionKey }.map { try Self.exclusions($0.value, axes) } ?? []
    let points = Self.combinations(axes).filter { point in !exclusions.contains { $0.contains(point) } }
    guard !points.isEmpty else {
      throw Self.invalid(node, "matrix", "at least one combination that is not excluded", found: "none")
    }
    self.init(axes: axes, points: points)
  }

  private static let exclusionKey = "exclude"

  static func combinations(_ axes: [Axis]) -> [MatrixPoint] {
    axes.enumerated().reduce([MatrixPoint()]) { points, axis in
      points.flatMap { point in
        axis.element.values.indices.map { value in
          var longer = point
          longer.values[axis.offset] = value
          return longer
        }
      }
    }
  }

  private static func axis(_ entry: ParameterNode.Entry) throws -> Axis {
    let parameter = "matrix.\(entry.key)"
    guard StageDeclaration.isName(entry.key) else {
      throw invalid(entry.keyLocation, parameter, "a name of an axis of a-z, 0-9, - and _", found: entry.key.jsonQuoted)
    }
    let values: [Value]
    switch entry.value.content {
    case .list(let elements) where !elements.isEmpty:
      values = try elements.map { try value($0, of: entry.key) }
    case .mapping(let variants) where !variants.isEmpty:
      values = try variants.map { try variant($0, of: entry.key) }
    default:
      throw invalid(entry.value, parameter, "a list of values, or a mapping of named variants")
    }
    for (index, value) in values.enumerated() where values[..<index].contains(where: { $0.label == value.label }) {
      throw invalid(
        entry.value, parameter, "values that give different names of stages",
        found: "\"\(value.name)\" for the name part \"\(value.label)\" twice")
    }
    for (index, value) in values.enumerated() {
      guard let number = value.content.number,
        let other = values[..<index].first(where: { $0.content.number == number && $0.members.isEmpty }),
        value.members.isEmpty
      else { continue }
      throw invalid(
        entry.value, parameter, "values that differ", found: "\"\(other.name)\" and \"\(value.name)\", which are equal")
    }
    return Axis(name: entry.key, values: values)
  }

  private static func value(_ node: ParameterNode, of axis: String) throws -> Value {
    guard let scalar = node.scalar, !node.isNull, !scalar.text.isEmpty, !scalar.text.contains("${") else {
      throw invalid(
        node, "matrix.\(axis)", "numbers or words; values of several keys are variants: {NAME: {key: value}}")
    }
    return Value(
      name: scalar.text, label: label(of: scalar.text, isNumber: scalar.number != nil, axis: axis), content: scalar,
      members: [])
  }

  private static func variant(_ entry: ParameterNode.Entry, of axis: String) throws -> Value {
    let parameter = "matrix.\(axis).\(entry.key)"
    guard StageDeclaration.isName(entry.key) else {
      throw invalid(
        entry.keyLocation, parameter, "a name of a variant of a-z, 0-9, - and _", found: entry.key.jsonQuoted)
    }
    let name = ParameterNode.Scalar(text: entry.key, isPlain: true, baseFolder: entry.value.baseFolder)
    let number = Double(entry.key) != nil
    func value(_ content: ParameterNode.Scalar, _ members: [ParameterNode.Entry]) -> Value {
      Value(
        name: entry.key, label: label(of: entry.key, isNumber: number, axis: axis), content: content, members: members)
    }
    if entry.value.isNull { return value(name, []) }
    switch entry.value.content {
    case .scalar(let scalar): return value(scalar, [])
    case .mapping(let members): return value(name, members)
    case .list: throw invalid(entry.value, parameter, "one value, or a mapping of values by key")
    }
  }

  /// What a value adds to the names of stages.
  private static func label(of text: String, isNumber: Bool, axis: String) -> String {
    let name = String(text.lowercased().map { StageDeclaration.isName(String($0)) ? $0 : "_" })
    return isNumber ? axis + name : name
  }

  // MARK: Choices of values

  /// Reads a mapping of axes to one value or several: the values that are meant, by the number of the axis.
  static func choice(_ node: ParameterNode, _ axes: [Axis], parameter: String) throws -> MatrixChoice {
    guard let entries = node.entries, !entries.isEmpty else {
      throw invalid(node, parameter, "a mapping of axes of the matrix to values")
    }
    var choice = MatrixChoice()
    for entry in entries {
      guard let axis = axes.firstIndex(where: { $0.name == entry.key }) else {
        throw PipelineFileError.unknownAxis(
          entry.keyLocation, owner: parameter, axis: entry.key,
          suggestion: Spelling.suggestion(for: entry.key, among: axes.map(\.name)), known: axes.map(\.name))
      }
      let nodes: [ParameterNode] = if case .list(let nodes) = entry.value.content { nodes } else { [entry.value] }
      choice.values[axis] = try Set(
        nodes.map { node in
          let names = axes[axis].values.map(\.name)
          guard let value = node.scalar.flatMap({ names.firstIndex(of: $0.text) }) else {
            throw invalid(node, "\(parameter).\(entry.key)", "one of \(names.joined(separator: ", "))")
          }
          return value
        })
    }
    return choice
  }

  private static func exclusions(_ node: ParameterNode, _ axes: [Axis]) throws -> [MatrixChoice] {
    let nodes: [ParameterNode] = if case .list(let nodes) = node.content { nodes } else { [node] }
    return try nodes.map { try choice($0, axes, parameter: "matrix.\(exclusionKey)") }
  }

  private static func invalid(_ node: ParameterNode, _ parameter: String, _ expected: String, found: String? = nil)
    -> PipelineFileError
  {
    invalid(node.location, parameter, expected, found: found ?? node.summary)
  }

  private static func invalid(
    _ location: SourceLocation, _ parameter: String, _ expected: String, found: String
  ) -> PipelineFileError {
    .invalidValue(location, parameter: parameter, expected: expected, found: found, suggestion: nil)
  }
}

/// Some values of some axes, by their numbers.
struct MatrixChoice: Hashable, Sendable {
  var values: [Int: Set<Int>] = [:]

  /// The axes that are named.
  var axes: Set<Int> { Set(values.keys) }

  /// Whether a combination has a chosen value of each axis that is named.
  func contains(_ point: MatrixPoint) -> Bool {
    values.allSatisfy { axis, chosen in point.values[axis].map(chosen.contains) ?? false }
  }
}

extension ParameterNode {
  /// What relative paths in the value resolve against; the current folder where the value has no scalar.
  var baseFolder: URL {
    switch content {
    case .scalar(let scalar): scalar.baseFolder
    case .list(let elements): elements.first?.baseFolder ?? URL.currentDirectory()
    case .mapping(let entries): entries.first?.value.baseFolder ?? URL.currentDirectory()
    }
  }
}
