import Foundation
import Synchronization

/// An output folder of a command, in which files of other origin are not replaced.
///
/// It keeps a record of what was written. A file that is there and is not in the record, or has been changed since,
/// counts as a person's: it is replaced only where that was asked for.
public final class OutputFolder: Sendable {
  /// The folder; need not exist before something is written.
  public let url: URL
  private let replacesForeignFiles: Bool
  private let record: Mutex<OutputRecord>

  /// Makes a folder's description.
  ///
  /// - Parameter replacesForeignFiles: Whether files that are not in the record may be replaced.
  public init(_ url: URL, replacesForeignFiles: Bool) {
    self.url = url
    self.replacesForeignFiles = replacesForeignFiles
    record = Mutex(OutputRecord(of: url))
  }

  /// Whether a folder contains predictions: files that `segment predict` recorded there.
  ///
  /// A record that cannot be read counts as none.
  public static func hasPredictions(_ path: String) -> Bool {
    var record = OutputRecord(of: URL(filePath: path, directoryHint: .isDirectory))
    try? record.refresh()
    return record.last.values.contains { $0.hash != nil && $0.origin?.command == "predict" }
  }

  /// The record as it is now.
  private func readRecord() throws -> OutputRecord {
    try record.withLock { record in
      try record.refresh()
      return record
    }
  }

  /// Checks, before any work, that no file would be replaced that must be kept.
  ///
  /// - Parameters:
  ///   - names: Relative to the folder.
  ///   - inputs: The files that the command reads.
  /// - Throws: `FileError.wouldReplaceInput`; `.wouldReplaceForeign` with all such files; `.operation`.
  public func check(_ names: [String], inputs: [URL]) throws {
    let identities = Dictionary(
      inputs.compactMap { input in FileIdentity(of: input.path).map { ($0, input.path) } }
    ) { first, _ in first }
    let record = try readRecord()
    var foreign: [String] = []
    for name in names {
      let path = self.path(name)
      if let input = FileIdentity(of: path).flatMap({ identities[$0] }) {
        throw FileError.wouldReplaceInput(path: path, input: input)
      }
      if !replacesForeignFiles, try Self.isForeign(path, known: record.hashes[name]) { foreign.append(path) }
    }
    guard foreign.isEmpty else { throw FileError.wouldReplaceForeign(paths: foreign) }
  }

  /// Whether the file under a name is the one that this program made of the same origin.
  ///
  /// - Throws: `FileError` where it cannot be read.
  public func isCurrent(_ name: String, origin: FileOrigin) throws -> Bool {
    guard let line = try readRecord().last[name], let hash = line.hash, line.origin == origin,
      FileSystem.kind(of: path(name)) == .file
    else { return false }
    return try ContentHash.hash(of: URL(filePath: path(name))) == hash
  }

  /// Where to write the file of a name; the folders that lead to it are made.
  ///
  /// - Throws: `FileError`.
  public func target(_ name: String, origin: FileOrigin) throws -> some FileTarget {
    let file = URL(filePath: path(name), directoryHint: .notDirectory)
    try FileSystem.makeFolder(file.deletingLastPathComponent().path)
    return RecordedFile(fileURL: file, name: name, folder: self, origin: origin)
  }

  /// Records that the file of a name could not be made, and removes the one that an earlier attempt wrote.
  ///
  /// - Returns: Whether a file of other origin is kept there.
  /// - Throws: `FileError`.
  @discardableResult
  public func recordFailure(_ name: String, reason: String) throws -> Bool {
    try FileSystem.makeFolder(url.path)
    let isForeign = try Self.isForeign(path(name), known: readRecord().hashes[name])
    try readRecord().append(.init(name: name, failure: reason))
    if !isForeign { try FileSystem.remove(path(name)) }
    return isForeign
  }

  /// The names that failed when they were last tried, with the reasons.
  ///
  /// - Throws: `FileError`.
  public func failures() throws -> [String: String] { try readRecord().last.compactMapValues(\.failure) }

  /// Removes a file that this program wrote; one of other origin is kept.
  ///
  /// - Throws: `FileError`.
  public func removeOwn(_ name: String) throws {
    let path = self.path(name)
    guard FileSystem.linkStatus(of: path) != nil, try !Self.isForeign(path, known: readRecord().hashes[name])
    else { return }
    try FileSystem.remove(path)
  }

  private func path(_ name: String) -> String { url.appending(path: name, directoryHint: .notDirectory).path }

  /// Whether a path is taken by something that is not among files of these hashes.
  private static func isForeign(_ path: String, known hashes: Set<String>?) throws -> Bool {
    guard FileSystem.linkStatus(of: path) != nil else { return false }
    guard let hashes, FileSystem.kind(of: path) == .file else { return true }
    return try !hashes.contains(ContentHash.hash(of: URL(filePath: path)))
  }

  /// Records a file that is about to take its place.
  fileprivate func willReplace(_ name: String, with temporary: URL, origin: FileOrigin) throws {
    let record = try readRecord()
    // It may have been put there while the content was made.
    if !replacesForeignFiles, try Self.isForeign(path(name), known: record.hashes[name]) {
      throw FileError.wouldReplaceForeign(paths: [path(name)])
    }
    try record.append(.init(name: name, hash: ContentHash.hash(of: temporary), origin: origin))
  }
}

/// A file of an output folder that is recorded before it takes its place.
private struct RecordedFile: FileTarget {
  let fileURL: URL
  let name: String
  let folder: OutputFolder
  let origin: FileOrigin

  func willReplace(with temporary: URL) throws { try folder.willReplace(name, with: temporary, origin: origin) }
}
