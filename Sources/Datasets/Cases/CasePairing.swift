import Foundation
import ScanIO

/// Which images belong together, and which label to them.
///
/// A case is named by what `{case}` stands for in the images pattern, or by its image's file name. Where its channels
/// stand in several files, there is a pattern with `{case}` for each. Its label is the file that the labels pattern
/// matches with its name in the place of `{case}`; without `{case}`, the file of that name. A file that both patterns
/// match is a label; of a pair such as `.hdr` and `.img` the latter counts.
public struct CasePairing: Hashable, Sendable {
  /// A label that belongs to no image.
  public struct UnmatchedLabel: Hashable, Sendable {
    /// The case that its name suggests.
    public let id: String
    /// The file.
    public let label: URL
  }

  /// The cases that have all that was asked for: images and, where labels were asked for, a label. Sorted by name.
  public let cases: [CaseFiles]
  /// The images that have no label though labels were asked for. Sorted by name.
  public let imagesWithoutLabel: [CaseFiles]
  /// The labels that have no image. Sorted by path.
  public let labelsWithoutImage: [UnmatchedLabel]
  /// What matches a pattern but cannot be used, and images of formats that are not read beside the matches.
  public let leftOut: [LeftOutFile]
  /// What was asked for, and what was seen on the way.
  let facts: PairingFacts

  /// Finds the files of the cases.
  ///
  /// Patterns that do not begin with a slash are searched for in `folder`. Without a labels pattern, as for a
  /// prediction, every image is a case.
  /// Throws what `Glob` throws for each pattern, `PathProblem.patternsCoincide`, `PairingProblem.patternWithoutCase` and
  /// `.missingImages` where there are several images patterns, and `.ambiguousCase` or `.ambiguousFile` where it is not
  /// clear which files belong together. Images without label are no error here: `requireLabels()` makes them one.
  /// - Parameter images: A pattern for each file of a case, at least one.
  public init(images: [String], labels: String? = nil, in folder: URL) throws(DatasetError) {
    precondition(!images.isEmpty, "there is at least one pattern of images")
    var facts = PairingFacts(images: images, labels: labels)
    var labelSearch: Search?
    if let labels { labelSearch = try Search(labels, in: folder) }
    let files = try Self.images(images, without: labelSearch, in: folder, &facts)
    let ids = files[0].keys.sortedBytewise()
    let (labelsByID, orphans) = try Self.assign(labelSearch, to: Set(ids), role: .label)

    var cases: [CaseFiles] = []
    var unlabelled: [CaseFiles] = []
    for id in ids {
      let label = labelsByID[id]
      let item = CaseFiles(id: id, images: files.compactMap { $0[id]?.file }, label: label?.file)
      if labels != nil, label == nil { unlabelled.append(item) } else { cases.append(item) }
    }
    self.cases = cases
    imagesWithoutLabel = unlabelled
    labelsWithoutImage = orphans.map { UnmatchedLabel(id: $0.id, label: $0.match.url) }
    leftOut = facts.leftOut + (labelSearch?.leftOut ?? [])
    facts.leftOutLabels = labelSearch?.leftOut ?? []
    self.facts = facts
  }

  /// Throws `PairingProblem.imagesWithoutLabel` where an image has no label.
  public func requireLabels() throws(DatasetError) { try requireLabels(.refused(except: [])) }

  /// Throws `PairingProblem.imagesWithoutLabel` where an image has no label that needs one.
  func requireLabels(_ unlabelled: UnlabelledImages) throws(DatasetError) {
    let ids = imagesWithoutLabel.map(\.id).filter { !unlabelled.allow($0) }
    guard !ids.isEmpty else { return }
    throw .pairing(.imagesWithoutLabel(ids: ids, expected: ids.map(facts.expectedLabel)))
  }
}

extension CasePairing {
  private typealias NamedMatch = (id: String, match: Glob.Match)

  /// What a pattern matches.
  private struct Search {
    let capturesCase: Bool
    var matches: [Glob.Match]
    let leftOut: [LeftOutFile]

    init(_ pattern: String, in folder: URL) throws(DatasetError) {
      let glob = try Glob(pattern)
      capturesCase = glob.capturesCase
      let listing = try glob.listing(in: folder).ofScans(pattern)
      (matches, leftOut) = (listing.matches, listing.leftOut)
    }

    /// The names that a match's case may have, the likeliest first.
    func names(of match: Glob.Match) -> [String] {
      capturesCase ? match.caseNames : [ScanFormat.baseName(of: match.url.lastPathComponent)]
    }
  }

  /// The files that each pattern finds, by the case; the same cases for all.
  private static func images(
    _ patterns: [String], without labels: Search?, in folder: URL, _ facts: inout PairingFacts
  ) throws(DatasetError) -> [[String: Glob.Match]] {
    let labelPaths = Set((labels?.matches ?? []).map(\.url.path))
    var files: [[String: Glob.Match]] = []
    var missing: [(id: String, pattern: String)] = []
    for pattern in patterns {
      var search = try Search(pattern, in: folder)
      facts.leftOut += search.leftOut
      guard patterns.count == 1 || search.capturesCase else { throw .pairing(.patternWithoutCase(pattern)) }
      let count = search.matches.count
      search.matches.removeAll { labelPaths.contains($0.url.path) }
      facts.sharedFiles += count - search.matches.count
      guard !search.matches.isEmpty else {
        throw .path(.patternsCoincide(images: pattern, labels: facts.labels ?? ""))
      }
      guard let first = files.first else {
        files.append(try unique(search.matches.map { (search.names(of: $0)[0], $0) }, role: .image))
        continue
      }
      let (found, orphans) = try assign(search, to: Set(first.keys), role: .image)
      missing += first.keys.filter { found[$0] == nil }.map { ($0, pattern) } + orphans.map { ($0.id, patterns[0]) }
      files.append(found)
    }
    guard missing.isEmpty else {
      missing.sort { ($0.id, $0.pattern) < ($1.id, $1.pattern) }
      throw .pairing(
        .missingImages(
          ids: missing.map(\.id),
          expected: missing.map { [facts] in facts.expectedImage(of: $0.id, pattern: $0.pattern) }))
    }
    return files
  }

  private static func unique(_ named: [NamedMatch], role: FileRole) throws(DatasetError) -> [String: Glob.Match] {
    let groups = Dictionary(grouping: named, by: \.id)
    for (id, _) in named {
      guard let group = groups[id], group.count > 1 else { continue }
      throw .pairing(.ambiguousCase(id: id, role: role, files: group.map(\.match.url.path)))
    }
    return groups.compactMapValues { $0.first?.match }
  }

  /// The file of each case, and the files that belong to none.
  private static func assign(
    _ search: Search?, to ids: Set<String>, role: FileRole
  ) throws(DatasetError) -> ([String: Glob.Match], orphans: [NamedMatch]) {
    guard let search else { return ([:], []) }
    var named: [NamedMatch] = []
    var orphans: [NamedMatch] = []
    for match in search.matches {
      let names = search.names(of: match)
      let owners = names.filter(ids.contains)
      guard owners.count < 2 else {
        throw .pairing(.ambiguousFile(file: match.url.path, role: role, ids: owners))
      }
      if let owner = owners.first { named.append((owner, match)) } else { orphans.append((names[0], match)) }
    }
    return (try unique(named, role: role), orphans)
  }
}

extension Glob.Match {
  /// The file under its name from the pattern's folder.
  fileprivate var file: CaseFile { CaseFile(url: url, name: relativePath) }
}
