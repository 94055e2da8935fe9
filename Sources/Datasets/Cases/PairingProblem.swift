/// Why images and labels do not make cases.
public enum PairingProblem: Hashable, Sendable, CustomStringConvertible {
  /// Images have no label; `expected` says for each which file was looked for.
  case imagesWithoutLabel(ids: [String], expected: [String])
  /// Cases lack one of their images; `expected` says for each which file was looked for.
  case missingImages(ids: [String], expected: [String])
  /// One of several images patterns does not say where the case's name stands.
  case patternWithoutCase(String)
  /// Several files have one case's name.
  case ambiguousCase(id: String, role: FileRole, files: [String])
  /// A file fits several cases.
  case ambiguousFile(file: String, role: FileRole, ids: [String])
  /// `exclude` names cases that there are none of.
  case unknownExclusions(ids: [String], cases: [String])
  /// `exclude` names every case.
  case allExcluded(count: Int)
  /// The name of a case cannot be that of a file: results would be written elsewhere.
  case unusableName(id: String)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .imagesWithoutLabel(let ids, let expected):
      "\(Wording.counted(ids.count, "image has", "images have")) no label: "
        + Wording.listed(zip(ids, expected).map { "'\($0)' (expected \($1))" })
        + ". Add the labels, correct the labels pattern, or move these images elsewhere."
    case .missingImages(let ids, let expected):
      "\(Wording.counted(ids.count, "image is", "images are")) missing: "
        + Wording.listed(zip(ids, expected).map { "of case '\($0)' (expected '\($1)')" })
        + ". Expected every channel of every case; add the images, correct their patterns, or move these cases elsewhere."
    case .patternWithoutCase(let pattern):
      "the images pattern '\(pattern)' has no {case}. "
        + "Expected it in each of several patterns, where the case's name stands: it tells which files belong together."
    case .ambiguousCase(let id, let role, let files):
      "\(Wording.counted(files.count, "\(role.rawValue) file")) have the one case name '\(id)': "
        + "\(Wording.quoted(files)). Expected one; "
        + "narrow the \(role.rawValue)s pattern, or put {case} in it where the names differ."
    case .unknownExclusions(let ids, let cases):
      "'exclude' names \(Wording.quoted(ids)), and there is no case of \(ids.count == 1 ? "that name" : "those names"); "
        + "the cases are \(Wording.quoted(cases)). Correct the names."
    case .unusableName(let id):
      "a case is named \(id.debugDescription), and its results cannot be written under that name. Expected no empty part, "
        + "no '.' or '..' between slashes, no slash at either end, no line break and at most 200 bytes a part; rename it."
    case .allExcluded(let count):
      "'exclude' names all \(Wording.counted(count, "case")). Expected some that are left; shorten it."
    case .ambiguousFile(let file, let role, let ids):
      "the \(role.rawValue) '\(file)' fits \(Wording.counted(ids.count, "case")): \(Wording.quoted(ids)). "
        + "Expected one; write in the \(role.rawValue)s pattern what stands between {case} and the rest of the name."
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
