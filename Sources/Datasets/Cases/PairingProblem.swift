/// Why images and labels do not make pairs.
public enum PairingProblem: Hashable, Sendable, CustomStringConvertible {
  /// Images have no label; `expected` says for each which file was looked for.
  case imagesWithoutLabel(ids: [String], expected: [String])
  /// Several files have one case's name.
  case ambiguousCase(id: String, role: FileRole, files: [String])
  /// A label file fits several cases.
  case ambiguousLabel(file: String, ids: [String])

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .imagesWithoutLabel(let ids, let expected):
      "\(Wording.counted(ids.count, "image has", "images have")) no label: "
        + Wording.listed(zip(ids, expected).map { "'\($0)' (expected \($1))" })
        + ". Add the labels, correct the labels pattern, or move these images elsewhere."
    case .ambiguousCase(let id, let role, let files):
      "\(Wording.counted(files.count, "\(role.rawValue) file")) have the one case name '\(id)': "
        + "\(Wording.quoted(files)). Expected one; "
        + "narrow the \(role.rawValue)s pattern, or put {case} in it where the names differ."
    case .ambiguousLabel(let file, let ids):
      "the label '\(file)' fits \(Wording.counted(ids.count, "case")): \(Wording.quoted(ids)). "
        + "Expected one; write in the labels pattern what stands between {case} and the rest of the name."
    }
  }
}

/// What a file is to its case.
public enum FileRole: String, Hashable, Sendable {
  /// The scan.
  case image
  /// The drawn segmentation.
  case label
}
