// How a stage reports everything that is wrong with its parameters at once: while it reads, refused values are kept and
// a value of the right type replaces each, so that reading continues. Such a stage is never used.

/// The errors of a reader and of the readers nested in it.
final class ReadingErrors {
  private(set) var errors: [any Error] = []
  /// The dotted names of the keys that the errors are about.
  private var keys: Set<String> = []

  func add(_ error: any Error, about keys: [String]) {
    errors.append(error)
    self.keys.formUnion(keys)
  }

  /// Whether an error is about a key, about one nested in it, or about the mapping that it is in.
  func concern(_ key: String) -> Bool {
    keys.contains { $0 == key || $0.hasPrefix(key + ".") || key.hasPrefix($0 + ".") }
  }
}

/// Thrown where reading cannot continue; its reason was recorded before.
struct ReadingStopped: Error {}

extension ParameterReader {
  /// Reads with `body`, then refuses unknown keys: with every error at once.
  ///
  /// - Throws: What `body` throws, where nothing else is wrong; else `PipelineErrors`.
  public func readAll<Value>(_ body: (ParameterReader) throws -> Value) throws -> Value {
    let kept = ReadingErrors()
    collector = kept
    defer { collector = nil }
    var errors: [any Error] = []
    do {
      let value = try body(self)
      errors = kept.errors + unknownKeyErrors
      if errors.isEmpty { return value }
    } catch is ReadingStopped {
      errors = kept.errors + unknownKeyErrors
    } catch {
      // After a refused value, what does not name another key is probably its consequence.
      if kept.errors.isEmpty { throw error }
      errors = kept.errors
      if let error = error as? PipelineFileError, let key = error.dottedKey, !kept.concern(key) { errors.append(error) }
    }
    throw PipelineErrors(errors)
  }

  /// Reads on after an error: keeps what `body` throws to be reported with the others, and gives nil for its value.
  ///
  /// - Parameter keys: The keys that `body` reads; what it throws is a consequence where one of them was refused before.
  /// - Throws: What `body` throws, outside `readAll`.
  public func collecting<Value>(_ keys: String..., body: () throws -> Value) throws -> Value? {
    guard let collector else { return try body() }
    do {
      return try body()
    } catch let error where !(error is ReadingStopped) {
      let names = keys.map(dotted)
      if !names.contains(where: collector.concern) { collector.add(located(error, at: keys), about: names) }
      return nil
    }
  }

  /// An error of another module with the location of the value that it is about: of the first of the keys that has one.
  public func located(_ error: any Error, at keys: [String]) -> any Error {
    if error is LocatedError || error is PipelineFileError || error is PipelineErrors { return error }
    return LocatedError(location: valueLocation(of: keys.first(where: has)), error: error)
  }

  /// The value that `collecting` gave; a reading that lacks one ends here. Ask for it when every key was read.
  public func needed<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw ReadingStopped() }
    return value
  }

  /// Refuses a value that has the right type but cannot be, and lets the reading go on.
  ///
  /// - Parameters:
  ///   - key: The key to blame.
  ///   - expected: What was expected.
  ///   - others: The keys that it was compared with; where one of them was refused, nothing is said.
  /// - Throws: The error, outside `readAll`.
  public func refuse(_ key: String, expected: String, found: String? = nil, comparedWith others: [String] = []) throws {
    let error = invalid(key, expected: expected, found: found)
    guard let collector else { throw error }
    if ([key] + others).allSatisfy({ !collector.concern(dotted($0)) }) { collector.add(error, about: [dotted(key)]) }
  }

  /// Whether the value of a key was refused; then a substitute was read.
  public func wasRefused(_ key: String) -> Bool { collector?.concern(dotted(key)) ?? false }

  /// Keeps the error of a key and returns the substitute for its value.
  func refused<Value>(_ error: any Error, _ key: String, standIn: Value?) throws -> Value {
    guard let collector, let standIn else { throw error }
    if !collector.concern(dotted(key)) { collector.add(error, about: [dotted(key)]) }
    return standIn
  }
}

extension PipelineFileError {
  /// The dotted name of the key that the error is about; nil for errors that are about no value.
  fileprivate var dottedKey: String? {
    switch self {
    case .invalidValue(_, let parameter, _, _, _): parameter
    case .missingKey(_, let owner, let key, _, _): owner.isEmpty ? key : "\(owner).\(key)"
    default: nil
    }
  }
}

extension ParameterReader {
  /// The error of a value that has the right type but cannot be: thrown by stages that check keys against each other.
  ///
  /// - Parameters:
  ///   - key: The key to blame.
  ///   - expected: What was expected, as in `a fraction; train, validation and test must sum to 1`.
  ///   - found: What was found; the key's value where nil.
  public func invalid(_ key: String, expected: String, found: String? = nil) -> PipelineFileError {
    let value = entry(for: key)?.value
    return .invalidValue(
      valueLocation(of: key), parameter: dotted(spelling(of: key)), expected: expected,
      found: found ?? value?.summary ?? "no value", suggestion: nil)
  }

  /// The location of a key's value; that of the mapping without one. For checks that are made later.
  public func location(of key: String) -> SourceLocation { valueLocation(of: key) }

  /// The location of a key's value; that of the mapping without one.
  func valueLocation(of key: String?) -> SourceLocation { key.flatMap(findEntry)?.value.location ?? location }

  /// Refuses the keys that nobody asked for, here and in nested mappings.
  ///
  /// - Throws: `PipelineErrors` with a `PipelineFileError.unknownKey` for each.
  public func finish() throws {
    let errors = unknownKeyErrors
    if !errors.isEmpty { throw PipelineErrors(errors) }
  }

  var unknownKeyErrors: [PipelineFileError] {
    let unknown = entries.filter { !known.contains($0.key) && !misspellings.contains($0.key) }.map { entry in
      PipelineFileError.unknownKey(
        entry.keyLocation, owner: name, key: entry.key, suggestion: Spelling.suggestion(for: entry.key, among: known),
        known: known.sorted())
    }
    return read.reduce(into: unknown + repeatedKeyErrors) { errors, element in
      switch element.value {
      case .value: break
      case .nested(let reader): errors += reader.unknownKeyErrors
      case .kinds(let readers): errors += readers.flatMap(\.unknownKeyErrors)
      }
    }
  }

  /// The errors of keys that a file gives two values, under two of their names.
  private var repeatedKeyErrors: [PipelineFileError] {
    aliases.keys.sorted().compactMap { key in
      let found = entries(for: key).filter { !$0.isOverride }
      guard found.count > 1 else { return nil }
      return PipelineFileError.invalidValue(
        found[1].keyLocation, parameter: dotted(found[1].key),
        expected: "only one of the keys \(found.map(\.key).joined(separator: " and ")) (aliases)",
        found: found.count == 2 ? "both" : "\(found.count)", suggestion: nil)
    }
  }

  /// The name by which a file calls a key.
  private func spelling(of key: String) -> String { entry(for: key)?.key ?? key }

  /// The error of a required key that is absent.
  func missing(_ key: String, expected: String) -> PipelineFileError {
    let strangers = entries.filter { !known.contains($0.key) }
    let misspelling = strangers.first { Spelling.suggestion(for: $0.key, among: [key]) != nil }
    if let misspelling { misspellings.insert(misspelling.key) }
    return .missingKey(
      misspelling?.keyLocation ?? location, owner: name, key: key, expected: expected, misspelling: misspelling?.key)
  }

  func translatingMismatch<Value>(of key: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let mismatch as ParameterMismatch {
      throw PipelineFileError.invalidValue(
        mismatch.location, parameter: dotted(spelling(of: key)), expected: mismatch.expected, found: mismatch.found,
        suggestion: mismatch.suggestion)
    }
  }

  func dotted(_ key: String) -> String {
    if isShort, key == mainKey { return name }
    return name.isEmpty ? key : "\(name).\(key)"
  }
}
