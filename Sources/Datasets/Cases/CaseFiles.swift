import Foundation

/// A file of a case, and what it is called wherever the data stand.
public struct CaseFile: Hashable, Sendable {
  /// Where it is on this machine.
  public let url: URL
  /// Its path from the folder that its pattern, table or layout begins at.
  public let name: String

  /// Makes a file of a name.
  public init(url: URL, name: String) {
    self.url = url
    self.name = name
  }

  /// Files with paths relative to their deepest common folder.
  static func named(_ urls: [URL]) -> [CaseFile] {
    let folders = urls.map { Array($0.deletingLastPathComponent().pathComponents) }
    guard var common = folders.first else { return [] }
    for folder in folders { common = zip(common, folder).prefix { $0 == $1 }.map(\.0) }
    return urls.map { url in
      CaseFile(url: url, name: url.pathComponents.dropFirst(common.count).joined(separator: "/"))
    }
  }
}

/// The files of a case.
public struct CaseFiles: Hashable, Sendable {
  /// The case's name.
  public let id: String
  /// The scan: one file or several, whose channels follow one another.
  public let images: [CaseFile]
  /// The drawn segmentation, where there is one.
  public let label: CaseFile?
  /// The group that it belongs to, where the data set's table or layout names one.
  public let group: String?

  /// Makes a case of at least one image.
  public init(id: String, images: [CaseFile], label: CaseFile?, group: String? = nil) {
    precondition(!images.isEmpty, "a case has at least one image")
    self.id = id
    self.images = images
    self.label = label
    self.group = group
  }
}
