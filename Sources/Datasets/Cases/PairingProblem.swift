/// Why images and labels do not make cases.
public enum PairingProblem: Hashable, Sendable, CustomStringConvertible {
  /// Images have no label; `expected` says for each which file was looked for.
  case imagesWithoutLabel(ids: [String], expected: [String])
  /// No label belongs to an image.
  case noPairs(UnpairedNames)
  /// Cases lack one of their images; `expected` says for each which file was looked for.
  case missingImages(ids: [String], expected: [String])
  /// One of several images patterns has no {case}.
  case patternWithoutCase(String)
  /// Several files have one case's name.
  case ambiguousCase(id: String, role: FileRole, files: [String])
  /// A file fits several cases.
  case ambiguousFile(file: String, role: FileRole, ids: [String])
  /// `exclude` lists unknown cases.
  case unknownExclusions(ids: [String], cases: [String])
  /// `exclude` lists every case.
  case allExcluded(count: Int)
  /// The name of a case cannot be that of a file: results would be written elsewhere.
  case unusableName(id: String)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .imagesWithoutLabel(let ids, let expected):
      "\(Wording.counted(ids.count, "image has", "images have")) no label: "
        + Wording.listed(zip(ids, expected).map { "'\($0)' (expected \($1))" }, shown: 10)
        + ". Add the labels, correct their names, or list these cases in 'exclude'."
    case .noPairs(let names): names.description
    case .missingImages(let ids, let expected):
      "\(Wording.counted(ids.count, "image is", "images are")) missing: "
        + Wording.listed(zip(ids, expected).map { "of case '\($0)' (expected '\($1)')" })
        + ". Expected every channel of every case; add the images, correct their patterns, or move these cases elsewhere."
    case .patternWithoutCase(let pattern):
      "the images pattern '\(pattern)' has no {case}. "
        + "With several patterns, each needs {case} in place of the case name, so that files of a case can be matched."
    case .ambiguousCase(let id, let role, let files):
      "\(Wording.counted(files.count, "\(role.rawValue) file")) have the same case name '\(id)': "
        + "\(Wording.quoted(files)). Expected one; "
        + "make the \(role.rawValue)s pattern more specific, or put {case} where the names differ."
    case .unknownExclusions(let ids, let cases):
      "'exclude' lists \(ids.count == 1 ? "an unknown case" : "unknown cases"): \(Wording.quoted(ids)); "
        + "the cases are \(Wording.quoted(cases)). Correct the names."
    case .unusableName(let id):
      "the case name \(id.debugDescription) cannot be a file name. Expected no empty part, "
        + "no '.' or '..' between slashes, no slash at either end, no line break and at most 200 bytes per part; "
        + "rename it."
    case .allExcluded(let count):
      "'exclude' lists all \(Wording.counted(count, "case")). Expected at least one case that is not excluded."
    case .ambiguousFile(let file, let role, let ids):
      "the \(role.rawValue) '\(file)' matches \(Wording.counted(ids.count, "case")): \(Wording.quoted(ids)). "
        + "Expected one; make the \(role.rawValue)s pattern more specific around {case}."
    }
  }
}

/// The role of a file in its case.
public enum FileRole: String, Hashable, Sendable {
  /// The scan.
  case image
  /// The reference labels.
  case label
}
