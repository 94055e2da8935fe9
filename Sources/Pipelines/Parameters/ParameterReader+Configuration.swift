import Configurations

extension ParameterReader {
  /// Reads every key of a configuration that does not follow from the data.
  ///
  /// - Parameters:
  ///   - defaults: What keys have that the file does not set.
  ///   - skipped: Keys that are read otherwise.
  /// - Throws: `PipelineFileError.invalidValue`.
  public func configuration<Value: Configuration>(
    _ defaults: Value = Value(), without skipped: Set<String> = []
  ) throws -> Value {
    var configuration = defaults
    for key in Value.keys where !key.isFromData && !skipped.contains(key.name) {
      try read(key, into: &configuration)
    }
    for problem in configuration.contradictions {
      try refuse(problem.key, expected: problem.expected, found: problem.found, comparedWith: problem.others)
    }
    return configuration
  }

  private func read<Root>(_ key: ConfigurationKey<Root>, into root: inout Root) throws {
    let absent = key.absent.map(ResolvedValue.init)
    switch key.kind {
    case .count(let place, let range):
      root[keyPath: place] = try value(key.name, .int(in: range), default: root[keyPath: place], absent: absent)
    case .number(let place, let range):
      let number = try value(key.name, .double(in: range), default: root[keyPath: place], absent: absent)
      root[keyPath: place] = number
      try requireSinglePrecision(number, range, key.name)
    case .optionalCount(let place, let range):
      root[keyPath: place] = try optionalValue(key.name, .int(in: range), default: root[keyPath: place])
    case .optionalNumber(let place, let range):
      let number = try optionalValue(key.name, .double(in: range), default: root[keyPath: place])
      root[keyPath: place] = number
      if let number { try requireSinglePrecision(number, range, key.name) }
    case .flag(let place):
      root[keyPath: place] = try value(key.name, .bool, default: root[keyPath: place], absent: absent)
    case .choice(let choice):
      let type = choice.hasTruthValues ? ParameterType.truthOrWord(of: choice.values) : .word(of: choice.values)
      choice.set(&root, try value(key.name, type, default: choice.get(root), absent: absent))
    case .classWeights(let place):
      root[keyPath: place] = try value(key.name, .classWeights, default: root[keyPath: place], absent: absent)
    case .optionalLevels(let place, let range):
      root[keyPath: place] = try optionalValue(key.name, .levels(in: range), default: root[keyPath: place])
    }
  }
}

extension ParameterReader {
  /// Refuses a number that single precision, in which networks compute, rounds out of its range, such as 0.99999999 to 1.
  private func requireSinglePrecision(_ number: Double, _ range: NumberRange<Double>, _ key: String) throws {
    guard !range.contains(Double(Float(number))), !wasRefused(key) else { return }
    try refuse(key, expected: "a number" + range.phrase(\.canonicalText) + ", also in single precision")
  }
}

extension ResolvedValue {
  init(_ value: ConfigurationValue) {
    switch value {
    case .int(let value): self = .int(value)
    case .number(let value): self = .number(value)
    case .flag(let value): self = .bool(value)
    case .text(let value): self = .text(value)
    case .classWeights(let value): self = ParameterType.classWeights.resolve(value)
    case .levels(let value): self = ParameterType.levels(in: .any).resolve(value)
    case .none: self = .null
    }
  }
}
