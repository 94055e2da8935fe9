import Files
import Foundation
import ScanIO

/// A file or folder that a search for scans met and left out.
public struct LeftOutFile: Hashable, Sendable {
  /// Why it was left out.
  public enum Reason: Hashable, Sendable {
    /// A symbolic link to something that is not there, as git-annex and DataLad leave for files that were not fetched.
    case danglingLink
    /// A name that is not UTF-8, so that no pattern, table or option can name the file; messages show its bytes.
    case nameNotUTF8
    /// A pipe, a socket or a device; the text says which.
    case notAFile(String)
    /// A folder that cannot be listed; the text says why.
    case unreadableFolder(String)
    /// A link to a folder, which a search through all folders does not follow.
    case linkedFolder
    /// The folder of a run, which contains results.
    case runFolder
    /// A folder that contains predictions of `segment predict`.
    case predictionFolder
    /// A file at the top of a run's folder that is a result of the run.
    case runResult
    /// A folder that by its name contains labels, where scans are segmented.
    case labelFolder
    /// A scan in the output folder of the same command.
    case result
    /// The probabilities that were predicted beside labels, where labels are read.
    case probabilities
    /// An image of a format that is not read.
    case unreadFormat
    /// A file that is no image.
    case noScan
    /// A scan of another ending than the data set's description states.
    case otherEnding
  }

  /// Its path.
  public let path: String
  /// Its path from the folder that was searched.
  public let name: String
  /// The names that its case would have had, the likeliest first.
  public let caseNames: [String]
  /// Why it was left out.
  public let reason: Reason

  /// Makes a file; without names of a case that of the file, without its ending.
  public init(path: String, name: String, caseNames: [String] = [], reason: Reason) {
    self.path = path
    self.name = name
    self.caseNames = caseNames.isEmpty ? [Self.baseName(of: name)] : caseNames
    self.reason = reason
  }

  /// What is wrong with it: `a link that leads nowhere`.
  public var words: String {
    switch reason {
    case .danglingLink: "a link to a missing file"
    case .nameNotUTF8: "a file whose name is not in UTF-8"
    case .notAFile(let kind): kind
    case .unreadableFolder(let reason): "a folder that cannot be read: \(reason)"
    case .linkedFolder: "a link to a folder"
    case .runFolder: "the folder of a run"
    case .predictionFolder: "a folder of predictions"
    case .runResult: "a result of a run"
    case .labelFolder: "a folder of labels"
    case .result: "an output of this command"
    case .probabilities: "predicted probabilities"
    case .unreadFormat: "of an unsupported format"
    case .noScan: "not an image"
    case .otherEnding: "with another extension"
    }
  }

  /// A file name without folders and without the extension of its format.
  static func baseName(of name: String) -> String {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    if let ending = ScanFormat.unreadEnding(of: file) { return String(file.dropLast(ending.count)) }
    return ScanFormat.baseName(of: file)
  }

  /// What keeps a path from being a scan, without opening it; nil where nothing does.
  static func reason(for path: String) -> Reason? {
    switch FilePath.kind(of: path) {
    case .file, .folder, .nothing: nil
    case .danglingLink: .danglingLink
    case .special: .notAFile(FileSystem.words(for: path))
    }
  }
}

extension Sequence<LeftOutFile> {
  /// A warning for each reason: how many files, the first ten, and what to do.
  public var warnings: [String] {
    var kinds: [(key: Int, files: [LeftOutFile])] = []
    for file in self {
      if let place = kinds.firstIndex(where: { $0.key == file.order }) {
        if !kinds[place].files.contains(where: { $0.path == file.path }) { kinds[place].files.append(file) }
      } else {
        kinds.append((file.order, [file]))
      }
    }
    return kinds.sorted { $0.key < $1.key }.map { LeftOutFile.warning($0.files) }
  }
}

extension LeftOutFile {
  /// The place of its reason among warnings.
  fileprivate var order: Int {
    switch reason {
    case .danglingLink: 0
    case .nameNotUTF8: 1
    case .unreadFormat: 2
    case .otherEnding: 3
    case .notAFile: 4
    case .unreadableFolder: 5
    case .linkedFolder: 6
    case .runFolder: 7
    case .predictionFolder: 8
    case .runResult: 9
    case .labelFolder: 10
    case .result: 11
    case .probabilities: 12
    case .noScan: 13
    }
  }

  /// The warning on files that are left out for one reason.
  fileprivate static func warning(_ files: [LeftOutFile]) -> String {
    let count = files.count
    func subject(_ noun: String, _ one: String, _ many: String, nouns: String? = nil) -> String {
      "\(Wording.counted(count, noun, nouns)) \(count == 1 ? one : many)"
    }
    let names = Wording.quoted(files.map(\.name), shown: 10)
    switch files[0].reason {
    case .danglingLink:
      return subject("link", "leads", "lead") + " to a missing file, skipped: \(names). "
        + "Download the files (git annex get, datalad get), or remove the links."
    case .nameNotUTF8:
      return subject("name", "is", "are") + " not in UTF-8, skipped: \(names). \(NameEncoding.remedy)."
    case .unreadFormat:
      return subject("image", "has", "have") + " an unsupported format, skipped: \(names). "
        + "Convert \(count == 1 ? "it" : "them"), for example to .nii.gz."
    case .otherEnding:
      return subject("scan", "has", "have") + " another extension than dataset.json specifies, skipped: \(names)."
    case .notAFile:
      let kinds = files.map { "'\($0.name)' (\($0.words))" }
      return subject("path", "is", "are") + " not a regular file, skipped: \(Wording.listed(kinds, shown: 10))."
    case .unreadableFolder(let reason):
      return subject("folder", "cannot", "cannot") + " be read (\(reason)), skipped: \(names)."
    case .linkedFolder:
      return subject("link", "leads", "lead") + " to a folder, not followed: \(names). "
        + "Give the path of the folder itself to read its files."
    case .runFolder:
      return subject("folder", "belongs", "belong") + " to \(count == 1 ? "a run" : "runs"), not searched: \(names). "
        + Self.nameItself(count)
    case .predictionFolder:
      return subject("folder", "contains", "contain") + " predictions of segment, not searched: \(names). "
        + Self.nameItself(count)
    case .runResult:
      return subject("entry", "is", "are", nouns: "entries")
        + " of a run that was written into this folder, skipped: \(names). "
        + "Move the results of the run to a folder of their own."
    case .labelFolder:
      return subject("folder", "contains", "contain") + " labels by \(count == 1 ? "its name" : "their names"), "
        + "not segmented: \(names). " + Self.nameItself(count)
    case .result:
      return subject("scan", "is", "are") + " in the output folder, skipped: \(names)."
    case .probabilities:
      return subject("file", "contains", "contain") + " the probabilities of predicted labels, skipped: \(names)."
    case .noScan:
      return subject("file", "is", "are") + " not \(count == 1 ? "an image" : "images"), skipped: \(names)."
    }
  }

  private static func nameItself(_ count: Int) -> String {
    "To read \(count == 1 ? "it" : "one"), give the path of the folder itself."
  }
}
