import Foundation

/// Questions to the file system about a path.
enum FilePath {
  enum Kind { case file, folder, nothing }

  /// What stands at a path, through symbolic links.
  static func kind(of path: String) -> Kind {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .nothing }
    return isFolder.boolValue ? .folder : .file
  }

  /// The names in a folder, in the order of their bytes.
  static func names(in folder: String) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sortedBytewise()
    } catch {
      throw .path(.unreadable(path: folder, reason: reason(for: error)))
    }
  }

  /// A folder and all folders below it, without hidden ones and without following symbolic links.
  static func foldersBelow(_ folder: String) throws(DatasetError) -> [String] {
    guard kind(of: folder) == .folder else { return [] }
    var folders = [folder]
    for name in try names(in: folder) where !name.hasPrefix(".") {
      let path = joined(folder, name)
      guard kind(of: path) == .folder, (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil else {
        continue
      }
      folders += try foldersBelow(path)
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

  /// The bytes of a file.
  static func data(at url: URL) throws(DatasetError) -> Data {
    do {
      return try Data(contentsOf: url)
    } catch {
      throw .path(.unreadable(path: url.path, reason: reason(for: error)))
    }
  }

  static func joined(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  static func withoutTrailingSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static func reason(for error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
    case .fileReadNoPermission: "permission denied"
    default: "the system refuses"
    }
  }
}
