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
  /// All files of the folder when it was published, but the manifest; nil in manifests of version 0.1.
  var files: [FileStamp]?

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
    guard format == Self.currentFormat else {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "format \(format)"))
    }
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
