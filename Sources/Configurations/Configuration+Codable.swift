/// A configuration as JSON: an object with the values by their keys.
extension Configuration {
  /// Reads an object; a key that it lacks has the value that its absence meant.
  ///
  /// - Throws: `DecodingError` for a key that every version wrote, an unknown key, a wrong type, or a word that is none of
  ///   the choice's.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: ConfigurationCodingKey.self)
    self.init()
    let known = Set(Self.keys.map(\.name))
    if let unknown = values.allKeys.first(where: { !known.contains($0.stringValue) }) {
      throw DecodingError.dataCorruptedError(
        forKey: unknown, in: values,
        debugDescription: "unknown key; expected none but \(known.sorted().joined(separator: ", "))")
    }
    for key in Self.keys { try key.decode(from: values, into: &self) }
  }

  /// Writes an object with every value.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: ConfigurationCodingKey.self)
    for key in Self.keys {
      let name = ConfigurationCodingKey(stringValue: key.name)
      switch key.value(in: self) {
      case .int(let value): try values.encode(value, forKey: name)
      case .number(let value): try values.encode(value, forKey: name)
      case .flag(let value): try values.encode(value, forKey: name)
      case .text(let value): try values.encode(value, forKey: name)
      case .classWeights(let value): try values.encode(value, forKey: name)
      case .levels(let value): try values.encode(value, forKey: name)
      case .none: try values.encodeNil(forKey: name)
      }
    }
  }
}

private struct ConfigurationCodingKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension ConfigurationKey {
  /// The word of a choice, written as a word or as a truth value.
  private func word(
    of choice: ConfigurationChoice<Root>, from values: KeyedDecodingContainer<ConfigurationCodingKey>,
    at key: ConfigurationCodingKey
  ) throws -> String {
    if let absent, try !values.contains(key) || values.decodeNil(forKey: key) {
      switch absent {
      case .text(let word): return word
      case .flag(let truth): return "\(truth)"
      case .int, .number, .classWeights, .levels, .none: break
      }
    }
    if choice.hasTruthValues, let truth = try? values.decode(Bool.self, forKey: key) { return "\(truth)" }
    return try values.decode(String.self, forKey: key)
  }

  fileprivate func decode(
    from values: KeyedDecodingContainer<ConfigurationCodingKey>, into root: inout Root
  ) throws {
    let key = ConfigurationCodingKey(stringValue: name)
    func read<Value: Decodable>(_ type: Value.Type, _ absent: Value?) throws -> Value {
      guard let absent else { return try values.decode(type, forKey: key) }
      return try values.decodeIfPresent(type, forKey: key) ?? absent
    }
    switch kind {
    case .count(let place, _):
      root[keyPath: place] = try read(Int.self, absent.flatMap { if case .int(let value) = $0 { value } else { nil } })
    case .number(let place, _):
      root[keyPath: place] = try read(
        Double.self, absent.flatMap { if case .number(let value) = $0 { value } else { nil } })
    case .optionalCount(let place, _): root[keyPath: place] = try values.decodeIfPresent(Int.self, forKey: key)
    case .optionalNumber(let place, _): root[keyPath: place] = try values.decodeIfPresent(Double.self, forKey: key)
    case .flag(let place):
      root[keyPath: place] = try read(
        Bool.self, absent.flatMap { if case .flag(let value) = $0 { value } else { nil } })
    case .choice(let choice):
      let text = try word(of: choice, from: values, at: key)
      guard choice.values.contains(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values, debugDescription: "expected one of \(choice.values.joined(separator: ", "))")
      }
      choice.set(&root, text)
    case .classWeights(let place):
      root[keyPath: place] = try read(
        ClassWeights.self, absent.flatMap { if case .classWeights(let value) = $0 { value } else { nil } })
    case .optionalLevels(let place, _):
      root[keyPath: place] = try values.decodeIfPresent([AxisLengths].self, forKey: key)
    }
  }
}
