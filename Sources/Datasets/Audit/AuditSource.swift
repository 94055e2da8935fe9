import Files
import Foundation
import ScanIO

/// Where an audit finds its cases: a data set in one of the layouts, a table, or a folder of any kind.
public struct AuditSource: Sendable {
  /// The cases, with what the source says of them; those without a label are among them.
  public let found: FoundCases
  /// The lines of the load stage that name these cases, wherever the pipeline file is: keys in YAML, and comments.
  public let loadLines: [String]
  /// Whether the load stage calls the cases as `found` does, so that it can exclude them by name.
  public let namesAgree: Bool

  /// Finds the cases.
  ///
  /// A folder that has none of the layouts may hold a folder of images (its name begins with `image`) and one of labels
  /// (with `label` or `mask`), whose files have the same names, or those of nnU-Net's channels; else every scan in it is an
  /// image.
  /// - Parameter suffixes: BIDS: the suffixes of the images of a case; nil: that of most images.
  /// - Throws: `DatasetError`.
  public init(_ data: URL, suffixes: [String]? = nil) throws(DatasetError) {
    let path = FilePath.absolute(data)
    if data.pathExtension.lowercased() == "csv" {
      self.init(
        found: try CaseSource.table(data).found(needsClasses: false), loadLines: ["table: " + YAMLText.scalar(path)])
    } else if let source = try LayoutAudit(data, suffixes: suffixes).source {
      self = source
    } else if let (images, labels) = try Self.pairedFolders(path) {
      try self.init(patterns: images, labels: labels, in: data)
    } else {
      self = try ScanPatterns(below: path).source()
    }
  }

  /// Images and labels that the user names.
  ///
  /// - Throws: `DatasetError`.
  public init(images: String, labels: String?, in folder: URL) throws(DatasetError) {
    let path = Glob.escaped(FilePath.absolute(folder))
    func pattern(_ text: String) -> String { text.hasPrefix("/") ? text : FilePath.joined(path, text) }
    try self.init(patterns: [pattern(images)], labels: labels.map(pattern), in: folder)
  }

  init(found: FoundCases, loadLines: [String], namesAgree: Bool = true) {
    (self.found, self.loadLines, self.namesAgree) = (found, loadLines, namesAgree)
  }

  /// Cases of patterns, those without a label among them; `leftOut` is what a wider search left out.
  init(
    patterns images: [String], labels: String?, in folder: URL, leftOut: [LeftOutFile] = []
  ) throws(DatasetError) {
    let pairing = try CasePairing(images: images, labels: labels, in: folder)
    var found = try FoundCases(
      pairing.cases + pairing.imagesWithoutLabel, report: pairing.report.split(separator: "\n").map(String.init))
    let paths = Set(leftOut.map(\.path))
    found.leftOut = leftOut + pairing.leftOut.filter { !paths.contains($0.path) }
    self.init(
      found: found,
      loadLines: ["images: " + (images.count == 1 ? YAMLText.scalar(images[0]) : YAMLText.list(images))]
        + (labels.map { ["labels: " + YAMLText.scalar($0)] } ?? []))
  }

  /// Patterns of a folder of images and one of labels; nil where there are not both.
  private static func pairedFolders(_ folder: String) throws(DatasetError) -> (images: [String], labels: String)? {
    let names = try FilePath.names(in: folder).filter { FilePath.kind(of: FilePath.joined(folder, $0)) == .folder }
    func first(_ beginnings: [String]) -> String? {
      names.first { name in beginnings.contains { name.lowercased().hasPrefix($0) } }
    }
    guard let images = first(["image"]), let labels = first(["label", "mask", "segmentation"]) else { return nil }
    let (imageFolder, labelFolder) = (FilePath.joined(folder, images), FilePath.joined(folder, labels))
    let labelNames = try FilePath.names(in: labelFolder).filter { ScanFormat(fileName: $0) != nil }
    let endings = Set(labelNames.compactMap { ScanFormat.readEnding(of: $0) })
    let pattern = Glob.escaped(labelFolder) + "/{case}" + (endings.count == 1 ? endings.first ?? ".*" : ".*")
    let stems = Set(labelNames.map(ScanFormat.baseName))
    let numbered = try channelPatterns(of: FilePath.names(in: imageFolder), labels: stems, in: imageFolder)
    return (numbered ?? [Glob.escaped(imageFolder) + "/*"], pattern)
  }

  /// A pattern for each of nnU-Net's channels, where the images are numbered and the labels are not; nil elsewhere.
  private static func channelPatterns(of names: [String], labels: Set<String>, in folder: String) -> [String]? {
    let scans = names.filter { !$0.hasPrefix(".") && ScanFormat(fileName: $0) != nil }
    let numbers = scans.compactMap { ChannelNumber(fileName: $0) }
    guard !scans.isEmpty, numbers.count == scans.count,
      !scans.contains(where: { labels.contains(ScanFormat.baseName(of: $0)) })
    else { return nil }
    return ScanPatterns.ofChannels(Set(numbers.map(\.number)), scans, below: Glob.escaped(folder) + "/")
  }
}

extension FilePath {
  /// A path from the root, without `.` and `..` in it.
  static func absolute(_ url: URL) -> String { withoutTrailingSlash(url.absoluteURL.standardized.path) }
}
