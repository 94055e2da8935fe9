import Foundation

/// The origin of a file: command, inputs and settings; equal origins give equal files.
public struct FileOrigin: Codable, Hashable, Sendable {
  /// The command that made it, such as `predict`.
  public var command: String
  /// Increased when the command gives other files for the same inputs.
  public var version: Int
  /// The content hashes of the files that it was made of, by what they are to the command: `images`, `models`.
  public var inputs: [String: [String]]
  /// The settings that its content depends on.
  public var settings: [String: String]

  /// Makes an origin.
  public init(
    command: String, version: Int = 1, inputs: [String: [String]] = [:], settings: [String: String] = [:]
  ) {
    (self.command, self.version, self.inputs, self.settings) = (command, version, inputs, settings)
  }
}

/// The record that an output folder keeps: which files in it this program wrote, and what each was made of.
///
/// A file of JSON lines, hidden in the folder. Lines are only appended, each before the file that it is about takes its
/// place; so several processes may write to one folder, and a killed process leaves no unrecorded file.
struct OutputRecord {
  static let fileName = ".segment-outputs.jsonl"

  /// A line: a file that was written, or a name for which none could be made.
  struct Line: Codable {
    var name: String
    var hash: String?
    var origin: FileOrigin?
    var failure: String?
  }

  /// The hashes of all files that were written under a name.
  private(set) var hashes: [String: Set<String>] = [:]
  /// The last line of each name.
  private(set) var last: [String: Line] = [:]

  private let path: String
  /// How many bytes of the record were read.
  private var offset = 0

  /// Makes the record of a folder, of which nothing was read yet.
  init(of folder: URL) { path = folder.appending(path: Self.fileName).path }

  /// Reads the lines that were appended since, by this or another process.
  ///
  /// Lines that cannot be read are passed over: their files then count as of other origin.
  /// - Throws: `FileError` where the record is there and cannot be read.
  mutating func refresh() throws {
    guard FileSystem.linkStatus(of: path) != nil else { return }
    let data = try FileContent.data(of: path, from: offset)
    guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return }
    offset += end + 1
    for text in data[..<end].split(separator: UInt8(ascii: "\n")) {
      guard let line = try? JSONDecoder().decode(Line.self, from: text) else { continue }
      last[line.name] = line
      if let hash = line.hash { hashes[line.name, default: []].insert(hash) }
    }
  }

  /// Appends a line, on the disk when this returns.
  ///
  /// - Throws: `FileError`.
  func append(_ line: Line) throws {
    try locked { try append(line, to: $0) }
  }

  /// Does some work while no other process appends a line; the work is handed the descriptor for lines of its own.
  ///
  /// - Throws: `FileError`; what the work throws.
  func locked<Result>(_ body: (Int32) throws -> Result) throws -> Result {
    let descriptor = try FileSystem.open(path, flags: O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, for: .write)
    defer { close(descriptor) }
    flock(descriptor, LOCK_EX)
    return try body(descriptor)
  }

  /// Appends a line to the record, which is locked.
  ///
  /// - Throws: `FileError`.
  func append(_ line: Line, to descriptor: Int32) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A line that a killed process left unfinished is ended first.
    var data = Self.isAtLineStart(descriptor) ? Data() : Data("\n".utf8)
    data += try encoder.encode(line) + Data("\n".utf8)
    try FileSystem.write(data, to: descriptor, path: path)
    try FileSystem.sync(descriptor, path: path)
  }

  private static func isAtLineStart(_ descriptor: Int32) -> Bool {
    let end = lseek(descriptor, 0, SEEK_END)
    var byte: UInt8 = 0
    return end <= 0 || (pread(descriptor, &byte, 1, end - 1) == 1 && byte == UInt8(ascii: "\n"))
  }
}
