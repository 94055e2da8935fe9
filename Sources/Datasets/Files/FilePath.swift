import Files
import Foundation

/// Questions to the file system about a path.
enum FilePath {
  enum Kind {
    case file, folder, nothing
    /// A symbolic link to something that is not there.
    case danglingLink
    /// A pipe, a socket or a device, which is never opened.
    case special
  }

  /// What is at a path, through symbolic links.
  static func kind(of path: String) -> Kind {
    switch FileSystem.kind(of: path) {
    case .file: .file
    case .folder: .folder
    case .other: .special
    case nil: FileSystem.linkStatus(of: path).map { $0.st_mode & S_IFMT } == S_IFLNK ? .danglingLink : .nothing
    }
  }

  /// The names in a folder, in the order of their bytes, without those that are not UTF-8.
  static func names(in folder: String) throws(DatasetError) -> [String] {
    try entries(in: folder).names.sortedBytewise()
  }

  /// What is in a folder, in no order.
  ///
  /// - Throws: `PathProblem.unreadable`; `.equalNames` where two names differ in their Unicode form alone: as texts they
  ///   are equal, so that one file would hide the other.
  static func entries(in folder: String) throws(DatasetError) -> FolderEntries {
    let entries: FolderEntries
    do {
      entries = try FileSystem.entries(in: folder)
    } catch {
      throw .path(.unreadable(path: folder, reason: reason(for: error)))
    }
    guard Set(entries.names).count < entries.names.count else { return entries }
    let groups = Dictionary(grouping: entries.names) { $0 }.values.filter { $0.count > 1 }
    let names = groups.flatMap { $0 }.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    throw .path(.equalNames(folder: folder, names: names.map { String(decoding: $0, as: UTF8.self) }))
  }

  /// A folder and all folders below it, without hidden ones and without following symbolic links; those that cannot be
  /// read, links to folders and folders of results are handed to `leaveOut`.
  ///
  /// - Parameter entersPredictions: Whether folders of predictions are no results.
  static func foldersBelow(
    _ folder: String, entersPredictions: Bool = false, leaveOut: (_ path: String, _ reason: LeftOutFile.Reason) -> Void
  ) throws(DatasetError) -> [String] {
    guard kind(of: folder) == .folder else { return [] }
    var folders = [folder]
    let entries = try entries(in: folder)
    for entry in entries.unnameable where entry.kind == .folder && !entry.name.hasPrefix(".") {
      leaveOut(joined(folder, entry.name), .nameNotUTF8)
    }
    for name in entries.names.sortedBytewise() where !name.hasPrefix(".") {
      let path = joined(folder, name)
      guard kind(of: path) == .folder else { continue }
      guard (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil else {
        leaveOut(path, .linkedFolder)
        continue
      }
      if let reason = ResultFolder.reason(toSkip: path, entersPredictions: entersPredictions)
        ?? (ResultFolder.isResult(name, inRun: folder) ? .runResult : nil)
      {
        leaveOut(path, reason)
        continue
      }
      do throws(DatasetError) {
        folders += try foldersBelow(path, entersPredictions: entersPredictions, leaveOut: leaveOut)
      } catch .path(.unreadable(let folder, let reason)) {
        leaveOut(folder, .unreadableFolder(reason))
      }
    }
    return folders
  }

  /// The folder nearest above a path that exists.
  static func deepestExistingFolder(above path: String) -> String {
    var folder = path
    repeat {
      let slash = folder.lastIndex(of: "/") ?? folder.startIndex
      folder = String(folder[..<slash])
      if folder.isEmpty { return "/" }
    } while kind(of: folder) == .nothing
    return folder
  }

  /// The bytes of a regular file, which is small: a table or a description.
  static func data(at url: URL) throws(DatasetError) -> Data {
    do {
      return try FileContent.data(of: url.path, limit: FileContent.textLimit)
    } catch {
      throw .path(.unreadable(path: url.path, reason: reason(for: error)))
    }
  }

  /// A regular file's text in UTF-8, without a byte order mark.
  static func text(at url: URL) throws(DatasetError) -> String {
    let data = try data(at: url)
    do throws(TextProblem) {
      return try FileContent.text(from: data)
    } catch {
      throw .path(.notText(path: url.path, error))
    }
  }

  static func joined(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  static func withoutTrailingSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static func reason(for error: any Error) -> String {
    switch error as? FileError {
    case .notAFile(_, let found): return "it is \(found), not a regular file"
    case .tooLarge(_, let limit): return "it is longer than \(limit >> 20) MiB"
    case .operation(_, _, ENOENT): return "file not found"
    case .operation(_, _, EACCES): return "permission denied"
    default: return "error of the operating system"
    }
  }
}
