/// A stage as a pipeline file names it, before its parameters are read.
struct StageDeclaration {
  var kind: String
  var location: SourceLocation
  /// The mapping under the kind: the parameters, `name` and `from`.
  var parameters: ParameterNode

  /// The declarations of a list of stages; elements that are none are handed to `errors`.
  static func declarations(in node: ParameterNode, errors: ErrorCollector) -> [StageDeclaration] {
    guard case .list(let elements) = node.content, !elements.isEmpty else {
      let found = if case .list = node.content { "an empty list" } else { node.summary }
      errors.add(
        PipelineFileError.invalidValue(
          node.location, parameter: "stages", expected: "a list of stages", found: found, suggestion: nil),
        at: node.location)
      return []
    }
    return elements.compactMap { element in
      errors.collecting(at: element.location) { try StageDeclaration(element) }
    }
  }

  private init(_ node: ParameterNode) throws {
    if let scalar = node.scalar, !node.isNull {
      kind = scalar.text
      location = node.location
      parameters = ParameterNode(.mapping([]), at: node.location)
      return
    }
    guard let entries = node.entries, let entry = entries.first else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: "stages", expected: "a stage, as in \"- train: {...}\"", found: node.summary,
        suggestion: nil)
    }
    guard entries.count == 1 else {
      throw PipelineFileError.malformedStage(node.location, keys: entries.map(\.key))
    }
    kind = entry.key
    location = entry.keyLocation
    parameters = entry.value.isNull ? ParameterNode(.mapping([]), at: entry.keyLocation) : entry.value
  }

  /// The keys of every stage; all others are the stage's own.
  static let reservedKeys = ["name", "from", "seed", "when", "collect", "coordinates"]

  private func value(_ key: String) -> ParameterNode? { parameters.entries?.first { $0.key == key }?.value }

  /// The name, unchecked: the value of `name:`, else the kind.
  var name: String { value("name")?.scalar?.text ?? kind }

  func givenValue(_ key: String) -> ParameterNode? { value(key).flatMap { $0.isNull ? nil : $0 } }

  /// The value of `from:`, or nil.
  var source: ParameterNode? { givenValue("from") }

  /// The stage's own parameters.
  var ownParameters: ParameterNode {
    guard let entries = parameters.entries else { return parameters }
    return ParameterNode(.mapping(entries.filter { !Self.reservedKeys.contains($0.key) }), at: parameters.location)
  }

  /// Checks that the name is valid for a folder and is not one of the other keys of `--set`.
  func checkName() throws {
    guard let node = value("name") else { return }
    guard node.scalar != nil, Self.isName(name), !Self.otherTargets.contains(name) else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: "\(kind).name",
        expected: "a name of a-z, 0-9, - and _ (not \"seed\", \"variables\" or \"matrix\")", found: node.summary,
        suggestion: nil)
    }
  }

  /// What `--set` means by these words is no stage.
  private static let otherTargets = ["seed", "variables", "matrix"]

  static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
