import Files
import Foundation

/// The manifest of a checkpoint: the fingerprint and the outputs with their hashes. It is written last.
///
/// Times and paths occur here and in logs, never in outputs or fingerprints.
struct Manifest: Hashable, Sendable, Codable {
  static let fileName = "manifest.json"
  static let currentFormat = 1

  var format = Manifest.currentFormat
  var stage: String
  var fingerprint: Fingerprint
  var outputs: [Output]
  /// The files outside the run as they were hashed, so that unchanged ones need not be read again.
  var externalFiles: [HashedFile]
  /// The number of cases that the stage skipped.
  var quarantined: Int
  var finished: Date
  var seconds: Double
  /// The stamps of all files when the folder was published; manifests of version 0.2.0 have them, without hashes.
  var files: [FileStamp]?
  /// The files of the folder when it was published that are in no output and no cache folder; nil in manifests of earlier
  /// versions.
  var otherFiles: [HashedFile]?
  /// The folders whose files can be made again, and are not recorded; nil where there are none, and in earlier versions.
  var cacheFolders: [String]?
  /// The path of the pipeline file that the stage ran for; nil where it was no file, and in earlier versions.
  var pipeline: String?

  struct Output: Hashable, Sendable, Codable {
    var type: ArtefactType
    /// Relative to the stage's folder.
    var path: String
    var hash: String
    var files: [FileStamp]
  }

  struct HashedFile: Hashable, Sendable, Codable {
    var stamp: FileStamp
    var hash: String
  }

  /// The content hashes of the outputs, by type.
  var hashes: [ArtefactType: String] {
    Dictionary(outputs.map { ($0.type, $0.hash) }) { first, _ in first }
  }
}

extension Manifest {
  /// Reads the manifest of a folder; nil where there is none.
  ///
  /// Throws: what JSON decoding throws where the file is damaged or of another format.
  init?(in folder: URL) throws {
    guard let data = FileManager.default.contents(atPath: folder.path + "/" + Self.fileName) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    self = try decoder.decode(Manifest.self, from: data)
    guard format == Self.currentFormat else { throw Self.damage("format \(format)") }
    // Counts of several stages are added: a damaged one must not overflow.
    guard Self.possibleCounts.contains(quarantined) else { throw Self.damage("quarantined \(quarantined)") }
  }

  private static let possibleCounts = 0...Int(Int32.max)

  private static func damage(_ text: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: text))
  }

  func write(in folder: URL) throws {
    try AtomicFile.write(try Self.encoder.encode(self), to: folder.appending(path: Self.fileName))
  }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension Manifest {
  /// Whether a file of the folder is an output, or in one.
  func isOutput(_ path: String) -> Bool { outputs.contains { path == $0.path || path.hasPrefix($0.path + "/") } }

  /// Whether a file of the folder is in a cache folder.
  func isCached(_ path: String) -> Bool { (cacheFolders ?? []).contains { path.hasPrefix($0 + "/") } }

  /// The files of a folder that are in no output and no cache folder.
  private func otherNames(in folder: URL, except name: String) throws -> [String] {
    try ContentHash.files(in: folder).filter { $0 != name && !isOutput($0) && !isCached($0) }
  }

  /// Records the files of a folder that are in no output and no cache folder.
  mutating func recordOtherFiles(in folder: URL, except name: String) throws {
    otherFiles = try otherNames(in: folder, except: name).compactMap { path in
      let url = folder.appending(path: path)
      return try FileStamp(of: url.path, named: path).map { HashedFile(stamp: $0, hash: try ContentHash.hash(of: url)) }
    }
  }

  /// Whether the folder has files that were added, or changed, since it was published.
  func hasForeignFiles(in folder: URL) throws -> Bool {
    let isOutputChanged = try outputs.contains { output in
      if case .outputChanged? = try output.change(in: folder) { true } else { false }
    }
    if isOutputChanged { return true }
    let names = try otherNames(in: folder, except: Self.fileName)
    if let otherFiles {
      let known = Dictionary(otherFiles.map { ($0.stamp.path, $0) }) { first, _ in first }
      return try names.contains { name in try known[name].map { try $0.change(in: folder) != nil } ?? true }
    }
    guard let files else { return false }
    let known = Set(files)
    return names.contains { name in
      FileStamp(of: "\(folder.path)/\(name)", named: name).map { !known.contains($0) } ?? false
    }
  }
}

extension Manifest.HashedFile {
  /// How a file of a stage's folder differs from what was recorded, or nil; reads it only where size or time differ.
  func change(in folder: URL) throws -> RunReason? {
    let url = folder.appending(path: stamp.path)
    guard let found = FileStamp(of: url.path, named: stamp.path) else { return .outputMissing(path: stamp.path) }
    if found == stamp { return nil }
    guard FileSystem.kind(of: url.path) == .file, try ContentHash.hash(of: url) == hash else {
      return .outputChanged(path: stamp.path)
    }
    return nil
  }
}

extension Manifest.Output {
  /// Records an output that a stage has just written.
  init(_ output: StageOutput, in folder: URL) throws {
    let url = folder.appending(path: output.path)
    type = output.type
    path = output.path
    hash = try ContentHash.hash(of: url)
    files = try Self.stamps(of: url)
  }

  /// How the output differs from what was recorded, or nil; reads it only where size or time differ.
  func change(in folder: URL) throws -> RunReason? {
    let url = folder.appending(path: path)
    guard FileSystem.kind(of: url.path) != nil else { return .outputMissing(path: path) }
    if try Self.stamps(of: url) == files { return nil }
    return try ContentHash.hash(of: url) == hash ? nil : .outputChanged(path: path)
  }

  private static func stamps(of url: URL) throws -> [FileStamp] {
    try ContentHash.files(in: url).compactMap { relative in
      FileStamp(of: relative.isEmpty ? url.path : "\(url.path)/\(relative)", named: relative)
    }
  }
}
