import Foundation
import ScanIO

/// The cases that a source lists, before any scan is read.
public struct FoundCases: Sendable {
  /// The cases, each with all its images and, where the source has labels, a label; at least one, sorted by name.
  public private(set) var cases: [CaseFiles]
  /// What the images of a case, or their channels, are called; nil where nobody named them.
  public var names: [String]?
  /// The classes that a description among the files names.
  public var classes: ClassMap?
  /// The meaning of a fourth dimension that the source declares.
  public var furtherDimension: ReadingChoices.FurtherDimension?
  /// The files that say so, such as a table or `dataset.json`.
  public var descriptions: [URL] = []
  /// What was found, a line for each fact.
  public var report: [String]
  /// What looks like a file of a case and was left out.
  public var leftOut: [LeftOutFile] = []
  /// The names of the label files that belong to no image.
  public var labelsWithoutImage: [String] = []
  /// The names of images without label, which had to be excluded.
  var unlabelled: [String] = []

  /// Puts cases together.
  ///
  /// Throws `PairingProblem.ambiguousCase` where two have one name.
  init(_ cases: [CaseFiles], report: [String]) throws(DatasetError) {
    self.cases = cases.sorted { $0.id.precedesBytewise($1.id) }
    self.report = report
    if let item = cases.first(where: { !Self.isFileName($0.id) }) { throw .pairing(.unusableName(id: item.id)) }
    for (previous, next) in zip(self.cases, self.cases.dropFirst()) where previous.id == next.id {
      throw .pairing(
        .ambiguousCase(id: next.id, role: .image, files: [previous, next].map { $0.images[0].url.path }))
    }
  }

  /// Whether a case name is usable as a file name; slashes separate sub-folders.
  private static func isFileName(_ id: String) -> Bool {
    id.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 200
        && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
  }

  /// What is left without some cases.
  ///
  /// Throws `PairingProblem.unknownExclusions` for names that no case has, `.allExcluded` where nothing is left.
  public func excluding(_ ids: [String]) throws(DatasetError) -> FoundCases {
    guard !ids.isEmpty else { return self }
    let unknown = ids.filter { id in
      !cases.contains { $0.id == id } && !unlabelled.contains(id) && !leftOut.contains { $0.caseNames.contains(id) }
    }
    guard unknown.isEmpty else { throw .pairing(.unknownExclusions(ids: unknown, cases: cases.map(\.id))) }
    var rest = self
    rest.cases.removeAll { ids.contains($0.id) }
    guard !rest.cases.isEmpty else { throw .pairing(.allExcluded(count: cases.count)) }
    rest.report.append("\(Wording.counted(ids.count, "case")) excluded: \(Wording.quoted(ids)).")
    return rest
  }

  /// Records labels that belong to no image, also in the report.
  mutating func leaveOutLabels(_ names: [String]) {
    labelsWithoutImage = names
    guard !names.isEmpty else { return }
    report.append(
      "\(Wording.counted(names.count, "label has", "labels have")) no image: \(Wording.quoted(names, shown: 10)).")
  }

  /// Whether the cases have labels.
  public var hasLabels: Bool { cases.contains { $0.label != nil } }

  /// The names of the channels of a case whose images have so many each: names of channels as they are, a name of an image
  /// of several channels with their numbers, from 1.
  ///
  /// - Throws: `GeometryProblem.unnamedChannels` where there are as many names neither as channels nor as images.
  public func channelNames(ofCase id: String, channelCounts: [Int]) throws(DatasetError) -> [String]? {
    guard let names else { return nil }
    let channels = channelCounts.reduce(0, +)
    if names.count == channels { return names }
    guard names.count == channelCounts.count else {
      throw .geometry(.unnamedChannels(id: id, channels: channels, names: names))
    }
    return zip(names, channelCounts).flatMap { name, count in
      count == 1 ? [name] : (1...count).map { "\(name) \($0)" }
    }
  }
}

/// Where the cases of a data set come from.
public enum CaseSource: Hashable, Sendable {
  /// Patterns: one for each image of a case, with their names where they have some, and one of labels.
  case patterns(images: [String], names: [String]?, labels: String?)
  /// A CSV table that lists the files.
  case table(URL)
  /// A folder, or its description, in one of the layouts that data sets are published in.
  case layout(LayoutSource)

  /// Finds the cases.
  ///
  /// - Parameters:
  ///   - needsClasses: Whether labels need classes that the source names itself.
  ///   - excluded: The cases that will be excluded, which need no label.
  /// - Throws: What `CasePairing`, `CaseTable` and `LayoutSource` throw, images without label too;
  ///   `LayoutProblem.classesNeeded` where the source names no classes.
  public func found(needsClasses: Bool, excluding excluded: [String] = []) throws(DatasetError) -> FoundCases {
    try found(needsClasses: needsClasses, unlabelled: .refused(except: excluded))
  }

  /// Finds the cases, with a choice of what is done with images without a label.
  func found(needsClasses: Bool, unlabelled: UnlabelledImages) throws(DatasetError) -> FoundCases {
    let found = try cases(needsClasses: needsClasses, unlabelled: unlabelled)
    guard !needsClasses || !found.hasLabels || found.classes != nil else {
      throw .layout(.classesNeeded(source: place))
    }
    return found
  }

  /// Whether folders are searched for files, by patterns with wildcards or as a layout has them; a table lists its files.
  public var isSearch: Bool {
    switch self {
    case .patterns(let images, _, let labels):
      (images + [labels].compactMap { $0 }).contains { $0.contains { "*?[{".contains($0) } }
    case .table: false
    case .layout: true
    }
  }

  /// What messages call the source.
  private var place: String {
    switch self {
    case .patterns(_, _, let labels): labels ?? ""
    case .table(let url): url.path
    case .layout(let source): source.path.path
    }
  }

  private func cases(needsClasses: Bool, unlabelled: UnlabelledImages) throws(DatasetError) -> FoundCases {
    switch self {
    case .patterns(let images, let names, let labels):
      let pairing = try CasePairing(images: images, labels: labels, in: URL(filePath: "/"))
      try pairing.requireLabels(unlabelled)
      var found = try FoundCases(pairing.cases, report: pairing.report.split(separator: "\n").map(String.init))
      found.names = names
      found.leftOut = pairing.leftOut
      found.unlabelled = pairing.imagesWithoutLabel.map(\.id)
      return found
    case .table(let url): return try CaseTable.found(in: url, unlabelled: unlabelled)
    case .layout(let source): return try source.found(needsClasses: needsClasses, unlabelled: unlabelled)
    }
  }
}
