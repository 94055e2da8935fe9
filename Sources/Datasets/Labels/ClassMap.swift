/// The classes of a segmentation: their names, their indices, and their values in label files.
///
/// The background has index 0; the others follow in the order in which they were written. At least 2 and at most 254
/// classes, so that an index fits a byte beside `LabelMap.ignored`. The values are numbers, or all of them colours.
public struct ClassMap: Hashable, Sendable {
  /// A class: its name and its values in label files.
  public struct Entry: Codable, Hashable, Sendable {
    /// The class's name; not empty.
    public let name: String
    /// The values in label files; several are merged into the one class, and the first is written.
    public let values: [LabelValue]

    /// Makes a class of one or more values.
    public init(name: String, values: [LabelValue]) {
      self.name = name
      self.values = values
    }

    /// Makes a class of one or more numbers.
    public init(name: String, values: [Int]) { self.init(name: name, values: values.map { .number($0) }) }
  }

  /// The classes by their index; the first is the background.
  public let classes: [Entry]
  /// The values in label files of voxels that count for no class: in no loss, no metric and no statistics.
  public let ignored: [LabelValue]
  /// The index of each file value.
  let table: LabelTable

  /// The largest number of classes.
  public static let maximumCount = 254

  /// Makes the map from the classes as the pipeline file lists them.
  ///
  /// - Parameters:
  ///   - background: The name of the background's class; nil stands for `background`.
  ///   - labelMap: File values and the values of `entries` that they stand for, in the order of the file. A class has the
  ///     file values that are mapped to its values, and those of its values that are not mapped themselves.
  ///   - ignored: The values of ignored voxels; they become `LabelMap.ignored`.
  ///
  /// Throws `DatasetError.classes` where the names or values contradict themselves.
  public init(
    _ entries: [Entry], background: String? = nil, labelMap: [(file: LabelValue, value: LabelValue)] = [],
    ignored: [LabelValue] = []
  ) throws(DatasetError) {
    guard (2...Self.maximumCount).contains(entries.count) else {
      throw .classes(.count(entries.count))
    }
    try Self.checkNames(entries)
    try Self.checkValues(entries)
    let mapped = labelMap.isEmpty ? entries : try Self.mapped(entries, by: labelMap)
    let allNames = entries.map(\.name)
    guard let place = entries.firstIndex(where: { $0.name == background ?? "background" }) else {
      throw .classes(background.map { .unknownBackground($0, names: allNames) } ?? .noBackground(names: allNames))
    }
    var ordered = mapped
    ordered.insert(ordered.remove(at: place), at: 0)
    try Self.checkIgnored(ignored, beside: ordered)
    classes = ordered
    self.ignored = ignored
    table = LabelTable(ordered.map { $0.values.map(\.key) }, ignored: ignored.map(\.key))
  }

  /// The same classes, further values ignored.
  ///
  /// Throws `DatasetError.classes` as `init` does.
  public func ignoring(_ values: [LabelValue]) throws(DatasetError) -> ClassMap {
    try ClassMap(
      classes, background: classes[0].name, ignored: ignored + values.filter { !ignored.contains($0) })
  }

  private static func checkIgnored(_ ignored: [LabelValue], beside classes: [Entry]) throws(DatasetError) {
    for (place, value) in ignored.enumerated() {
      if let owner = classes.first(where: { $0.values.contains(value) }) {
        throw .classes(.ignoredClassValue(value, name: owner.name))
      }
      guard value.isColour == classes[0].values[0].isColour else { throw .classes(.numbersAndColours) }
      if case .number(let number) = value, !LabelValue.numbers.contains(number) {
        throw .classes(.valueOutOfRange(name: "ignore", value: number))
      }
      if ignored[..<place].contains(value) { throw .classes(.ignoredTwice(value)) }
    }
  }

  private static func checkNames(_ entries: [Entry]) throws(DatasetError) {
    var names: Set<String> = []
    for entry in entries {
      guard !entry.name.isEmpty else { throw .classes(.emptyName) }
      guard names.insert(entry.name).inserted else { throw .classes(.repeatedName(entry.name)) }
    }
  }

  private static func checkValues(_ entries: [Entry]) throws(DatasetError) {
    var owners: [LabelValue: String] = [:]
    for entry in entries {
      guard !entry.values.isEmpty else { throw .classes(.noValues(name: entry.name)) }
      for value in entry.values {
        if case .number(let number) = value, !LabelValue.numbers.contains(number) {
          throw .classes(.valueOutOfRange(name: entry.name, value: number))
        }
        if let owner = owners.updateValue(entry.name, forKey: value) {
          throw .classes(.sharedValue(value, first: owner, second: entry.name))
        }
      }
    }
    guard Set(owners.keys.map(\.isColour)).count == 1 else { throw .classes(.numbersAndColours) }
  }

  /// The classes with the values that files have for them.
  private static func mapped(
    _ entries: [Entry], by labelMap: [(file: LabelValue, value: LabelValue)]
  ) throws(DatasetError) -> [Entry] {
    var targets: [LabelValue: LabelValue] = [:]
    for (file, value) in labelMap {
      guard entries.contains(where: { $0.values.contains(value) }) else {
        throw .classes(.mappedToNoClass(file: file, value: value))
      }
      guard targets.updateValue(value, forKey: file) == nil else { throw .classes(.mappedTwice(file)) }
    }
    let result = entries.map { entry in
      let files = labelMap.filter { entry.values.contains($0.value) }.map(\.file)
      // Numbers of classes do not stand in files of colours.
      let kept = entry.values.filter { targets[$0] == nil && $0.isColour == labelMap[0].file.isColour }
      return Entry(name: entry.name, values: files + kept)
    }
    try checkValues(result)
    return result
  }

  /// The number of classes, the background among them.
  public var count: Int { classes.count }
  /// The names by index.
  public var names: [String] { classes.map(\.name) }
  /// The index of a class; nil where there is none of that name.
  public func index(of name: String) -> Int? { classes.firstIndex { $0.name == name } }
  /// Whether label files contain colours, not numbers.
  public var usesColours: Bool { classes[0].values[0].isColour }
  /// The number that reports call a class by: that of its files, or, of colours, its index.
  public func number(ofClass index: Int) -> Int { usesColours ? index : classes[index].values[0].key }

  /// The classes and their values as a message lists them, by index: `0 background`, `1 or 3 tumour`.
  var valueDescriptions: [String] {
    classes.map { "\($0.values.map(\.description).joined(separator: " or ")) \($0.name)" }
      + ignored.map { "\($0) (ignored)" }
  }
}

extension ClassMap: Codable {
  private enum CodingKeys: String, CodingKey { case classes, ignored }

  /// Reads the list of classes, the background first, or a mapping of it and the ignored values; throws as
  /// `init(_:background:)` does.
  public init(from decoder: any Decoder) throws {
    if let values = try? decoder.container(keyedBy: CodingKeys.self) {
      let entries = try values.decode([Entry].self, forKey: .classes)
      try self.init(
        entries, background: entries.first?.name, ignored: values.decode([LabelValue].self, forKey: .ignored))
      return
    }
    let entries = try decoder.singleValueContainer().decode([Entry].self)
    try self.init(entries, background: entries.first?.name)
  }

  /// Writes the list of classes, the background first; where values are ignored, a mapping of both.
  public func encode(to encoder: any Encoder) throws {
    guard ignored.isEmpty else {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(classes, forKey: .classes)
      try values.encode(ignored, forKey: .ignored)
      return
    }
    var container = encoder.singleValueContainer()
    try container.encode(classes)
  }
}
