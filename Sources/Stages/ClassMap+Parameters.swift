import Datasets
import Pipelines

extension ClassMap {
  /// Reads the keys `classes` and `background`.
  init(_ parameters: ParameterReader) throws {
    let entries = try parameters.pairs("classes", of: .list(of: .int, count: 1...254))
    try self.init(
      entries.map { Entry(name: $0.key, values: $0.value) }, background: parameters.optionalString("background"))
  }
}
