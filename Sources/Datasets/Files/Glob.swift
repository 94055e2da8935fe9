import Foundation
import ScanIO

/// A path pattern: `*` stands for any text, `?` for one character, `[a-z]` for one of a set (`[!a-z]` for one outside
/// it), `**` for any number of folders, `{case}` for the name of a case.
///
/// Wildcards match no slash and no leading dot; `**` follows no symbolic links. A part of the path that exists as it is
/// written is taken as it is written, so that a folder named `study [2]` needs no care. A brace is written `[{]`, a star
/// `[*]`.
public struct Glob: Hashable, Sendable {
  /// A file that matches.
  public struct Match: Hashable, Sendable {
    /// The file.
    public let url: URL
    /// Its path from the deepest folder that the pattern names without wildcards, with `/` between the parts.
    public let relativePath: String
    /// What `{case}` can stand for, the longest first; empty where the pattern has no `{case}`.
    public let caseNames: [String]
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

  /// Whether the pattern holds `{case}`.
  public var capturesCase: Bool { components.contains { $0.capturesCase } }

  /// The files that match, and the folders that hold a DICOM series, in the order of their paths' bytes.
  ///
  /// A pattern that does not begin with a slash is searched for in `folder`.
  /// Throws `PathProblem.missingFolder` where a folder that the pattern names does not exist, `.notAFolder` where it is a
  /// file, `.onlyAFolder` where the pattern names no file, `.emptyGlob` where all exists and nothing matches, `.unreadable`
  /// where a folder cannot be listed.
  public func matches(in folder: URL) throws(DatasetError) -> [Match] {
    let base = pattern.hasPrefix("/") ? "/" : FilePath.withoutTrailingSlash(folder.path)
    var search = Search(pattern: pattern, candidates: [Candidate(path: base, caseNames: nil)], namedFolder: base)
    for component in components { try search.advance(by: component) }
    return try search.files()
  }
}

/// A file or folder that matches the first parts of a pattern.
private struct Candidate {
  var path: String
  /// What `{case}` can stand for; nil before its first place in the pattern.
  var caseNames: [String]?
}

private struct Search {
  let pattern: String
  var candidates: [Candidate]
  /// The deepest folder that the pattern names without wildcards.
  var namedFolder: String
  /// Whether a wildcard was met.
  var isOpen = false

  mutating func advance(by component: GlobComponent) throws(DatasetError) {
    try enterNamedFolder()
    if !isOpen, let name = literalName(of: component, in: candidates[0].path) {
      candidates[0].path = FilePath.joined(candidates[0].path, name)
      return
    }
    isOpen = true
    var next: [Candidate] = []
    for candidate in candidates {
      if component.isRecursive {
        next += try FilePath.foldersBelow(candidate.path).map { Candidate(path: $0, caseNames: candidate.caseNames) }
      } else {
        next += try children(of: candidate, matching: component)
      }
    }
    candidates = next
  }

  func files() throws(DatasetError) -> [Glob.Match] {
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
      let names = try FilePath.names(in: namedFolder).filter { !$0.hasPrefix(".") }
      throw .path(.emptyGlob(pattern: pattern, folder: namedFolder, names: names))
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
    case .file: throw .path(.notAFolder(pattern: pattern, path: path))
    case .nothing:
      throw .path(
        .missingFolder(pattern: pattern, folder: path, existing: FilePath.deepestExistingFolder(above: path)))
    }
  }

  private func literalName(of component: GlobComponent, in folder: String) -> String? {
    guard !component.capturesCase else { return nil }
    let standsAsWritten = FilePath.kind(of: FilePath.joined(folder, component.text)) != .nothing
    return standsAsWritten ? component.text : component.literalName
  }

  private func children(of candidate: Candidate, matching component: GlobComponent) throws(DatasetError) -> [Candidate]
  {
    guard FilePath.kind(of: candidate.path) == .folder else { return [] }
    if let name = literalName(of: component, in: candidate.path) {
      return [Candidate(path: FilePath.joined(candidate.path, name), caseNames: candidate.caseNames)]
    }
    var children: [Candidate] = []
    for name in try FilePath.names(in: candidate.path) {
      var child = Candidate(path: FilePath.joined(candidate.path, name), caseNames: candidate.caseNames)
      if component.capturesCase {
        let names = component.caseNames(in: name)
        child.caseNames = candidate.caseNames.map { $0.filter(names.contains) } ?? names
        guard child.caseNames?.isEmpty == false else { continue }
      } else if !component.matches(name) {
        continue
      }
      children.append(child)
    }
    return children
  }
}
