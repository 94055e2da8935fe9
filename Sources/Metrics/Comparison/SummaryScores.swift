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
    /// The same of classes that prediction and reference have.
    public let present: [String: [String: Double]]
    /// The labels that neither prediction nor reference has.
    public let emptyLabels: Set<String>
  }

  /// The cases, in the order of the file.
  public private(set) var cases: [Case]
  /// The names of the classes, by label; empty where the file does not name them.
  public let classNames: [String: String]
  /// The tolerance of NSD and BoundaryIoU; nil where the file does not say it.
  public let tolerance: Double?

  /// Reads the content of a `summary.json`.
  ///
  /// `NaN` and `Infinity`, which Python writes, count as undefined.
  /// Throws: `DecodingError`; `MetricsError.repeatedCase` where two cases have one name.
  public init(_ data: Data) throws {
    let summary = try JSONDecoder().decode(SummaryFile.self, from: Self.withoutNaN(data))
    classNames = summary.classNames ?? [:]
    tolerance = summary.tolerance
    cases = summary.cases.map { item in
      let name = item.name ?? Self.baseName(of: item.predictionFile ?? item.referenceFile ?? "")
      return Case(
        name: name, group: item.group ?? name, values: item.metrics.mapValues(\.values),
        present: item.metrics.compactMapValues { $0.isPresent ? $0.measured : nil },
        emptyLabels: Set(item.metrics.filter { $0.value.isEmpty }.keys))
    }
    var names = Set<String>()
    if let repeated = cases.first(where: { !names.insert($0.name).inserted }) {
      throw MetricsError.repeatedCase(repeated.name)
    }
  }

  /// The means over several evaluations of the same cases, such as of trainings with different seeds.
  ///
  /// A case has the mean of the values that it has in any of them; a label is empty in a case where it is so in all. To
  /// several labels, the label `foreground` is added: the mean over the labels of the case.
  ///
  /// - Parameter scores: At least one.
  public init(meanOf scores: [SummaryScores]) {
    classNames = scores.reduce(into: [:]) { $0.merge($1.classNames) { first, _ in first } }
    tolerance = scores.lazy.compactMap(\.tolerance).first
    var order: [String] = []
    var byName: [String: [Case]] = [:]
    for item in scores.flatMap(\.cases) {
      if byName[item.name] == nil { order.append(item.name) }
      byName[item.name, default: []].append(item)
    }
    cases = order.compactMap { name in
      guard let same = byName[name], let first = same.first else { return nil }
      return Case(
        name: name, group: first.group, values: Self.mean(same.map(\.values)),
        present: Self.mean(same.map(\.present)),
        emptyLabels: same.dropFirst().reduce(first.emptyLabels) { $0.intersection($1.emptyLabels) })
    }
  }

  /// The same with some of the cases alone.
  func limited(to names: Set<String>) -> SummaryScores {
    var limited = self
    limited.cases.removeAll { !names.contains($0.name) }
    return limited
  }

  /// The label of the mean over all labels.
  public static let foreground = "foreground"

  private static func mean(_ tables: [[String: [String: Double]]]) -> [String: [String: Double]] {
    var lists: [String: [String: [Double]]] = [:]
    for table in tables {
      for (label, metrics) in table {
        for (metric, value) in metrics { lists[label, default: [:]][metric, default: []].append(value) }
      }
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    var means = lists.mapValues { $0.mapValues(mean) }
    guard means.count > 1 else { return means }
    var all: [String: [Double]] = [:]
    for label in means.keys.sorted() {
      for (metric, value) in means[label] ?? [:] { all[metric, default: []].append(value) }
    }
    means[foreground] = all.mapValues(mean)
    return means
  }

  /// The mean over the cases of a metric of a label, misses and false alarms penalised; nil where no case has a value.
  public func mean(of metric: String, label: String) -> Double? {
    let values = cases.compactMap { $0.values[label]?[metric] }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
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
  let tolerance: Double?

  enum CodingKeys: String, CodingKey {
    case tolerance
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
    /// Without penalties.
    let measured: [String: Double]
    let isPresent: Bool
    let isEmpty: Bool

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      let status = Key(stringValue: "status").flatMap { try? container.decode(String.self, forKey: $0) }
      func isNone(_ name: String) -> Bool {
        Key(stringValue: name).flatMap { try? container.decode(Double.self, forKey: $0) } == 0
      }
      isEmpty = status.map { $0 == OverlapStatus.bothEmpty.rawValue } ?? (isNone("n_ref") && isNone("n_pred"))
      var values: [String: Double] = [:]
      for key in container.allKeys where !isEmpty {
        if let number = try? container.decode(Double.self, forKey: key) { values[key.stringValue] = number }
      }
      let penalised = Key(stringValue: "penalised").flatMap { try? container.decode([String: Double].self, forKey: $0) }
      measured = values
      // nnU-Net does not say whether a mask is empty, but how many voxels it has.
      isPresent = status.map { $0 == OverlapStatus.ok.rawValue } ?? !(values["n_ref"] == 0 || values["n_pred"] == 0)
      self.values = values.merging(penalised ?? [:]) { _, penalised in penalised }
    }
  }
}
