import Foundation
import ScanIO

/// Where an audit finds its cases: a data set in one of the layouts, a table, or a folder of any kind.
public struct AuditSource: Sendable {
  /// The cases, with what the source says of them; those without a label are among them.
  public let found: FoundCases
  /// The lines of the load stage that name these cases.
  public let loadLines: [String]

  /// Finds the cases.
  ///
  /// A folder that has none of the layouts may hold a folder of images (its name begins with `image`) and one of labels
  /// (with `label` or `mask`), whose files have the same names; else every scan in it is an image.
  /// - Throws: `DatasetError`.
  public init(_ data: URL) throws(DatasetError) {
    if data.pathExtension.lowercased() == "csv" {
      self.init(found: try CaseSource.table(data).found(needsClasses: false), loadLines: ["table: \(data.path)"])
    } else if let found = try Self.layout(data) {
      self.init(found: found, loadLines: ["dataset: \(data.path)"])
    } else if let (images, labels) = try Self.pairedFolders(data.path) {
      try self.init(images: images, labels: labels, in: data)
    } else {
      let found = try Self.everyScan(below: data)
      let names = Set(found.cases.map { ScanFormat.baseName(of: $0.images[0].url.lastPathComponent) })
      let isOneSet = names.count == found.cases.count
      self.init(
        found: found,
        loadLines: isOneSet
          ? ["images: \(FilePath.joined(data.path, "**/*"))"]
          : ["# files in several folders have one name: audit the folder of one data set"])
    }
  }

  /// Images and labels that the user names.
  ///
  /// - Throws: `DatasetError`.
  public init(images: String, labels: String?, in folder: URL) throws(DatasetError) {
    let pairing = try CasePairing(images: [images], labels: labels, in: folder)
    let found = try FoundCases(
      pairing.cases + pairing.imagesWithoutLabel, report: pairing.report.split(separator: "\n").map(String.init))
    self.init(found: found, loadLines: ["images: \(images)"] + (labels.map { ["labels: \($0)"] } ?? []))
  }

  private init(found: FoundCases, loadLines: [String]) { (self.found, self.loadLines) = (found, loadLines) }

  /// The cases of a data set in one of the layouts; nil where it has none of them.
  private static func layout(_ data: URL) throws(DatasetError) -> FoundCases? {
    do {
      return try CaseSource.layout(LayoutSource(data)).found(needsClasses: false)
    } catch .layout(.notRecognised) {
      return nil
    }
  }

  /// Patterns of a folder of images and one of labels; nil where there are not both.
  private static func pairedFolders(_ folder: String) throws(DatasetError) -> (images: String, labels: String)? {
    let names = try FilePath.names(in: folder).filter { FilePath.kind(of: FilePath.joined(folder, $0)) == .folder }
    func first(_ beginnings: [String]) -> String? {
      names.first { name in beginnings.contains { name.lowercased().hasPrefix($0) } }
    }
    guard let images = first(["image"]), let labels = first(["label", "mask", "segmentation"]) else { return nil }
    let ending = try FilePath.names(in: FilePath.joined(folder, labels)).first { ScanFormat(fileName: $0) != nil }
      .map { String($0.dropFirst(ScanFormat.baseName(of: $0).count)) }
    return (
      FilePath.joined(folder, images) + "/*", FilePath.joined(folder, labels) + "/{case}" + (ending ?? ".*")
    )
  }

  /// Every scan in a folder and below it, named by its path.
  private static func everyScan(below folder: URL) throws(DatasetError) -> FoundCases {
    let scans = try Glob(FilePath.joined(folder.path, "**/*")).matches(in: folder).withOneFileAScan().filter {
      ScanFormat(fileName: $0.url.lastPathComponent) != nil || ScanFile.isSeriesFolder($0.url)
    }
    guard !scans.isEmpty else {
      throw .path(
        .emptyGlob(pattern: "a scan", folder: folder.path, names: try FilePath.names(in: folder.path)))
    }
    let cases = scans.map { scan in
      CaseFiles(
        id: ScanFormat.baseName(of: scan.relativePath), images: [CaseFile(url: scan.url, name: scan.relativePath)],
        label: nil)
    }
    return try FoundCases(cases, report: ["\(Wording.counted(scans.count, "scan")) below '\(folder.path)', no labels."])
  }
}
