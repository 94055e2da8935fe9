import Foundation

/// The name of a pipeline for a data set, which is also the name of its run's folder.
struct PipelineName {
  /// The name, of the characters that a pipeline's name may have.
  let text: String

  /// Takes the name of a folder or a table.
  ///
  /// A word such as `data` names no data set: the folders above it are put before it, so that `a/data` and `b/data` do not
  /// share a run. Of a `dataset.json` it is the name of its folder.
  init(_ data: URL) {
    var url = data.absoluteURL.standardized
    if url.lastPathComponent == "dataset.json" { url.deleteLastPathComponent() }
    if ["csv", "json"].contains(url.pathExtension.lowercased()) { url.deletePathExtension() }
    var parts: [String] = []
    for part in url.pathComponents.reversed() where part != "/" {
      let words = Self.words(part)
      parts.insert(contentsOf: words, at: 0)
      if !words.isEmpty, !Self.common.contains(words.joined()) { break }
    }
    let name = parts.joined(separator: "-")
    text = name.contains { $0.isLetter } ? name : "audited"
  }

  private static func words(_ part: String) -> [String] {
    part.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))) }.map(String.init)
  }

  /// Names of folders and tables that say nothing of the data set.
  private static let common: Set<String> = [
    "cases", "data", "dataset", "datasets", "files", "images", "imagests", "imagestr", "labels", "mri", "ct", "nifti",
    "niftis", "raw", "scans", "test", "train", "training", "val", "validation",
  ]
}
