import Foundation

/// The variables of a pipeline and the values of its matrix, resolved when they are asked for.
struct VariableScope {
  private let definitions: [ParameterNode.Entry]
  private let environment: [String: String]
  private let currentFolder: URL
  /// The variables that were asked for.
  private(set) var usedNames: Set<String> = []
  /// What `${matrix.AXIS}` refers to.
  var matrix = Matrix.none
  /// The values of the axes that are asked for now.
  var point = MatrixPoint()
  /// The axes that were asked for.
  private(set) var usedAxes: Set<Int> = []

  /// The axes that a node refers to, itself or by variables.
  mutating func axes(of node: ParameterNode) throws -> Set<Int> {
    usedAxes = []
    _ = try substituted(node)
    return usedAxes
  }

  init(definitions: [ParameterNode.Entry], environment: [String: String], currentFolder: URL) {
    self.definitions = definitions
    self.environment = environment
    self.currentFolder = currentFolder
  }

  /// A node with `${name}` and `${env:NAME}` replaced in its scalars, and `$${` replaced by `${`.
  mutating func substituted(_ node: ParameterNode) throws -> ParameterNode {
    var result = node
    switch node.content {
    case .scalar(let scalar):
      if let whole = try matrixNode(scalar, at: node.location) { return try substituted(whole) }
      result.content = .scalar(try substituted(scalar, at: node.location, within: []))
    case .list(let elements):
      result.content = .list(try elements.map { try substituted($0) })
    case .mapping(let entries):
      result.content = .mapping(
        try entries.map { .init(key: $0.key, keyLocation: $0.keyLocation, value: try substituted($0.value)) })
    }
    return result
  }

  /// A scalar with its variables replaced; what begins with a variable resolves, as a path, where the variable does.
  private mutating func substituted(
    _ scalar: ParameterNode.Scalar, at location: SourceLocation, within chain: [String]
  ) throws -> ParameterNode.Scalar {
    var result = scalar
    result.text = ""
    var rest = scalar.text[...]
    while let start = rest.firstRange(of: "${") {
      if rest[..<start.lowerBound].hasSuffix("$") {
        result.text += rest[..<start.lowerBound].dropLast() + "${"
        rest = rest[start.upperBound...]
        continue
      }
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw PipelineFileError.malformedSubstitution(location, text: scalar.text)
      }
      let isPathStart = result.text.isEmpty && start.lowerBound == rest.startIndex
      let value = try self.value(of: rest[start.upperBound..<end], at: location, within: chain, in: scalar.text)
      result.text += rest[..<start.lowerBound] + value.text
      result.isPlain = true
      if isPathStart { result.baseFolder = value.baseFolder }
      rest = rest[rest.index(after: end)...]
      guard result.text.utf8.count <= Self.longestText else {
        throw PipelineFileError.invalidValue(
          location, parameter: "", expected: "text of at most \(Self.longestText) bytes after variables are replaced",
          found: "a longer text", suggestion: nil)
      }
    }
    result.text += rest
    return result
  }

  private mutating func value(
    of reference: Substring, at location: SourceLocation, within chain: [String], in text: String
  ) throws -> ParameterNode.Scalar {
    if reference.hasPrefix("env:") {
      let name = String(reference.dropFirst(4))
      guard Self.isName(name) else { throw PipelineFileError.malformedSubstitution(location, text: text) }
      guard let value = environment[name] else {
        throw PipelineFileError.undefinedEnvironmentVariable(location, name: name, variable: chain.last)
      }
      return .init(text: value, isPlain: true, baseFolder: currentFolder)
    }
    if reference.hasPrefix(Self.matrixPrefix) {
      let value = try matrixValue(of: reference, at: location)
      guard let scalar = value.scalar else {
        throw PipelineFileError.invalidValue(
          value.location, parameter: String(reference), expected: "a single value where it is a part of a text",
          found: value.summary, suggestion: nil)
      }
      return try substituted(scalar, at: value.location, within: chain)
    }
    let name = String(reference)
    guard Self.isName(name) else { throw PipelineFileError.malformedSubstitution(location, text: text) }
    usedNames.insert(name)
    guard !chain.contains(name) else {
      throw PipelineFileError.circularVariables(location, names: chain + [name])
    }
    guard let definition = definitions.first(where: { $0.key == name }) else {
      let suggestion = Spelling.suggestion(for: name, among: definitions.map(\.key))
      throw PipelineFileError.undefinedVariable(location, name: name, suggestion: suggestion)
    }
    guard let scalar = definition.value.scalar, !definition.value.isNull else {
      throw PipelineFileError.invalidValue(
        definition.value.location, parameter: "variables.\(name)", expected: "a single value, not a list or a mapping",
        found: definition.value.summary, suggestion: nil)
    }
    return try substituted(scalar, at: definition.value.location, within: chain + [name])
  }

  private static let longestText = 65536

  // MARK: The matrix

  private static let matrixPrefix = "matrix."

  /// The list or mapping that a scalar refers to as a whole; nil where it is a text.
  private mutating func matrixNode(_ scalar: ParameterNode.Scalar, at location: SourceLocation) throws -> ParameterNode?
  {
    guard scalar.text.hasPrefix("${\(Self.matrixPrefix)"), scalar.text.hasSuffix("}"),
      scalar.text.firstRange(of: "}")?.upperBound == scalar.text.endIndex
    else { return nil }
    let value = try matrixValue(of: scalar.text.dropFirst(2).dropLast(), at: location)
    return value.scalar == nil ? value : nil
  }

  /// The value of a reference such as `matrix.fold` or `matrix.start.model`.
  private mutating func matrixValue(of reference: Substring, at location: SourceLocation) throws -> ParameterNode {
    let parts = reference.split(separator: ".", omittingEmptySubsequences: false).dropFirst().map(String.init)
    if let name = parts.first, let index = matrix.axis(name), point.values[index] == nil {
      throw PipelineFileError.invalidValue(
        location, parameter: "${\(reference)}", expected: "a value of the matrix in a stage alone",
        found: "one elsewhere",
        suggestion: nil)
    }
    guard let name = parts.first, let index = matrix.axis(name), let chosen = point.values[index] else {
      let names = matrix.axes.map(\.name)
      throw PipelineFileError.unknownAxis(
        location, owner: "${\(reference)}", axis: parts.first ?? "",
        suggestion: Spelling.suggestion(for: parts.first ?? "", among: names), known: names)
    }
    usedAxes.insert(index)
    let value = matrix.axes[index].values[chosen]
    guard parts.count > 1 else { return ParameterNode(.scalar(value.content), at: location) }
    guard parts.count == 2, let member = value.members.first(where: { $0.key == parts[1] }) else {
      let keys = value.members.map(\.key)
      throw PipelineFileError.unknownKey(
        location, owner: "matrix.\(name).\(value.name)", key: parts.dropFirst().joined(separator: "."),
        suggestion: Spelling.suggestion(for: parts.last ?? "", among: keys), known: keys)
    }
    return member.value
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
  }
}
