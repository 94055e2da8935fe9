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
    var foreign: [String] = []
    for name in names {
      let path = self.path(name)
      if let input = FileIdentity(of: path).flatMap({ identities[$0] }) {
        throw FileError.wouldReplaceInput(path: path, input: input)
      }
      if !replacesForeignFiles, try isForeign(name) { foreign.append(path) }
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
    let isForeign = try isForeign(name)
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
  /// - Parameter isMeant: Whether a file of this recorded origin is to be removed.
  /// - Throws: `FileError`.
  public func removeOwn(_ name: String, where isMeant: (FileOrigin) -> Bool = { _ in true }) throws {
    let path = self.path(name)
    guard FileSystem.linkStatus(of: path) != nil, try !isForeign(name) else { return }
    if let origin = try readRecord().last[name]?.origin, !isMeant(origin) { return }
    try FileSystem.remove(path)
  }

  /// Writes a table of all failures in the record, or removes it. No other process changes the record meanwhile, so that
  /// the last of several processes to do so has the failures of all.
  ///
  /// - Parameter content: The table of the failures: the reason by name; nil for no table.
  /// - Throws: `FileError`.
  public func updateTable(
    _ name: String, origin: FileOrigin, content: (_ failures: [String: String]) -> Data?
  ) throws {
    // Without failures and table there is nothing to do, also where the folder may not be written.
    if FileSystem.linkStatus(of: path(name)) == nil, content(try failures()) == nil { return }
    try FileSystem.makeFolder(url.path)
    try readRecord().locked { descriptor in
      guard let data = content(try failures()) else { return try removeOwn(name) }
      let file = URL(filePath: path(name), directoryHint: .notDirectory)
      try AtomicFile.write(
        data, to: RecordedFile(fileURL: file, name: name, folder: self, origin: origin, lockedRecord: descriptor))
    }
  }

  private func path(_ name: String) -> String { url.appending(path: name, directoryHint: .notDirectory).path }

  /// Whether a name is taken by something that is not in the record.
  ///
  /// Another process may replace a file that is looked at: its line is in the record before the file is in its place.
  private func isForeign(_ name: String) throws -> Bool {
    let path = self.path(name)
    guard FileSystem.linkStatus(of: path) != nil else { return false }
    guard let known = try readRecord().hashes[name], FileSystem.kind(of: path) == .file else { return true }
    let hash = try ContentHash.hash(of: URL(filePath: path))
    return try !known.contains(hash) && readRecord().hashes[name]?.contains(hash) != true
  }

  /// Records a file that is about to take its place, through the descriptor of a record that is locked already.
  fileprivate func willReplace(
    _ name: String, with temporary: URL, origin: FileOrigin, lockedRecord: Int32?
  ) throws {
    // It may have been put there while the content was made.
    if !replacesForeignFiles, try isForeign(name) { throw FileError.wouldReplaceForeign(paths: [path(name)]) }
    let line = OutputRecord.Line(name: name, hash: try ContentHash.hash(of: temporary), origin: origin)
    let record = try readRecord()
    if let lockedRecord { try record.append(line, to: lockedRecord) } else { try record.append(line) }
  }
}

/// A file of an output folder that is recorded before it takes its place.
private struct RecordedFile: FileTarget {
  let fileURL: URL
  let name: String
  let folder: OutputFolder
  let origin: FileOrigin
  var lockedRecord: Int32?

  func willReplace(with temporary: URL) throws {
    try folder.willReplace(name, with: temporary, origin: origin, lockedRecord: lockedRecord)
  }
}
