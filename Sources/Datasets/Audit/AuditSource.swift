import Files
import Foundation
import ScanIO

/// Where an audit finds its cases: a data set in one of the layouts, a table, or a folder of any kind.
public struct AuditSource: Sendable {
  /// The cases, with what the source says of them; those without a label are among them.
  public let found: FoundCases
  /// The lines of the load stage that name these cases.
  public let loadLines: [LoadLine]
  /// Whether the load stage calls the cases as `found` does, so that it can exclude them by name.
  public let namesAgree: Bool
  /// What is probably not as the user means it.
  public let warnings: [String]

  /// Finds the cases.
  ///
  /// A folder that has none of the layouts may hold a folder of images and one of labels (`PairedFolders`), or labels
  /// beside their images (`LabelsBesideImages`); else every scan in it is an image.
  /// - Parameter suffixes: The suffixes of the images of a case, such as `T1w`; nil: that of most images.
  /// - Throws: `DatasetError`; `PairingProblem.noPairs` where there are labels and none belongs to an image.
  public init(_ data: URL, suffixes: [String]? = nil) throws(DatasetError) {
    let path = FilePath.absolute(data)
    if data.pathExtension.lowercased() == "csv" {
      self.init(
        found: try CaseSource.table(data).found(needsClasses: false, unlabelled: .kept),
        loadLines: [.path(key: "table", path)], warnings: Self.unusedSuffixes(suffixes))
    } else if let source = try LayoutAudit(data, suffixes: suffixes).source {
      let beside = source.found.hasLabels ? nil : try Self.beside(path, suffixes)
      self = beside ?? source
    } else if let folders = try PairedFolders(in: path) {
      self = try folders.source(kinds: suffixes)
    } else {
      let scans = try ScanPatterns(below: path)
      if let labelled = try scans.labelled(kinds: suffixes) {
        self = labelled
      } else {
        let source = try scans.source()
        self.init(
          found: source.found, loadLines: source.loadLines, namesAgree: source.namesAgree,
          warnings: source.warnings + Self.unusedSuffixes(suffixes))
      }
    }
  }

  /// Images and labels that the user names.
  ///
  /// - Throws: `DatasetError`; `PairingProblem.noPairs` where no label belongs to an image.
  public init(images: String, labels: String?, in folder: URL) throws(DatasetError) {
    let path = Glob.escaped(FilePath.absolute(folder))
    func pattern(_ text: String) -> String { text.hasPrefix("/") ? text : FilePath.joined(path, text) }
    try self.init(patterns: [pattern(images)], labels: labels.map(pattern), in: folder)
  }

  init(found: FoundCases, loadLines: [LoadLine], namesAgree: Bool = true, warnings: [String] = []) {
    (self.found, self.loadLines, self.namesAgree, self.warnings) = (found, loadLines, namesAgree, warnings)
  }

  /// Cases of patterns, those without a label among them.
  ///
  /// - Parameters:
  ///   - leftOut: What a wider search left out.
  ///   - notes: What a person should know of the choice of the patterns.
  init(
    patterns images: [String], labels: String?, in folder: URL, leftOut: [LeftOutFile] = [], notes: [String] = [],
    warnings: [String] = []
  ) throws(DatasetError) {
    let pairing = try CasePairing(images: images, labels: labels, in: folder)
    let orphans = pairing.labelsWithoutImage.map(\.label.lastPathComponent)
    guard labels == nil || !pairing.cases.isEmpty else {
      let names = pairing.imagesWithoutLabel.flatMap(\.images).map(\.url.lastPathComponent)
      throw .pairing(.noPairs(UnpairedNames(images: names, labels: orphans, advice: nil)))
    }
    var found = try FoundCases(
      pairing.cases + pairing.imagesWithoutLabel,
      report: pairing.report.split(separator: "\n").map(String.init) + notes.map { $0 + "." })
    let paths = Set(leftOut.map(\.path))
    found.leftOut = leftOut + pairing.leftOut.filter { !paths.contains($0.path) }
    found.labelsWithoutImage = orphans
    self.init(
      found: found,
      loadLines: notes.map { .comment($0) } + [.patterns(key: "images", images)]
        + (labels.map { [.patterns(key: "labels", [$0])] } ?? []), warnings: warnings)
  }

  private static func unusedSuffixes(_ suffixes: [String]?) -> [String] {
    guard let suffixes else { return [] }
    return [
      "--suffix \(suffixes.joined(separator: " ")) is not used: no labelled image has a name of this ending. "
        + "Choose images with --images."
    ]
  }

  /// The cases of a data set in BIDS whose labels are beside their images in place of among the derivatives.
  private static func beside(_ folder: String, _ suffixes: [String]?) throws(DatasetError) -> AuditSource? {
    guard FilePath.kind(of: folder) == .folder else { return nil }
    return try ScanPatterns(below: folder).labelled(kinds: suffixes)
  }
}

extension FilePath {
  /// A path from the root, without `.` and `..` in it.
  static func absolute(_ url: URL) -> String { withoutTrailingSlash(url.absoluteURL.standardized.path) }
}
