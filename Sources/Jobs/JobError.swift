import Datasets

/// What is wrong with a job's work beyond what the modules below find themselves.
public enum JobError: Error, Sendable {
  /// Cases that cannot be used, each with its own error.
  case badCases([BadCase], of: Int)
  /// A weight file has no card of this program.
  case notAModel(file: String)
  /// Models that should predict together differ.
  case modelsDiffer(first: String, other: String, what: String)
  /// A scan does not fit the model.
  case scanDoesNotFit(file: String, expected: String, found: String)
  /// An option of a command cannot be understood.
  case option(name: String, expected: String, found: String)
  /// A case has no prediction.
  case noPrediction(file: String)
  /// A prediction is not on the grid that it is measured on: that of `other`, its reference, or of its scan.
  case gridsDiffer(prediction: String, other: String?, GeometryProblem)
  /// A scan has fewer channels than a model; `missing` is the file that would hold the next.
  case missingChannels(file: String, expected: String, found: Int, missing: String)
  /// Names of one list are missing from another.
  case unmatched(what: String, names: [String], folder: String)
  /// Two scans would be written to one file.
  case sameOutput(name: String, first: String, second: String)

  /// A case and what is wrong with it.
  public struct BadCase: Sendable {
    /// The case's name, or the file's.
    public let name: String
    /// What is wrong.
    public let error: any Error

    init(name: String, error: any Error) { (self.name, self.error) = (name, error) }
  }
}

extension JobError: CustomStringConvertible {
  /// What is wrong, where, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .badCases(let cases, let count):
      "\(cases.count) of \(count) cases cannot be used:\n"
        + cases.prefix(Self.longestList).map { "  \($0.name): \($0.error)" }.joined(separator: "\n")
        + (cases.count > Self.longestList ? "\n  and \(cases.count - Self.longestList) more" : "")
    case .notAModel(let file):
      "\(file): a weight file, but without the card that 'segment' writes; use a model.safetensors of a run"
    case .modelsDiffer(let first, let other, let what):
      "\(other): its \(what) differs from that of \(first); models that predict together must share it"
    case .scanDoesNotFit(let file, let expected, let found):
      "\(file): the model expects \(expected), the scan has \(found)"
    case .option(let name, let expected, let found):
      "\(name) is '\(found)'; expected \(expected)"
    case .noPrediction(let file):
      "\(file): there is no such prediction; predict the case first"
    case .gridsDiffer(let prediction, let other, let problem):
      Self.message(prediction, other, problem)
    case .missingChannels(let file, let expected, let found, let missing):
      "\(file): the model expects \(expected), the scan has \(found); expected the next in '\(missing)' beside it, "
        + "or all in one file"
    case .unmatched(let what, let names, let folder):
      "\(names.count) \(what) in \(folder): \(names.prefix(Self.longestList).joined(separator: ", "))"
        + (names.count > Self.longestList ? " and \(names.count - Self.longestList) more" : "")
    case .sameOutput(let name, let first, let second):
      "\(first) and \(second) would both be written to \(name); rename one, or predict them into two folders"
    }
  }

  private static let longestList = 10

  private static func message(_ prediction: String, _ other: String?, _ problem: GeometryProblem) -> String {
    let place = other.map { "its reference '\($0)'" } ?? "its scan"
    return switch problem {
    case .sizeMismatch(_, let size, let found):
      "the prediction '\(prediction)' has \(found) voxels, \(place) \(size). Expected the same size; "
        + "predict the scan that the reference was drawn on"
    case .unitMismatch(_, let unit, let found):
      "the grid of the prediction '\(prediction)' is in \(found.rawValue), that of \(place) in \(unit.rawValue). "
        + "Expected the same unit; keep both in one format"
    case .misplacedLabel(_, let displacement):
      "the prediction '\(prediction)' and \(place) lie \(displacement). Expected at most 0.1 voxels; "
        + "predict the scan that the reference was drawn on, or correct the header of one of them"
    default: "the prediction '\(prediction)': \(problem)"
    }
  }
}
