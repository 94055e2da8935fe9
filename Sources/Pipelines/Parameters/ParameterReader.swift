import Foundation

/// Reads the parameters of a stage from a pipeline file.
///
/// A stage reads each of its keys by name, type, range and default, and thereby declares them. Keys that were not read
/// are then reported as unknown. The values that were read, defaults included, become `resolved.yaml` and a part of the
/// stage's fingerprint. So read a key only where it has a meaning, and use each value that was read.
public final class ParameterReader {
  /// The dotted name of what is read: `train`, or `train.network` for a nested mapping; empty for a whole file.
  public let name: String
  /// The location of the mapping.
  public let location: SourceLocation
  let entries: [ParameterNode.Entry]
  var known: [String]
  /// The other names of keys, by key.
  var aliases: [String: [String]] = [:]
  var read: [(key: String, value: ReadValue)] = []
  /// Where errors are kept while everything is read; nil: the first one ends the reading.
  var collector: ReadingErrors?
  /// The key whose value a file may give in place of the whole mapping; nil: none.
  var mainKey: String?
  /// Whether the file does so.
  var isShort = false
  /// Whether a fingerprint has the main key under the mapping's name.
  var namesMainKey = false
  /// The unknown keys that were reported as misspellings of missing ones.
  var misspellings: Set<String> = []

  enum ReadValue {
    /// A value, and what its absence meant in earlier versions.
    case value(ResolvedValue, absent: ResolvedValue? = nil)
    case nested(ParameterReader)
    /// Things that are chosen by their kind, which is the first that each reader read.
    case kinds([ParameterReader])
  }

  package init(
    name: String, entries: [ParameterNode.Entry], location: SourceLocation, reservedKeys: [String] = []
  ) {
    self.name = name
    self.entries = entries
    self.location = location
    known = reservedKeys
  }

  /// Makes a reader of YAML text, as the runner does for a stage of a pipeline file.
  ///
  /// - Parameters:
  ///   - yaml: A mapping, or nothing.
  ///   - name: The stage's name, for messages.
  ///   - file: The file's name, for messages.
  ///   - folder: What relative paths resolve against.
  /// - Throws: `PipelineFileError` where the text is not a YAML mapping.
  public convenience init(yaml: String, name: String, file: String = "pipeline.yaml", folder: URL) throws {
    let node = try YAMLDocument.parse(yaml, file: file, baseFolder: folder)
    try self.init(name: name, node: node, location: node.location)
  }

  /// Makes a reader of settings from a command line, such as `elastic.displacement_mm=6`; the values are YAML.
  ///
  /// - Throws: `PipelineFileError.malformedOverride`, and what YAML text is refused for.
  public convenience init(settings: [String], name: String, folder: URL) throws {
    var node = try YAMLDocument.parse("{}", file: name, baseFolder: folder)
    for text in settings {
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let path = sides[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, !path.contains("") else {
        throw PipelineFileError.malformedOverride(text, examples: ["elastic.displacement_mm=6"])
      }
      node.set(path[...], to: try YAMLDocument.parse(String(sides[1]), override: text, baseFolder: folder))
    }
    try self.init(name: name, node: node, location: node.location)
  }

  /// A reader of a node that must be a mapping or null.
  convenience init(
    name: String, node: ParameterNode, location: SourceLocation, reservedKeys: [String] = []
  ) throws {
    guard let entries = node.isNull ? [] : node.ownEntries else {
      throw PipelineFileError.invalidValue(
        node.location, parameter: name, expected: "a mapping of parameters", found: node.summary, suggestion: nil)
    }
    self.init(name: name, entries: entries, location: location, reservedKeys: reservedKeys)
  }

  // MARK: What the file says

  /// The form of a key's value, for parameters that take several.
  public enum Form: Sendable {
    /// The key is not there, or null.
    case absent
    /// One value.
    case scalar
    /// A list of values.
    case list
    /// A mapping.
    case mapping
  }

  /// The form of a key's value; read it next by `string`, `ints`, `nested` and the like.
  public func form(of key: String) -> Form {
    switch node(for: key)?.content {
    case nil: .absent
    case .scalar: .scalar
    case .list: .list
    case .mapping: .mapping
    }
  }

  /// Whether the file gives a key a value other than null.
  public func has(_ key: String) -> Bool { node(for: key) != nil }

  /// Gives a key another name in files. Read the key by its own: whatever name a file uses, `resolved.yaml` and the
  /// fingerprint have that, so that an alias makes no stage run again.
  public func alias(_ alias: String, of key: String) {
    if aliases[key]?.contains(alias) != true { aliases[key, default: []].append(alias) }
    for name in [alias, key] where !known.contains(name) { known.append(name) }
  }

  /// The entries of a file that give a key a value: one, unless it is there under two of its names.
  func entries(for key: String) -> [ParameterNode.Entry] {
    let names = [key] + (aliases[key] ?? [])
    return entries.filter { names.contains($0.key) }
  }

  /// The entry of a key; what the command line says under one of its names goes before what the file says under another.
  func entry(for key: String) -> ParameterNode.Entry? {
    if !known.contains(key) { known.append(key) }
    return findEntry(for: key)
  }

  /// The same, but the key is not declared by it.
  func findEntry(for key: String) -> ParameterNode.Entry? {
    let found = entries(for: key)
    guard found.count > 1, let override = found.first(where: \.isOverride),
      let original = found.first(where: { !$0.isOverride })
    else { return found.first }
    var merged = original
    merged.value.merge(override.value)
    return merged
  }

  private func node(for key: String) -> ParameterNode? {
    entry(for: key).flatMap { $0.value.isNull ? nil : $0.value }
  }

  // MARK: Reading

  /// Reads a required key, or one with a default.
  ///
  /// - Parameter absent: The value that checkpoints without the key were made with; nil: every version wrote it.
  package func value<Value>(
    _ key: String, _ type: ParameterType<Value>, default defaultValue: Value?, absent: ResolvedValue? = nil
  ) throws -> Value {
    guard let entry = entry(for: key) else {
      guard let defaultValue else {
        return try refused(missing(key, expected: type.expectation), key, standIn: type.standIn)
      }
      record(key, .value(type.resolve(defaultValue), absent: absent))
      return defaultValue
    }
    do {
      let value = try translatingMismatch(of: key) { try type.decode(entry.value) }
      record(key, .value(type.resolve(value), absent: absent))
      return value
    } catch {
      return try refused(error, key, standIn: defaultValue ?? type.standIn)
    }
  }

  /// A list of values of a type; a scalar is a list of one.
  ///
  /// - Throws: `PipelineFileError.missingKey`, `.invalidValue`.
  public func values<Value>(
    _ key: String, of type: ParameterType<Value>, count: ClosedRange<Int> = 0...Int.max
  ) throws -> [Value] {
    try value(key, .list(of: type, count: count), default: nil)
  }

  /// Reads a key that may be absent or null; nil then, or a default.
  func optionalValue<Value>(
    _ key: String, _ type: ParameterType<Value>, default defaultValue: Value? = nil
  ) throws -> Value? {
    if let defaultValue { return try value(key, type, default: defaultValue) }
    guard has(key) else {
      record(key, .value(.null))
      return nil
    }
    return try value(key, type, default: nil)
  }

  /// Reads a mapping whose keys are data, such as the classes of a data set, in the order of the file.
  ///
  /// - Throws: `PipelineFileError.missingKey`, `.invalidValue`.
  public func pairs<Value>(_ key: String, of type: ParameterType<Value>) throws -> [(key: String, value: Value)] {
    let expectation = "a mapping, each value \(type.expectation)"
    guard let entry = entry(for: key) else {
      return try refused(missing(key, expected: expectation), key, standIn: [])
    }
    let pairs: [(key: String, value: Value)]
    do {
      pairs = try translatingMismatch(of: key) {
        guard let entries = entry.value.entries else {
          throw ParameterMismatch(
            location: entry.value.location, expected: expectation, found: entry.value.summary, suggestion: nil)
        }
        return try entries.map { (key: $0.key, value: try type.decode($0.value)) }
      }
    } catch {
      return try refused(error, key, standIn: [])
    }
    record(key, .value(.pairs(pairs.map { .init($0.key, type.resolve($0.value)) })))
    return pairs
  }

  /// A reader of the mapping under a key; of an empty one where the key is absent, so that its defaults hold.
  ///
  /// - Parameter mainKey: The key of that mapping whose value a file may give in place of the mapping: with the main key
  ///   `kind`, `schedule: cosine` means `schedule: {kind: cosine}`. In `resolved.yaml` it is a mapping, with every key. A
  ///   fingerprint has the main key's value under the mapping's name: where the mapping was one value in earlier versions,
  ///   no stage runs again.
  /// - Parameter wasMapping: Whether it was a mapping in earlier versions too: a fingerprint has the main key's value under
  ///   its own name.
  /// - Throws: `PipelineFileError.invalidValue` where the value is not a mapping.
  public func nested(_ key: String, mainKey: String? = nil, wasMapping: Bool = false) throws -> ParameterReader {
    if case .nested(let reader)? = read.first(where: { $0.key == key })?.value { return reader }
    var reader = ParameterReader(name: dotted(key), entries: [], location: location)
    if let entry = entry(for: key) {
      do {
        let node = mainKey.map { entry.value.spreading(to: $0) } ?? entry.value
        reader = try ParameterReader(name: dotted(key), node: node, location: entry.keyLocation)
        reader.isShort = mainKey != nil && entry.value.entries == nil
      } catch {
        reader = try refused(error, key, standIn: reader)
      }
    }
    reader.mainKey = mainKey
    reader.namesMainKey = !wasMapping
    reader.collector = collector
    record(key, .nested(reader))
    return reader
  }

  /// A reader of the mapping under a key, or nil where the key is absent or null.
  ///
  /// - Parameter mainKey: As in `nested`.
  /// - Throws: `PipelineFileError.invalidValue` where the value is not a mapping.
  public func optionalNested(_ key: String, mainKey: String? = nil) throws -> ParameterReader? {
    guard has(key) else {
      record(key, .value(.null))
      return nil
    }
    return try nested(key, mainKey: mainKey)
  }

  func record(_ key: String, _ value: ReadValue) {
    if let index = read.firstIndex(where: { $0.key == key }) {
      read[index].value = value
    } else {
      read.append((key, value))
    }
  }

  /// Everything read so far, in the order it was first asked for.
  package var resolved: ResolvedValue {
    .parameters(
      read.map { key, value in
        switch value {
        case .value(let value, let absent):
          ResolvedValue.Entry(key, value, absent: absent, isMain: namesMainKey && key == mainKey)
        case .nested(let reader): ResolvedValue.Entry(key, reader.resolved)
        case .kinds(let readers): ResolvedValue.Entry(key, ResolvedValue(kinds: readers.map(\.resolved)))
        }
      })
  }
}
