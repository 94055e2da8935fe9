import Files
import Foundation
import Machine

/// Named arrays of 32-bit floats with a few lines of text about them, in the safetensors format: a header in JSON, then
/// the raw little-endian numbers. Nothing in it is executable, and equal content has equal bytes.
/// Source: the safetensors format description of Hugging Face.
public struct WeightFile: Sendable, Equatable {
  /// An array: the sizes along its axes, slowest first, and its values.
  public struct Array: Sendable, Equatable {
    /// The sizes.
    public var shape: [Int]
    /// The values; as many as the product of the sizes.
    public var values: [Float]

    /// Makes an array.
    public init(shape: [Int], values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "the number of values matches the shape")
      self.shape = shape
      self.values = values
    }
  }

  /// Text by key.
  public var metadata: [String: String]
  /// Arrays by name.
  public var arrays: [String: Array]

  /// Makes a file's content.
  public init(metadata: [String: String] = [:], arrays: [String: Array] = [:]) {
    self.metadata = metadata
    self.arrays = arrays
  }
}

extension WeightFile {
  private struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]
    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  private enum HeaderValue: Codable {
    case metadata([String: String])
    case entry(Entry)

    init(from decoder: any Decoder) throws {
      if let entry = try? Entry(from: decoder) {
        self = .entry(entry)
      } else {
        self = .metadata(try [String: String](from: decoder))
      }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let metadata): try metadata.encode(to: encoder)
      case .entry(let entry): try entry.encode(to: encoder)
      }
    }
  }

  private static let metadataKey = "__metadata__"
  /// The limit of the format, in bytes.
  private static let longestHeader: UInt64 = 100_000_000

  /// The file's bytes.
  public func encoded() -> Data {
    var header: [String: HeaderValue] = metadata.isEmpty ? [:] : [Self.metadataKey: .metadata(metadata)]
    var offset = 0
    let names = arrays.keys.sorted()
    for name in names {
      let array = arrays[name]!
      let end = offset + 4 * array.values.count
      header[name] = .entry(Entry(dtype: "F32", shape: array.shape, dataOffsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Encoding strings and whole numbers has no way to fail.
    var json = (try? encoder.encode(header)) ?? Data()
    json.append(Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    var data = Data(capacity: 8 + json.count + offset)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(json)
    for name in names {
      arrays[name]!.values.withUnsafeBytes { data.append(contentsOf: $0) }
    }
    return data
  }

  /// Reads a file.
  ///
  /// - Throws: `MachineError.notEnoughMemory`; `NetworkError.unreadable` for what is not a readable regular file (a folder,
  ///   a pipe), `.notAModelFile` for a file of another kind, `.damaged` for a safetensors file that is not intact or not of
  ///   floats.
  public init(contentsOf url: URL) throws {
    try Self.requireReadableFile(url)
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw NetworkError.unreadable(file: url.path, reason: "read error; check the disk and the permissions")
    }
    // The mapped file, and the arrays that are made of it.
    self = try MemoryBudget.reserving(ByteCount.product(2, data.count), for: "the weights in \(url.path)") {
      try WeightFile(data, file: url.path)
    }
  }

  /// Looks at a path before it is opened: opening a pipe would wait for its other end.
  private static func requireReadableFile(_ url: URL) throws {
    func unreadable(_ reason: String) -> NetworkError { .unreadable(file: url.path, reason: reason) }
    switch FileSystem.kind(of: url.path) {
    case .folder:
      let inside = url.appending(path: "model.safetensors")
      let example = FileSystem.kind(of: inside.path) == .file ? inside.path : "model.safetensors of a run"
      throw unreadable("it is a folder; expected a model file, such as \(example)")
    case .other: throw unreadable("it is a device, a pipe or a socket; expected a regular file")
    case nil:
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) else { break }
      throw unreadable(
        "it is a link to \(target), which does not exist there. The results at the top of a run's folder are such links: "
          + "copy the file with 'cp -L', or give the path of the file in 'stages'")
    case .file: break
    }
    guard access(url.path, R_OK) == 0 else {
      throw unreadable(String(cString: strerror(errno)) + "; check the path and its permissions")
    }
  }

  /// Reads a file's bytes; `file` names it in errors.
  public init(_ data: Data, file: String) throws {
    func damaged(_ expected: String, _ found: String) -> NetworkError {
      .damaged(file: file, expected: expected, found: found)
    }
    guard data.count >= 8 else { throw damaged("a safetensors header", "\(data.count) bytes") }
    // Behind the length the header begins, an object in JSON.
    guard data.count == 8 || data[data.startIndex + 8] == UInt8(ascii: "{") else {
      throw NetworkError.notAModelFile(file: file)
    }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(data.count - 8) else {
      throw damaged("a header of \(length) bytes", "\(data.count - 8) bytes after its length")
    }
    guard length <= Self.longestHeader else {
      throw damaged("a header of at most \(Self.longestHeader) bytes", "one of \(length)")
    }
    let start = data.startIndex + 8 + Int(length)
    guard let header = try? JSONDecoder().decode([String: HeaderValue].self, from: data[data.startIndex + 8..<start])
    else { throw damaged("a safetensors header in JSON", "other data") }
    self.init()
    var ranges: [Range<Int>] = []
    for (name, value) in header.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .metadata(let metadata):
        guard name == Self.metadataKey else {
          throw damaged("dtype, shape and data_offsets of \(name)", "other keys")
        }
        self.metadata = metadata
      case .entry(let entry):
        arrays[name] = try Self.array(name, entry, in: data[start...], damaged)
        ranges.append(entry.dataOffsets[0]..<entry.dataOffsets[1])
      }
    }
    let end = try ranges.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }.reduce(0) {
      guard $1.lowerBound == $0 else { throw damaged("the next array at byte \($0)", "byte \($1.lowerBound)") }
      return $1.upperBound
    }
    guard end == data.endIndex - start else { throw damaged("\(end) bytes of arrays", "\(data.endIndex - start)") }
  }

  private static func array(
    _ name: String, _ entry: Entry, in payload: Data, _ damaged: (String, String) -> NetworkError
  ) throws -> Array {
    guard entry.dtype == "F32" else { throw damaged("dtype F32 for \(name)", entry.dtype) }
    var bytes = 4
    for size in entry.shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw damaged("a valid shape of \(name)", "\(entry.shape)") }
      bytes = product
    }
    let offsets = entry.dataOffsets
    guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] - offsets[0] == bytes else {
      throw damaged("\(bytes) bytes for \(name)", "offsets \(offsets)")
    }
    guard offsets[1] <= payload.count else {
      throw damaged("\(name) at bytes \(offsets[0]) to \(offsets[1])", "\(payload.count) bytes (truncated)")
    }
    let place = payload[payload.startIndex + offsets[0]..<payload.startIndex + offsets[1]]
    let values = [Float](unsafeUninitializedCapacity: bytes / 4) { buffer, filled in
      _ = place.copyBytes(to: buffer)
      filled = bytes / 4
    }
    return Array(shape: entry.shape, values: values)
  }
}

extension WeightFile {
  /// The arrays of a buffer, under the parameters' names and `prefix`.
  public mutating func store(_ buffer: ParameterBuffer, prefix: String = "") {
    for entry in buffer.layout.entries {
      arrays[prefix + entry.parameter.name] = Array(
        shape: entry.parameter.shape, values: Swift.Array(buffer[entry]))
    }
  }

  /// Fills the parameters whose names `isChosen` accepts: all of them, or where one does not fit none.
  ///
  /// - Throws: `NetworkError.missingParameter`, `NetworkError.shapeMismatch`, `NetworkError.notFinite`; `file` names the
  ///   file in them.
  public func load(
    into buffer: ParameterBuffer, prefix: String = "", file: String, where isChosen: (String) -> Bool = { _ in true }
  ) throws {
    try check(for: buffer.layout, prefix: prefix, file: file, where: isChosen)
    for entry in buffer.layout.entries where isChosen(entry.parameter.name) {
      if let array = arrays[prefix + entry.parameter.name] { _ = buffer[entry].update(from: array.values) }
    }
  }

  /// Checks that the file has the parameters whose names `isChosen` accepts, in their shapes, and that each of their
  /// values is finite; allocates nothing.
  ///
  /// - Throws: as `load(into:prefix:file:where:)`.
  public func check(
    for layout: ParameterLayout, prefix: String = "", file: String, where isChosen: (String) -> Bool = { _ in true }
  ) throws {
    for entry in layout.entries where isChosen(entry.parameter.name) {
      let name = prefix + entry.parameter.name
      guard let array = arrays[name] else { throw NetworkError.missingParameter(file: file, name: name) }
      guard array.shape == entry.parameter.shape else {
        throw NetworkError.shapeMismatch(
          file: file, name: name, expected: entry.parameter.shape, found: array.shape)
      }
      try array.requireFinite(name: name, file: file)
    }
  }

  /// Checks that the file has no arrays but those of a network, which would compute otherwise without them.
  ///
  /// - Throws: `NetworkError.damaged`; `file` names the file in it.
  public func requireNoOthers(than layout: ParameterLayout, file: String) throws {
    let names = Set(layout.entries.map(\.parameter.name))
    guard let other = arrays.keys.sorted().first(where: { !names.contains($0) }) else { return }
    throw NetworkError.damaged(
      file: file, expected: "only the arrays of the network that its card describes", found: "the array \(other)")
  }

  /// Checks that every value of every array is a finite number.
  ///
  /// - Throws: `NetworkError.notFinite` for the first array by name; `file` names the file in it.
  public func requireFinite(file: String) throws {
    for (name, array) in arrays.sorted(by: { $0.key < $1.key }) { try array.requireFinite(name: name, file: file) }
  }
}

extension WeightFile.Array {
  fileprivate func requireFinite(name: String, file: String) throws {
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw NetworkError.notFinite(file: file, name: name, index: index, value: values[index])
  }
}

extension ParameterBuffer {
  /// The name of the first parameter with a value that is not finite; nil where all are.
  public var firstNotFinite: String? {
    layout.entries.first { entry in !self[entry].allSatisfy(\.isFinite) }?.parameter.name
  }
}
