import Datasets
import Files
import Foundation
import ScanIO

/// Finds the scans of a pattern, a folder or a file name.
package enum ScanFolder {
  /// A scan and its name below the folder.
  package struct Item {
    package let name: String
    package let url: URL
  }

  /// The scans, and the skipped files.
  package struct Listing {
    /// Sorted by name; at least one.
    package let items: [Item]
    /// Dangling links, images of formats that are not read, folders that cannot be read and the like.
    package let leftOut: [LeftOutFile]
  }

  /// What the files of a folder are read as.
  package enum Content {
    /// Images to be segmented: predictions of earlier commands and folders of labels are left out.
    case images
    /// Labels, also those that were predicted.
    case labels
  }

  /// The scans, sorted by name: see `listing`.
  package static func scans(_ path: String) throws -> [Item] { try listing(path).items }

  /// The scans, sorted by name. A folder means every scan in it and its sub-folders,
  /// files of DICOM for the series in their folder.
  ///
  /// - Parameters:
  ///   - content: What they are read as; folders that `path` names are read in any case.
  ///   - output: The folder that results are written to: where it is within `path`, its scans are left out.
  /// - Throws: `DatasetError` for a missing folder, and where nothing matches or nothing can be used.
  package static func listing(_ path: String, of content: Content = .images, output: URL? = nil) throws -> Listing {
    if FileSystem.kind(of: path) == .file {
      let url = URL(filePath: path)
      return Listing(items: [Item(name: url.lastPathComponent, url: url)], leftOut: [])
    }
    let isFolder = FileSystem.kind(of: path) == .folder
    let pattern = isFolder ? Glob.escaped(path) + "/**/*" : path
    let listing = try Glob(pattern).listing(
      in: URL(filePath: FileManager.default.currentDirectoryPath), entersPredictions: content == .labels)
    var leftOut = listing.leftOut
    var items: [Item] = []
    let results = output.flatMap { OutputFolder($0, within: listing.matches) }
    for match in listing.matches.withOneFileAScan() {
      if results?.holds(match.url) == true {
        leftOut.append(LeftOutFile(path: match.url.path, name: match.relativePath, reason: .result))
      } else if content == .images, let folder = match.labelFolder(in: pattern) {
        // The warnings name each folder once, since its path is the same.
        leftOut.append(LeftOutFile(path: folder, name: folder, reason: .labelFolder))
      } else if ScanFile.isScan(match.url) {
        items.append(Item(name: match.relativePath, url: match.url))
      } else if ScanFormat.unreadEnding(of: match.url.lastPathComponent) != nil {
        leftOut.append(LeftOutFile(path: match.url.path, name: match.relativePath, reason: .unreadFormat))
      }
    }
    if content == .labels {
      let probabilities = items.filter { $0.isProbabilities(beside: items) }
      items = items.filter { !$0.isProbabilities(beside: items) }
      leftOut += probabilities.map { LeftOutFile(path: $0.url.path, name: $0.name, reason: .probabilities) }
    }
    guard !items.isEmpty else {
      guard leftOut.isEmpty else { throw DatasetError.path(.allLeftOut(pattern: path, files: leftOut)) }
      throw DatasetError.path(
        .emptyGlob(pattern: pattern, folder: path, names: listing.matches.prefix(3).map(\.relativePath)))
    }
    return Listing(items: items, leftOut: leftOut)
  }

  /// The files beside one that ends in nnU-Net's channel number, of the same case, itself among them; else it alone.
  ///
  /// - Throws: Errors of the folder.
  static func channels(beside item: Item) throws -> [Item] {
    let file = item.url.lastPathComponent
    guard let number = ChannelNumber(fileName: file) else { return [item] }
    let folder = item.url.deletingLastPathComponent()
    let ending = file.dropFirst(number.caseName.count + 5)
    return try FileSystem.entries(in: folder.path).names.sorted().filter { name in
      ChannelNumber(fileName: name)?.caseName == number.caseName && name.hasSuffix(ending)
    }.map { Item(name: item.name.dropLast(file.count) + $0, url: folder.appending(path: $0)) }
  }
}

extension ScanFolder.Item {
  /// Whether it is a file of probabilities, by its name, beside the labels among others.
  fileprivate func isProbabilities(beside others: [ScanFolder.Item]) -> Bool {
    guard name.hasSuffix(PredictionItem.probabilitiesEnding) else { return false }
    let labels = name.dropLast(PredictionItem.probabilitiesEnding.count)
    return others.contains { $0.name.hasPrefix(labels) && ScanFormat.baseName(of: $0.name) == labels }
  }
}

/// A folder of results that is within a folder of scans.
private struct OutputFolder {
  private let path: String

  /// Nil where the folder is not strictly within the folder that the matches are named from, by whatever links.
  init?(_ output: URL, within matches: [Glob.Match]) {
    guard let first = matches.first, let path = Self.real(output.path) else { return nil }
    let depth = first.relativePath.split(separator: "/").count
    let input = (0..<depth).reduce(first.url) { url, _ in url.deletingLastPathComponent() }
    guard let folder = Self.real(input.path), path.hasPrefix(folder == "/" ? "/" : folder + "/"), path != folder else {
      return nil
    }
    self.path = path
  }

  /// Whether a file is in the folder.
  func holds(_ file: URL) -> Bool {
    Self.real(file.deletingLastPathComponent().path).map { ($0 + "/").hasPrefix(path + "/") } ?? false
  }

  /// A path without links, `.` and `..`; nil where nothing is there.
  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
