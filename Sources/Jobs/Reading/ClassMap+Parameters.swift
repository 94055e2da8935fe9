import Datasets
import Pipelines

extension ClassMap {
  /// Reads the keys `classes`, `background` and `label_map`.
  package init(_ parameters: ParameterReader) throws {
    let value = ParameterType<LabelValue>.parsed("a whole number or a colour such as \"#ff0000\"") { LabelValue($0) }
    let entries = try parameters.pairs("classes", of: .list(of: value, count: 1...254))
    let labelMap = parameters.has("label_map") ? try parameters.pairs("label_map", of: value) : []
    try self.init(
      entries.map { Entry(name: $0.key, values: $0.value) }, background: parameters.optionalString("background"),
      labelMap: labelMap.map { pair in
        guard let file = LabelValue(pair.key) else {
          throw parameters.invalid("label_map", expected: "values of label files as keys: whole numbers or colours")
        }
        return (file: file, value: pair.value)
      })
  }
}
