import Files

/// Why files or folders cannot be found or read.
public enum PathProblem: Hashable, Sendable, CustomStringConvertible {
  /// A folder that a path pattern names does not exist; `existing` is the last part of its path that does.
  case missingFolder(pattern: String, folder: String, existing: String)
  /// A path is a file where the pattern needs a folder.
  case notAFolder(pattern: String, path: String)
  /// A path pattern names a folder, and no files in it.
  case onlyAFolder(pattern: String)
  /// The folders exist, but no file in them matches; `names` are the entries of the deepest named folder.
  case emptyGlob(pattern: String, folder: String, names: [String])
  /// Files match, but every one has to be left out.
  case allLeftOut(pattern: String, files: [LeftOutFile])
  /// A path pattern contains braces other than `{case}`.
  case unknownPlaceholder(pattern: String, placeholder: String)
  /// Every file that the images pattern matches is matched by the labels pattern too.
  case patternsCoincide(images: String, labels: String)
  /// A file or a folder that exists cannot be read.
  case unreadable(path: String, reason: String)
  /// Two names in a folder are the same text in other bytes: an accent as one character or as two.
  case equalNames(folder: String, names: [String])
  /// A file is no text in UTF-8.
  case notText(path: String, TextProblem)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .missingFolder(let pattern, let folder, let existing):
      "folder '\(folder)' not found ('\(existing)' exists); the pattern is '\(pattern)'. "
        + "Correct the path, or download the data."
    case .notAFolder(let pattern, let path):
      "'\(path)' is a file; the pattern '\(pattern)' expects a folder. Correct the path."
    case .onlyAFolder(let pattern):
      "'\(pattern)' is a folder. Expected a pattern of files; add a file name, such as '*.nii.gz'."
    case .emptyGlob(let pattern, let folder, let names) where names.isEmpty:
      "no file matches '\(pattern)': the folder '\(folder)' is empty. Correct the path, or download the data."
    case .emptyGlob(let pattern, let folder, let names):
      "no file matches '\(pattern)'. The folder '\(folder)' contains "
        + "\(Wording.counted(names.count, "entry", "entries")): \(Wording.quoted(names, shown: 3)). Correct the pattern."
    case .allLeftOut(let pattern, let files):
      "no file that matches '\(pattern)' can be used. " + files.warnings.joined(separator: " ")
    case .equalNames(let folder, let names):
      "the folder '\(folder)' contains names that look the same, in different Unicode forms: "
        + "\(Wording.quoted(names.map(\.escapedToASCII))). Rename one of the files."
    case .notText(let path, let problem): "'\(path)': \(problem)"
    case .unknownPlaceholder(let pattern, let placeholder):
      "the pattern '\(pattern)' contains '\(placeholder)'; only {case} is allowed in braces. "
        + "Use {case} for the case name, '*' for any text, [{] for a brace."
    case .patternsCoincide(let images, let labels):
      "all files match both the images pattern '\(images)' and the labels pattern '\(labels)'. "
        + "Make one of the patterns more specific."
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read: \(reason). Check the path and its permissions."
    }
  }
}

extension String {
  /// The text with an escape such as `\u{301}` for each character beyond ASCII.
  fileprivate var escapedToASCII: String { unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
}
