import Datasets
import Foundation
import ScanIO

/// The scans that a pattern, a folder or a file's name stands for.
enum ScanFolder {
  /// A scan and its name below the folder.
  struct Item {
    let name: String
    let url: URL
  }

  /// The scans, sorted by name. A folder stands for every scan in it and its sub-folders,
  /// files of DICOM for the series in their folder.
  ///
  /// - Throws: `DatasetError` for a missing folder and where nothing matches.
  static func scans(_ path: String) throws -> [Item] {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, !isFolder.boolValue {
      let url = URL(filePath: path)
      return [Item(name: url.lastPathComponent, url: url)]
    }
    let pattern = isFolder.boolValue ? path + "/**/*" : path
    let matches = try Glob(pattern).matches(in: URL(filePath: FileManager.default.currentDirectoryPath))
    let scans = matches.filter { ScanFormat(fileName: $0.url.lastPathComponent) != nil }
    guard !scans.isEmpty else {
      throw DatasetError.path(
        .emptyGlob(pattern: pattern, folder: path, names: matches.prefix(3).map(\.relativePath)))
    }
    return bySeries(scans)
  }

  /// The scans that files stand for: those of DICOM in one folder for the series that they make, others for themselves.
  private static func bySeries(_ files: [Glob.Match]) -> [Item] {
    var folders: Set<String> = []
    return files.compactMap { file in
      guard ScanFormat(fileName: file.url.lastPathComponent) == .dicom else {
        return Item(name: file.relativePath, url: file.url)
      }
      let folder = file.url.deletingLastPathComponent()
      guard folders.insert(folder.path).inserted else { return nil }
      let name = file.relativePath.split(separator: "/").dropLast().joined(separator: "/")
      return Item(name: name.isEmpty ? folder.lastPathComponent : name, url: folder)
    }
  }
}
