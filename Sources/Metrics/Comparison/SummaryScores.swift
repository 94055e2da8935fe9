import Foundation

/// The values of each case that a `summary.json` holds: this program's, or nnU-Net's.
public struct SummaryScores: Sendable {
  /// The values of a case.
  public struct Case: Sendable {
    /// The case's name.
    public let name: String
    /// Its group; the name where the file says nothing of groups.
    public let group: String
    /// The values by label and metric, misses and false alarms penalised; undefined ones are missing.
    public let values: [String: [String: Double]]
  }

  /// The cases, in the order of the file.
  public let cases: [Case]
  /// The names of the classes, by label; empty where the file does not name them.
  public let classNames: [String: String]

  /// Reads the content of a `summary.json`.
  ///
  /// `NaN` and `Infinity`, which Python writes, count as undefined.
  /// Throws: `DecodingError`.
  public init(_ data: Data) throws {
    let summary = try JSONDecoder().decode(SummaryFile.self, from: Self.withoutNaN(data))
    classNames = summary.classNames ?? [:]
    cases = summary.cases.map { item in
      let name = item.name ?? Self.baseName(of: item.predictionFile ?? item.referenceFile ?? "")
      return Case(name: name, group: item.group ?? name, values: item.metrics.mapValues(\.values))
    }
  }

  private static func baseName(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return [".nii.gz", ".nii", ".png", ".tiff", ".tif"].first { file.hasSuffix($0) }.map {
      String(file.dropLast($0.count))
    }
      ?? file
  }

  /// JSON has no such numbers; outside strings they become null.
  private static func withoutNaN(_ data: Data) -> Data {
    var text = Data(capacity: data.count)
    var isString = false, isEscaped = false
    var index = data.startIndex
    while index < data.endIndex {
      let byte = data[index]
      if !isString, let word = ["-Infinity", "Infinity", "NaN"].first(where: { data[index...].starts(with: $0.utf8) }) {
        text.append(contentsOf: "null".utf8)
        index += word.utf8.count
        continue
      }
      if isString, !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        if byte == UInt8(ascii: "\""), !isEscaped { isString.toggle() }
        isEscaped = false
      }
      text.append(byte)
      index += 1
    }
    return text
  }
}

/// The parts of a `summary.json` that a comparison reads.
private struct SummaryFile: Decodable {
  let cases: [Case]
  let classNames: [String: String]?

  enum CodingKeys: String, CodingKey {
    case cases = "metric_per_case"
    case classNames = "class_names"
  }

  struct Case: Decodable {
    let name: String?
    let group: String?
    let predictionFile: String?
    let referenceFile: String?
    let metrics: [String: Metrics]

    enum CodingKeys: String, CodingKey {
      case group, metrics
      case name = "case"
      case predictionFile = "prediction_file"
      case referenceFile = "reference_file"
    }
  }

  /// The values of a class; `status` and others that are no numbers are skipped.
  struct Metrics: Decodable {
    let values: [String: Double]

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      let isEmpty =
        Key(stringValue: "status").flatMap { try? container.decode(String.self, forKey: $0) } == "both_empty"
      var values: [String: Double] = [:]
      for key in container.allKeys where !isEmpty {
        if let number = try? container.decode(Double.self, forKey: key) { values[key.stringValue] = number }
      }
      let penalised = Key(stringValue: "penalised").flatMap { try? container.decode([String: Double].self, forKey: $0) }
      self.values = values.merging(penalised ?? [:]) { _, penalised in penalised }
    }
  }
}
