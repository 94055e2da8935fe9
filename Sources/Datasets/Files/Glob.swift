import Files
import Foundation
import ScanIO

/// A path pattern: `*` stands for any text, `?` for one character, `[a-z]` for one of a set (`[!a-z]` for one outside
/// it), `**` for any number of folders, `{case}` for the name of a case.
///
/// Wildcards match no slash and no leading dot; `**` follows no symbolic links. A part of the path that exists as it is
/// written is taken as it is written, so that a folder named `study [2]` needs no care. A brace is written `[{]`, a star
/// `[*]`. A folder of results that only a wildcard leads to is not searched: that of a run, and one of predictions.
public struct Glob: Hashable, Sendable {
  /// A file that matches.
  public struct Match: Hashable, Sendable {
    /// The file.
    public let url: URL
    /// Its path from the deepest folder that the pattern names without wildcards, with `/` between the parts.
    public let relativePath: String
    /// What `{case}` can stand for, the longest first; empty where the pattern has no `{case}`.
    public let caseNames: [String]

    /// The folder between that folder and the file that by its name contains labels, such as `labelsTr`, as a path from that
    /// folder; nil where there is none, or the pattern names it.
    public func labelFolder(in pattern: String) -> String? {
      let components = relativePath.split(separator: "/")
      // A DICOM series is a folder itself.
      let folders = FileSystem.kind(of: url.path) == .folder ? components[...] : components.dropLast()
      let named = Set(pattern.split(separator: "/"))
      guard let place = folders.firstIndex(where: { FolderName.isOfLabels(String($0)) && !named.contains($0) })
      else { return nil }
      return folders[...place].joined(separator: "/")
    }
  }

  /// As written.
  public let pattern: String
  private let components: [GlobComponent]

  /// Parses a pattern.
  ///
  /// Throws `PathProblem.unknownPlaceholder` for braces other than `{case}`.
  public init(_ pattern: String) throws(DatasetError) {
    self.pattern = pattern
    var components: [GlobComponent] = []
    for part in pattern.split(separator: "/") where part != "." {
      do throws(GlobComponent.UnknownPlaceholder) {
        components.append(try GlobComponent(String(part)))
      } catch {
        throw .path(.unknownPlaceholder(pattern: pattern, placeholder: error.text))
      }
    }
    if components.last?.isRecursive == true, let any = try? GlobComponent("*") { components.append(any) }
    self.components = components
  }

  /// The path of something that exists as a pattern that matches it alone: `a{b}` becomes `a[{]b}`.
  ///
  /// A name without braces that exists is taken as it is written, whatever wildcards it has.
  public static func escaped(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).map { name in
      guard name.contains("{") else { return String(name) }
      return String(name.flatMap { "*?[{".contains($0) ? Array("[\($0)]") : [$0] })
    }.joined(separator: "/")
  }

  /// Whether the pattern contains `{case}`.
  public var capturesCase: Bool { components.contains { $0.capturesCase } }

  /// What a search found.
  public struct Listing: Sendable {
    /// The files that match, and the folders with a DICOM series, in the order of their paths' bytes; at least one.
    public var matches: [Match]
    /// What matches but cannot be used, images of formats that are not read beside the matches, and folders that were not
    /// searched.
    public var leftOut: [LeftOutFile]
  }

  /// The files that match, and the folders with a DICOM series, in the order of their paths' bytes.
  ///
  /// Throws as `listing(in:)` does.
  public func matches(in folder: URL) throws(DatasetError) -> [Match] { try listing(in: folder).matches }

  /// The files that match, and what was left out.
  ///
  /// A pattern that does not begin with a slash is searched for in `folder`. `entersPredictions`: folders of predictions
  /// are searched too.
  /// Throws `PathProblem.missingFolder` where a folder that the pattern names does not exist, `.notAFolder` where it is a
  /// file, `.onlyAFolder` where the pattern names no file, `.emptyGlob` where all exists and nothing matches, `.allLeftOut`
  /// where nothing that matches can be used, `.unreadable` where a folder that the pattern names cannot be listed.
  public func listing(in folder: URL, entersPredictions: Bool = false) throws(DatasetError) -> Listing {
    let base = pattern.hasPrefix("/") ? "/" : FilePath.withoutTrailingSlash(folder.path)
    var search = Search(
      pattern: pattern, candidates: [Candidate(path: base, caseNames: nil)], namedFolder: base,
      entersPredictions: entersPredictions)
    for component in components { try search.advance(by: component) }
    search.findUnreadFormats(beside: components.last)
    return try search.listing()
  }
}

/// A file or folder that matches the first parts of a pattern.
private struct Candidate {
  var path: String
  /// What `{case}` can stand for; nil before its first place in the pattern.
  var caseNames: [String]?
  /// Whether the last part of the path is named by the pattern, not met by a wildcard.
  var isNamed = true

  /// The file or folder of a name in this folder; nil where the name does not match the next part of the pattern.
  func child(_ name: String, matching component: GlobComponent) -> Candidate? {
    var child = Candidate(path: FilePath.joined(path, name), caseNames: caseNames, isNamed: false)
    guard component.capturesCase else { return component.matches(name) ? child : nil }
    let names = component.caseNames(in: name)
    child.caseNames = caseNames.map { $0.filter(names.contains) } ?? names
    return child.caseNames?.isEmpty == false ? child : nil
  }
}

private struct Search {
  let pattern: String
  var candidates: [Candidate]
  /// The deepest folder that the pattern names without wildcards.
  var namedFolder: String
  /// Whether a wildcard was met.
  var isOpen = false
  private let entersPredictions: Bool
  /// What was met and cannot be used, by its path.
  private var leftOut: [String: (caseNames: [String], reason: LeftOutFile.Reason)] = [:]
  /// The candidates before the last part of the pattern.
  private var folders: [Candidate] = []

  init(pattern: String, candidates: [Candidate], namedFolder: String, entersPredictions: Bool) {
    (self.pattern, self.candidates, self.namedFolder) = (pattern, candidates, namedFolder)
    self.entersPredictions = entersPredictions
  }

  mutating func advance(by component: GlobComponent) throws(DatasetError) {
    try enterNamedFolder()
    folders = candidates
    if !isOpen, let name = literalName(of: component, in: candidates[0].path) {
      candidates[0].path = FilePath.joined(candidates[0].path, name)
      return
    }
    isOpen = true
    var next: [Candidate] = []
    for candidate in candidates where !skipsResults(of: candidate) {
      do throws(DatasetError) {
        if component.isRecursive {
          var reasons: [String: LeftOutFile.Reason] = [:]
          next += try FilePath.foldersBelow(candidate.path, entersPredictions: entersPredictions) { reasons[$0] = $1 }
            .map { Candidate(path: $0, caseNames: candidate.caseNames) }
          for (path, reason) in reasons { leftOut[path] = (candidate.caseNames ?? [], reason) }
        } else {
          next += try children(of: candidate, matching: component)
        }
      } catch .path(.unreadable(let path, let reason)) where path != namedFolder {
        leftOut[path] = (candidate.caseNames ?? [], .unreadableFolder(reason))
      }
    }
    for candidate in next {
      if let reason = LeftOutFile.reason(for: candidate.path) {
        leftOut[candidate.path] = (candidate.caseNames ?? [], reason)
      }
    }
    candidates = next
  }

  /// Looks, in the folders where the last part of the pattern was searched, for images of formats that are not read and
  /// would match with another ending.
  mutating func findUnreadFormats(beside component: GlobComponent?) {
    guard isOpen, let component, !component.isRecursive else { return }
    let ending = ScanFormat.readEnding(of: component.text) ?? ""
    let matching = Set(candidates.map(\.path))
    for folder in folders where FilePath.kind(of: folder.path) == .folder {
      for name in (try? FilePath.names(in: folder.path)) ?? [] {
        guard let unread = ScanFormat.unreadEnding(of: name) else { continue }
        let path = FilePath.joined(folder.path, name)
        guard !matching.contains(path), leftOut[path] == nil,
          !ScanFile.isScan(URL(filePath: path))
        else { continue }
        let alike = name.dropLast(unread.count) + ending
        if component.capturesCase {
          let names = component.caseNames(in: String(alike))
          if !names.isEmpty { leftOut[path] = (folder.caseNames ?? names, .unreadFormat) }
        } else if component.matches(String(alike)) {
          leftOut[path] = (folder.caseNames ?? [], .unreadFormat)
        }
      }
    }
  }

  func listing() throws(DatasetError) -> Glob.Listing {
    let prefix = namedFolder == "/" ? "/" : namedFolder + "/"
    var leftOut = self.leftOut
    if !isOpen, let reason = LeftOutFile.reason(for: candidates[0].path) {
      leftOut[candidates[0].path] = ([], reason)
    }
    let files = leftOut.keys.sortedBytewise().compactMap { path in
      leftOut[path].map {
        LeftOutFile(path: path, name: String(path.dropFirst(prefix.count)), caseNames: $0.caseNames, reason: $0.reason)
      }
    }
    return Glob.Listing(matches: try matches(leftOut: files), leftOut: files)
  }

  private func matches(leftOut: [LeftOutFile]) throws(DatasetError) -> [Glob.Match] {
    if !isOpen, FilePath.kind(of: candidates[0].path) == .folder, !Self.isScan(candidates[0].path) {
      throw .path(.onlyAFolder(pattern: pattern))
    }
    var found: [String: Glob.Match] = [:]
    for candidate in candidates where FilePath.kind(of: candidate.path) == .file || Self.isScan(candidate.path) {
      let prefix = namedFolder == "/" ? "/" : namedFolder + "/"
      found[candidate.path] = Glob.Match(
        url: URL(filePath: candidate.path, directoryHint: .notDirectory),
        relativePath: String(candidate.path.dropFirst(prefix.count)), caseNames: candidate.caseNames ?? [])
    }
    guard !found.isEmpty else {
      guard leftOut.isEmpty else { throw .path(.allLeftOut(pattern: pattern, files: leftOut)) }
      let entries = try FilePath.entries(in: namedFolder)
      let names = (entries.names + entries.unnameable.map(\.name)).filter { !$0.hasPrefix(".") }
      throw .path(.emptyGlob(pattern: pattern, folder: namedFolder, names: names.sortedBytewise()))
    }
    return found.keys.sortedBytewise().compactMap { found[$0] }
  }

  /// Whether a path is a folder that is a scan: one of DICOM files.
  private static func isScan(_ path: String) -> Bool {
    ScanFile.isSeriesFolder(URL(filePath: path, directoryHint: .isDirectory))
  }

  /// Checks the folder named so far, which the next part of the pattern is searched for in.
  private mutating func enterNamedFolder() throws(DatasetError) {
    guard !isOpen else { return }
    let path = candidates[0].path
    switch FilePath.kind(of: path) {
    case .folder: namedFolder = path
    case .file, .special: throw .path(.notAFolder(pattern: pattern, path: path))
    case .nothing, .danglingLink:
      throw .path(
        .missingFolder(pattern: pattern, folder: path, existing: FilePath.deepestExistingFolder(above: path)))
    }
  }

  private func literalName(of component: GlobComponent, in folder: String) -> String? {
    guard !component.capturesCase else { return nil }
    let standsAsWritten = FilePath.kind(of: FilePath.joined(folder, component.text)) != .nothing
    return standsAsWritten ? component.text : component.literalName
  }

  private mutating func children(
    of candidate: Candidate, matching component: GlobComponent
  ) throws(DatasetError) -> [Candidate] {
    guard FilePath.kind(of: candidate.path) == .folder else { return [] }
    if let name = literalName(of: component, in: candidate.path) {
      return [Candidate(path: FilePath.joined(candidate.path, name), caseNames: candidate.caseNames)]
    }
    let entries = try FilePath.entries(in: candidate.path)
    for entry in entries.unnameable where candidate.child(entry.approximateName, matching: component) != nil {
      leftOut[FilePath.joined(candidate.path, entry.name)] = (candidate.caseNames ?? [], .nameNotUTF8)
    }
    return entries.names.sortedBytewise().compactMap { name in
      guard let child = candidate.child(name, matching: component) else { return nil }
      guard !ResultFolder.isResult(name, inRun: candidate.path) else {
        leftOut[child.path] = (child.caseNames ?? [], .runResult)
        return nil
      }
      return child
    }
  }

  /// Whether a folder that a wildcard met is not searched, since it contains results.
  private mutating func skipsResults(of candidate: Candidate) -> Bool {
    guard !candidate.isNamed, FilePath.kind(of: candidate.path) == .folder,
      let reason = ResultFolder.reason(toSkip: candidate.path, entersPredictions: entersPredictions)
    else { return false }
    leftOut[candidate.path] = (candidate.caseNames ?? [], reason)
    return true
  }
}
