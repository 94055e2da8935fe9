import Files

/// Why files or folders cannot be found or read.
public enum PathProblem: Hashable, Sendable, CustomStringConvertible {
  /// A folder that a path pattern names does not exist; `existing` is the last part of its path that does.
  case missingFolder(pattern: String, folder: String, existing: String)
  /// A file stands where a path pattern needs a folder.
  case notAFolder(pattern: String, path: String)
  /// A path pattern names a folder, and no files in it.
  case onlyAFolder(pattern: String)
  /// The folders exist, but no file in them matches; `names` is what stands in the deepest named folder.
  case emptyGlob(pattern: String, folder: String, names: [String])
  /// Files match, but every one has to be left out.
  case allLeftOut(pattern: String, files: [LeftOutFile])
  /// A path pattern holds braces other than `{case}`.
  case unknownPlaceholder(pattern: String, placeholder: String)
  /// Every file that the images pattern matches is matched by the labels pattern too.
  case patternsCoincide(images: String, labels: String)
  /// A file or a folder that exists cannot be read.
  case unreadable(path: String, reason: String)
  /// A file is no text in UTF-8.
  case notText(path: String, TextProblem)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .missingFolder(let pattern, let folder, let existing):
      "the folder '\(folder)' does not exist ('\(existing)' does); it is part of the pattern '\(pattern)'. "
        + "Correct the path, or fetch the data."
    case .notAFolder(let pattern, let path):
      "'\(path)' is a file, but the pattern '\(pattern)' needs a folder there. Correct the path."
    case .onlyAFolder(let pattern):
      "'\(pattern)' is a folder, and a pattern of files is expected. Add what the files are called, such as '*.nii.gz'."
    case .emptyGlob(let pattern, let folder, let names) where names.isEmpty:
      "no file matches '\(pattern)': the folder '\(folder)' is empty. Correct the path, or fetch the data."
    case .emptyGlob(let pattern, let folder, let names):
      "no file matches '\(pattern)': the folder '\(folder)' exists and holds "
        + "\(Wording.counted(names.count, "entry", "entries")): \(Wording.quoted(names, shown: 3)). Correct the pattern."
    case .allLeftOut(let pattern, let files):
      "no file that matches '\(pattern)' can be used. " + files.warnings.joined(separator: " ")
    case .notText(let path, let problem): "'\(path)': \(problem)"
    case .unknownPlaceholder(let pattern, let placeholder):
      "the pattern '\(pattern)' holds '\(placeholder)', and only {case} can stand in braces. "
        + "Write {case} for the case's name, '*' for any text, or [{] for a brace itself."
    case .patternsCoincide(let images, let labels):
      "every file that matches the images pattern '\(images)' also matches the labels pattern '\(labels)', "
        + "so images and labels cannot be told apart. Make one of the patterns narrower."
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read: \(reason). Check that it exists and that its permissions let you read it."
    }
  }
}
