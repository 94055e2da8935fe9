import Files
import Foundation

/// The paths of the files of a data set's cases on this machine.
///
/// Found at each run; no part of what the data set is.
public struct CaseLocations: Hashable, Sendable {
  /// The files of a case, as absolute paths.
  public struct Location: Hashable, Sendable {
    /// The case's name.
    public let id: String
    /// The paths of the scan's files, in the order of their channels.
    public let images: [String]
    /// The drawn segmentation's path; nil where there is none.
    public let label: String?

    /// The scan.
    public var imageURLs: [URL] { images.map { URL(filePath: $0, directoryHint: .notDirectory) } }
    /// The reference labels.
    public var labelURL: URL? { label.map { URL(filePath: $0, directoryHint: .notDirectory) } }
  }

  /// The locations, sorted by the cases' names.
  public let cases: [Location]

  /// The locations of files that were found.
  public init(of files: [CaseFiles]) {
    cases = files.sorted { $0.id.precedesBytewise($1.id) }.map { item in
      Location(
        id: item.id, images: item.images.map(\.url.absoluteURL.path), label: item.label?.url.absoluteURL.path)
    }
  }

  /// The location of a case; nil where there is none.
  public subscript(id: String) -> Location? { cases.first { $0.id == id } }
}
