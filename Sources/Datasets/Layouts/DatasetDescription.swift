import Foundation

/// A `dataset.json` of the Medical Segmentation Decathlon or of nnU-Net, in its first or second version.
struct DatasetDescription {
  /// A training case as it is listed.
  struct Item: Decodable {
    let image: String
    let label: String?
  }

  let file: String
  private let stored: Stored

  init(contentsOf file: String) throws(DatasetError) {
    let data = Data(try FilePath.text(at: URL(filePath: file, directoryHint: .notDirectory)).utf8)
    self.file = file
    do {
      stored = try JSONDecoder().decode(Stored.self, from: data)
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.keyNotFound(_, let context)
    {
      throw .layout(.invalidDescription(file: file, place: Self.place(of: context.codingPath)))
    } catch {
      throw .layout(.invalidDescription(file: file, place: nil))
    }
  }

  /// Whether the channels are named as nnU-Net's second version does it.
  var hasChannelNames: Bool { stored.channelNames != nil }

  /// The names of the channels, in the order of their numbers; empty where none is named.
  var channelNames: [String] {
    let names = stored.channelNames ?? stored.modality ?? [:]
    return names.sorted { (Int($0.key) ?? .max, $0.key) < (Int($1.key) ?? .max, $1.key) }.map(\.value)
  }

  /// The ending of all files, where it is stated.
  var fileEnding: String? { stored.fileEnding }

  /// The training cases that are listed, without the files that macOS leaves in archives.
  var training: [Item] {
    (stored.training ?? []).filter { !URL(filePath: $0.image).lastPathComponent.hasPrefix("._") }
  }

  /// The number of test cases that are listed.
  var testCount: Int { (stored.test ?? []).count }

  /// The classes that `labels` names, in the order of their values; the value of nnU-Net's label `ignore` is ignored.
  ///
  /// - Throws: `LayoutProblem.noLabels`, `.regions`, `.noBackground`, `.invalidDescription`;
  ///   `DatasetError.classes` where they contradict themselves.
  func classes() throws(DatasetError) -> ClassMap {
    guard let labels = stored.labels, !labels.isEmpty else { throw .layout(.noLabels(file: file)) }
    var values: [(name: String, value: Int)] = []
    var regions: [String] = []
    for (key, label) in labels.sorted(by: { $0.key < $1.key }) {
      switch label {
      case .value(let value): values.append((key, value))
      case .values: regions.append(key)
      case .name(let name):
        guard let value = Int(key) else {
          throw .layout(.invalidDescription(file: file, place: "labels.\(key)"))
        }
        values.append((name, value))
      }
    }
    guard regions.isEmpty else { throw .layout(.regions(file: file, names: regions)) }
    let ignored = values.filter { $0.name == "ignore" }.map { LabelValue.number($0.value) }
    values.removeAll { $0.name == "ignore" }
    guard let background = values.first(where: { $0.value == 0 }) else {
      throw .layout(.noBackground(file: file, names: values.map(\.name)))
    }
    values.sort { $0.value < $1.value }
    return try ClassMap(
      values.map { ClassMap.Entry(name: $0.name, values: [$0.value]) }, background: background.name, ignored: ignored)
  }

  private static func place(of path: [any CodingKey]) -> String {
    path.map { $0.intValue.map { "entry \($0)" } ?? $0.stringValue }.joined(separator: ".")
  }
}

/// What the file may hold.
private struct Stored: Decodable {
  let labels: [String: Label]?
  let channelNames: [String: String]?
  let modality: [String: String]?
  let fileEnding: String?
  let training: [DatasetDescription.Item]?
  let test: [TestItem]?

  enum CodingKeys: String, CodingKey {
    case labels, modality, training, test
    case channelNames = "channel_names"
    case fileEnding = "file_ending"
  }

  /// What is beside a key of `labels`: a name beside a value, or a value or several beside a name.
  enum Label: Decodable {
    case name(String)
    case value(Int)
    case values([Int])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Int.self) {
        self = .value(value)
      } else if let values = try? container.decode([Int].self) {
        self = .values(values)
      } else {
        self = .name(try container.decode(String.self))
      }
    }
  }

  /// A test case: a path, or a mapping with one.
  struct TestItem: Decodable {
    init(from decoder: any Decoder) throws {
      if (try? decoder.singleValueContainer().decode(String.self)) == nil {
        _ = try DatasetDescription.Item(from: decoder)
      }
    }
  }
}
