import Datasets
import Foundation
import ScanIO

/// The scans that a pattern, a folder or a file's name stands for.
package enum ScanFolder {
  /// A scan and its name below the folder.
  package struct Item {
    package let name: String
    package let url: URL
  }

  /// The scans, sorted by name. A folder stands for every scan in it and its sub-folders,
  /// files of DICOM for the series in their folder.
  ///
  /// - Throws: `DatasetError` for a missing folder and where nothing matches.
  package static func scans(_ path: String) throws -> [Item] {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, !isFolder.boolValue {
      let url = URL(filePath: path)
      return [Item(name: url.lastPathComponent, url: url)]
    }
    let pattern = isFolder.boolValue ? path + "/**/*" : path
    let matches = try Glob(pattern).matches(in: URL(filePath: FileManager.default.currentDirectoryPath))
    let scans = matches.withOneFileAScan().filter {
      ScanFormat(fileName: $0.url.lastPathComponent) != nil || ScanFile.isSeriesFolder($0.url)
    }
    guard !scans.isEmpty else {
      throw DatasetError.path(
        .emptyGlob(pattern: pattern, folder: path, names: matches.prefix(3).map(\.relativePath)))
    }
    return scans.map { Item(name: $0.relativePath, url: $0.url) }
  }

  /// The files beside one that ends in nnU-Net's channel number, of the same case, itself among them; else it alone.
  ///
  /// - Throws: Errors of the folder.
  static func channels(beside item: Item) throws -> [Item] {
    let file = item.url.lastPathComponent
    guard let number = ChannelNumber(fileName: file) else { return [item] }
    let folder = item.url.deletingLastPathComponent()
    let ending = file.dropFirst(number.caseName.count + 5)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter { name in
      ChannelNumber(fileName: name)?.caseName == number.caseName && name.hasSuffix(ending)
    }.map { Item(name: item.name.dropLast(file.count) + $0, url: folder.appending(path: $0)) }
  }
}
