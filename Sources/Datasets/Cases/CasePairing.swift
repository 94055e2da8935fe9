import Foundation

/// The files of a case.
public struct CaseFiles: Hashable, Sendable {
  /// The case's name.
  public let id: String
  /// The scan.
  public let image: URL
  /// The drawn segmentation, where there is one.
  public let label: URL?
  /// The scan's path from the folder that the images pattern names: the same wherever the data stand.
  public let imageName: String
  /// The label's path from the folder that the labels pattern names.
  public let labelName: String?
}

/// Which image belongs to which label.
///
/// A case is named by what `{case}` stands for in the images pattern, or by its image's file name. Its label is the file
/// that the labels pattern matches with that name in the place of `{case}`; without `{case}`, the file of that name.
/// A file that both patterns match is a label.
public struct CasePairing: Hashable, Sendable {
  /// A label that belongs to no image.
  public struct UnmatchedLabel: Hashable, Sendable {
    /// The case that its name suggests.
    public let id: String
    /// The file.
    public let label: URL
  }

  /// The cases that have all that was asked for: an image and, where labels were asked for, a label. Sorted by name.
  public let cases: [CaseFiles]
  /// The images that have no label though labels were asked for. Sorted by name.
  public let imagesWithoutLabel: [CaseFiles]
  /// The labels that have no image. Sorted by path.
  public let labelsWithoutImage: [UnmatchedLabel]
  /// What was asked for, and what was seen on the way.
  let facts: PairingFacts

  /// Finds the files of the cases.
  ///
  /// Patterns that do not begin with a slash are searched for in `folder`. Without a labels pattern, as for a
  /// prediction, every image is a case.
  /// Throws what `Glob` throws for each pattern, `PathProblem.patternsCoincide`, and `PairingProblem.ambiguousCase` or
  /// `.ambiguousLabel` where it is not clear which files belong together. Images without label are no error here:
  /// `requireLabels()` makes them one.
  public init(
    images: String, labels: String? = nil, in folder: URL, naming: CaseNaming = .fileName
  ) throws(DatasetError) {
    let imagesGlob = try Glob(images)
    var imageMatches = try imagesGlob.matches(in: folder)
    var labelMatches: [Glob.Match] = []
    var labelsGlob: Glob?
    var facts = PairingFacts(images: images, labels: labels)
    if let labels {
      let glob = try Glob(labels)
      labelsGlob = glob
      labelMatches = try glob.matches(in: folder)
      let labelPaths = Set(labelMatches.map(\.url.path))
      let count = imageMatches.count
      imageMatches.removeAll { labelPaths.contains($0.url.path) }
      facts.sharedFiles = count - imageMatches.count
      guard !imageMatches.isEmpty else { throw .path(.patternsCoincide(images: images, labels: labels)) }
    }

    let named = Self.named(imageMatches, naming: naming, capturing: imagesGlob.capturesCase, facts: &facts)
    let imagesByID = try Self.unique(named, role: .image)
    let (labelsByID, orphans) = try Self.assign(
      labelMatches, to: Set(imagesByID.keys), capturing: labelsGlob?.capturesCase == true)

    var cases: [CaseFiles] = []
    var unlabelled: [CaseFiles] = []
    for id in imagesByID.keys.sortedBytewise() {
      guard let image = imagesByID[id] else { continue }
      let label = labelsByID[id]
      let files = CaseFiles(
        id: id, image: image.url, label: label?.url, imageName: image.relativePath, labelName: label?.relativePath)
      if labels != nil, label == nil { unlabelled.append(files) } else { cases.append(files) }
    }
    self.cases = cases
    imagesWithoutLabel = unlabelled
    labelsWithoutImage = orphans
    self.facts = facts
  }

  /// Throws `PairingProblem.imagesWithoutLabel` where an image has no label.
  public func requireLabels() throws(DatasetError) {
    guard !imagesWithoutLabel.isEmpty else { return }
    let ids = imagesWithoutLabel.map(\.id)
    throw .pairing(.imagesWithoutLabel(ids: ids, expected: ids.map(facts.expectedLabel)))
  }
}

extension CasePairing {
  private typealias NamedMatch = (id: String, match: Glob.Match)

  private static func named(
    _ matches: [Glob.Match], naming: CaseNaming, capturing: Bool, facts: inout PairingFacts
  ) -> [NamedMatch] {
    if capturing { return matches.map { ($0.caseNames[0], $0) } }
    let stems = matches.map { CaseNaming.stem(of: $0.url.lastPathComponent) }
    guard naming == .nnUNet else { return Array(zip(stems, matches)) }
    let suffix = CaseNaming.firstChannelSuffix
    facts.namesWithoutSuffix = zip(stems, matches).filter { !$0.0.hasSuffix(suffix) }.map(\.1.relativePath)
    guard facts.namesWithoutSuffix?.isEmpty == true else { return Array(zip(stems, matches)) }
    return zip(stems, matches).map { (String($0.dropLast(suffix.count)), $1) }
  }

  private static func unique(_ named: [NamedMatch], role: FileRole) throws(DatasetError) -> [String: Glob.Match] {
    let groups = Dictionary(grouping: named, by: \.id)
    for (id, _) in named {
      guard let group = groups[id], group.count > 1 else { continue }
      throw .pairing(.ambiguousCase(id: id, role: role, files: group.map(\.match.url.path)))
    }
    return groups.compactMapValues { $0.first?.match }
  }

  private static func assign(
    _ labels: [Glob.Match], to ids: Set<String>, capturing: Bool
  ) throws(DatasetError) -> ([String: Glob.Match], [UnmatchedLabel]) {
    var named: [NamedMatch] = []
    var orphans: [UnmatchedLabel] = []
    for label in labels {
      let names = capturing ? label.caseNames : [CaseNaming.stem(of: label.url.lastPathComponent)]
      let owners = names.filter(ids.contains)
      guard owners.count < 2 else { throw .pairing(.ambiguousLabel(file: label.url.path, ids: owners)) }
      if let owner = owners.first {
        named.append((owner, label))
      } else {
        orphans.append(UnmatchedLabel(id: names[0], label: label.url))
      }
    }
    return (try unique(named, role: .label), orphans)
  }
}
