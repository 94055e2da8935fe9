import Foundation
import ScanIO

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
