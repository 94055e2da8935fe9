import Foundation
import ScanIO

extension Glob.Listing {
  /// The listing with one match for each scan, files that are no scans left out.
  ///
  /// Throws `PathProblem.allLeftOut` where no scan is among the matches of the pattern.
  func ofScans(_ pattern: String) throws(DatasetError) -> Glob.Listing {
    var listing = self
    listing.matches = []
    for match in matches.withOneFileAScan() {
      if ScanFile.isScan(match.url) {
        listing.matches.append(match)
      } else {
        let isImage = ScanFormat.unreadEnding(of: match.url.lastPathComponent) != nil
        listing.leftOut.append(
          LeftOutFile(
            path: match.url.path, name: match.relativePath, caseNames: match.caseNames,
            reason: isImage ? .unreadFormat : .noScan))
      }
    }
    guard !listing.matches.isEmpty else {
      throw .path(.allLeftOut(pattern: pattern, files: listing.leftOut))
    }
    return listing
  }
}

extension Sequence<Glob.Match> {
  /// The matches with one for each scan: without the header files of pairs whose image file matches too, and with the
  /// folder in place of the files of a DICOM series that stand in it.
  public func withOneFileAScan() -> [Glob.Match] {
    let paths = Set(map(\.url.path))
    let single = filter { match in
      guard !ScanFile.isSeriesFolder(match.url), let image = ScanFile.parts(of: match.url).last?.path else {
        return true
      }
      return image == match.url.path || !paths.contains(image)
    }
    var series = SeriesFolders()
    var seen: Set<String> = []
    return single.map { series.scan(of: $0) }.filter { seen.insert($0.url.path).inserted }
  }
}

/// The DICOM series in the folders of matches.
private struct SeriesFolders {
  /// The files of the series in each folder that was looked at; of several series, or none, the folder itself.
  private var files: [URL: Set<String>] = [:]

  /// The folder of a match, where the match is one of several files that make the series in it.
  mutating func scan(of match: Glob.Match) -> Glob.Match {
    let format = ScanFormat(fileName: match.url.lastPathComponent)
    guard format == nil || format == .dicom, !ScanFile.isSeriesFolder(match.url) else { return match }
    let folder = match.url.deletingLastPathComponent()
    if files[folder] == nil {
      files[folder] = ScanFile.isSeriesFolder(folder) ? Set(ScanFile.parts(of: folder).map(\.path)) : []
    }
    guard let parts = files[folder], parts.count > 1, parts.contains(match.url.path) else { return match }
    let name = match.relativePath.split(separator: "/").dropLast().joined(separator: "/")
    return Glob.Match(
      url: folder, relativePath: name.isEmpty ? folder.lastPathComponent : name, caseNames: match.caseNames)
  }
}
