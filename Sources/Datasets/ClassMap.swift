/// The classes of a segmentation: their names, their indices, and the values that stand for them in label files.
///
/// The background has index 0; the others follow in the order in which they were written. At least 2 and at most 254
/// classes, so that an index fits a byte beside `LabelMap.ignored`.
public struct ClassMap: Hashable, Sendable {
  /// A class: its name and the values that stand for it in label files.
  public struct Entry: Codable, Hashable, Sendable {
    /// The class's name; not empty.
    public let name: String
    /// The values in label files, each in 0...65535; several are merged into the one class, and the first is written.
    public let values: [Int]

    /// Makes a class of one or more values.
    public init(name: String, values: [Int]) {
      self.name = name
      self.values = values
    }
  }

  /// The classes by their index; the first is the background.
  public let classes: [Entry]
  /// The index of each file value; `unlisted` where no class has it.
  let indices: [UInt8]

  /// What `indices` holds for a value that no class has.
  static let unlisted: UInt8 = 255
  /// The largest number of classes.
  public static let maximumCount = 254

  /// Makes the map from the classes as the pipeline file lists them.
  ///
  /// - Parameter background: the name of the background's class; nil stands for `background`.
  ///
  /// Throws `DatasetError.classes` where the names or values contradict themselves.
  public init(_ entries: [Entry], background: String? = nil) throws(DatasetError) {
    guard (2...Self.maximumCount).contains(entries.count) else {
      throw .classes(.count(entries.count))
    }
    var names: Set<String> = []
    var owners: [Int: String] = [:]
    for entry in entries {
      guard !entry.name.isEmpty else { throw .classes(.emptyName) }
      guard names.insert(entry.name).inserted else { throw .classes(.repeatedName(entry.name)) }
      guard !entry.values.isEmpty else { throw .classes(.noValues(name: entry.name)) }
      for value in entry.values {
        guard 0...65535 ~= value else { throw .classes(.valueOutOfRange(name: entry.name, value: value)) }
        if let owner = owners.updateValue(entry.name, forKey: value) {
          throw .classes(.sharedValue(value, first: owner, second: entry.name))
        }
      }
    }
    let allNames = entries.map(\.name)
    guard let place = entries.firstIndex(where: { $0.name == background ?? "background" }) else {
      throw .classes(background.map { .unknownBackground($0, names: allNames) } ?? .noBackground(names: allNames))
    }
    var ordered = entries
    ordered.insert(ordered.remove(at: place), at: 0)
    self.init(ordered: ordered)
  }

  private init(ordered: [Entry]) {
    classes = ordered
    var indices = [UInt8](repeating: Self.unlisted, count: (ordered.flatMap(\.values).max() ?? 0) + 1)
    for (index, entry) in ordered.enumerated() {
      for value in entry.values { indices[value] = UInt8(index) }
    }
    self.indices = indices
  }

  /// The number of classes, the background among them.
  public var count: Int { classes.count }
  /// The names by index.
  public var names: [String] { classes.map(\.name) }
  /// The index of a class; nil where there is none of that name.
  public func index(of name: String) -> Int? { classes.firstIndex { $0.name == name } }

  /// The classes and their values as a message lists them, by index: `0 background`, `1 or 3 tumour`.
  var valueDescriptions: [String] {
    classes.map { "\($0.values.map(String.init).joined(separator: " or ")) \($0.name)" }
  }
}

extension ClassMap: Codable {
  /// Reads the list of classes, the background first; throws as `init(_:background:)` does.
  public init(from decoder: any Decoder) throws {
    let entries = try decoder.singleValueContainer().decode([Entry].self)
    try self.init(entries, background: entries.first?.name)
  }

  /// Writes the list of classes, the background first.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(classes)
  }
}
