import Datasets
import Pipelines

extension ClassMap {
  /// The value of a class in label files: a whole number or a colour.
  package static let valueType = ParameterType<LabelValue>.parsed("a whole number or a colour such as \"#ff0000\"") {
    LabelValue($0)
  }

  /// The values of the key `ignore`; none without it.
  package static func ignored(_ parameters: ParameterReader) throws -> [LabelValue] {
    parameters.has("ignore") ? try parameters.values("ignore", of: valueType, count: 1...64) : []
  }

  /// Reads the keys `classes`, `background`, `label_map` and `ignore`.
  package init(_ parameters: ParameterReader) throws {
    let value = Self.valueType
    let entries = try parameters.pairs("classes", of: .list(of: value, count: 1...254))
    let labelMap = parameters.has("label_map") ? try parameters.pairs("label_map", of: value) : []
    do {
      try self.init(
        entries.map { Entry(name: $0.key, values: $0.value) }, background: parameters.optionalString("background"),
        labelMap: labelMap.map { pair in
          guard let file = LabelValue(pair.key) else {
            throw parameters.invalid(
              "label_map", expected: "keys that are values of label files: whole numbers or colours")
          }
          return (file: file, value: pair.value)
        }, ignored: Self.ignored(parameters))
    } catch DatasetError.classes(let problem) {
      throw parameters.located(DatasetError.classes(problem), at: [problem.key, "classes"])
    }
  }
}

extension ClassMapProblem {
  /// The key whose value is wrong.
  fileprivate var key: String {
    switch self {
    case .mappedToNoClass, .mappedTwice: "label_map"
    case .ignoredClassValue, .ignoredTwice: "ignore"
    case .unknownBackground: "background"
    case .count, .emptyName, .repeatedName, .noValues, .valueOutOfRange, .sharedValue, .numbersAndColours,
      .noBackground:
      "classes"
    }
  }
}
