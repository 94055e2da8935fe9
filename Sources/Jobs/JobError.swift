import Datasets
import Volumes

/// An error of a job that no lower module reports.
public enum JobError: Error, Sendable {
  /// Cases that cannot be used, each with its own error.
  case badCases([BadCase], of: Int)
  /// A file is neither a scan, for which the text is the error, nor a model.
  case unknownFile(String)
  /// A model file has no model card of this program.
  case notAModel(file: String)
  /// Pre-trained weights, which segment nothing yet.
  case pretrained(file: String)
  /// A model that judges whole scans, which segments nothing.
  case judgesScans(file: String)
  /// The models of an ensemble differ.
  case modelsDiffer(first: String, other: String, what: String)
  /// A scan does not fit the model.
  case scanDoesNotFit(file: String, expected: String, found: String)
  /// An option of a command cannot be understood.
  case option(name: String, expected: String, found: String)
  /// A label file, or several together, has more values than there can be classes.
  case tooManyValues(file: String?, count: Int)
  /// A case has no prediction.
  case noPrediction(file: String)
  /// A prediction has no reference of its name.
  case noReference(file: String, folder: String)
  /// A scan has fewer channels than a model; `missing` is the file that would hold the next.
  case missingChannels(file: String, expected: String, found: Int, missing: String)
  /// Names of one list are missing from another.
  case unmatched(what: String, names: [String], folder: String)
  /// Two scans, by their paths, would be written to one file.
  case sameOutput(name: String, first: String, second: String)
  /// Two label files, by their paths, have the name of one case.
  case sameName(name: String, first: String, second: String)
  /// The file that should contain the classes of an evaluation is another one.
  case notAClassFile(file: String, found: String, remedy: String)
  /// A model's card has a value that cannot be.
  case damagedCard(file: String, problem: ValueProblem)
  /// Volumes without a physical size cannot be cut across an anatomical axis.
  case sliceAxis(axis: BodyAxis, cases: [String])
  /// A scan without a physical size cannot be cut as a model's slice axis asks.
  case scanWithoutAxes(file: String, axis: BodyAxis)
  /// A network gives probabilities for a scan that are infinite or not a number; the slice counts from 0.
  case outputNotFinite(file: String, slice: Int)

  /// None of the scans could be predicted; the table lists why.
  case nothingPredicted([BadCase], table: String)

  /// There is no summary of an evaluation at a path.
  case noSummary(path: String, isFolder: Bool)
  /// A summary of an evaluation cannot be read.
  case damagedSummary(file: String, problem: ValueProblem)
  /// Two evaluations have no value of the same case, class and metric.
  case nothingCompared(first: String, second: String, commonCases: Int)
  /// A table of cases cannot be used.
  case caseTable(file: String, CaseAttributeProblem)

  /// A prediction and the file that it is compared with are on different grids.
  case otherGrid(prediction: String, other: String, GeometryProblem)

  /// A case and what is wrong with it.
  public struct BadCase: Sendable {
    /// The case's name, or the file's.
    public let name: String
    /// What is wrong.
    public let error: any Error

    /// Makes an entry.
    package init(name: String, error: any Error) { (self.name, self.error) = (name, error) }
  }
}

extension JobError: CustomStringConvertible {
  /// The message: location, problem, expected, found, and what to do.
  public var description: String {
    switch self {
    case .badCases(let cases, let count):
      "\(cases.count) of \(count) cases cannot be used:\n"
        + cases.prefix(Self.longestList).map { "  \($0.name): \($0.error)" }.joined(separator: "\n")
        + (cases.count > Self.longestList ? "\n  and \(cases.count - Self.longestList) more" : "")
    case .unknownFile(let text):
      "\(text), or a model file (.safetensors)"
    case .notAModel(let file):
      "\(file): has no model card; use a model.safetensors that 'segment' wrote"
    case .pretrained(let file):
      "\(file): contains pre-trained weights, which segment nothing yet; start a fine-tune stage from them"
    case .judgesScans(let file):
      "\(file): this model judges whole scans; it segments nothing. Give it alone: only models that segment are averaged"
    case .modelsDiffer(let first, let other, let what):
      "\(other): the \(what) differs from that of \(first); the models of an ensemble must agree"
    case .scanDoesNotFit(let file, let expected, let found):
      "\(file): expected \(expected), found \(found)"
    case .option(let name, let expected, let found):
      "\(name) is '\(found)'; expected \(expected)"
    case .tooManyValues(let file, let count):
      "\(file.map { "\($0): has" } ?? "the label files have together") \(count) values other than 0; expected at most 253, one for "
        + "each class. An image is no label file. If each object has a number (instances), give one value to all objects of a class"
    case .noPrediction(let file):
      "\(file): prediction not found; predict this case first"
    case .noReference(let file, let folder):
      "\(file): there is no reference of this name in \(folder); add it, or move the prediction elsewhere"
    case .nothingPredicted(let scans, let table):
      (scans.count == 1 ? "the scan could not" : "none of the \(scans.count) scans could")
        + " be predicted; see \(table)"
    case .missingChannels(let file, let expected, let found, let missing):
      "\(file): the model expects \(expected), the scan has \(found); put the next channel into '\(missing)' "
        + "in the same folder, or all channels into one file"
    case .unmatched(let what, let names, let folder):
      "\(names.count) \(what) in \(folder): \(listed(names))"
    case .otherGrid(let prediction, let other, let problem):
      "\(prediction) and \(other): \(problem)"
    case .noSummary(let path, let isFolder):
      isFolder
        ? "\(path): has no summary.json. Run 'segment evaluate', or name a run that has a stage 'evaluate'"
        : "\(path): not found. Expected the folder of a run or of an evaluation, or a summary.json"
    case .damagedSummary(let file, let problem):
      "\(file): is no summary of an evaluation: \(problem). Expected a summary.json of 'segment evaluate' or of nnU-Net"
    case .nothingCompared(let first, let second, let commonCases):
      "\(first) and \(second) have "
        + (commonCases == 0
          ? "no case in common. Expected evaluations of the same cases, with the same names"
          : "\(counted(commonCases, "case")) in common, but no class and metric. Expected the same label values, and "
            + "metrics that both have; name them with --metrics")
    case .caseTable(let file, let problem):
      "\(file): \(problem)"
    case .sameOutput(let name, let first, let second):
      "\(first) and \(second) would have the same output \(name); rename one, or predict them into different folders"
    case .sameName(let name, let first, let second):
      "\(first) and \(second) have the same name '\(name)' without the extension, so that they cannot be assigned to one "
        + "case; rename or move one"
    case .notAClassFile(let file, let found, let remedy):
      "\(file): expected a YAML file with the key 'classes', such as 'classes: {background: 0, lesion: 1}'; "
        + "found \(found). \(remedy)"
    case .damagedCard(let file, let problem):
      "\(file): damaged model card: \(problem). Use another copy, or train again"
    case .sliceAxis(let axis, let cases):
      "slice_axis is '\(axis.plane)', but \(cases.count == 1 ? "this volume has" : "these volumes have") no physical size "
        + "and so no anatomical axes: \(listed(cases)). Use slice_axis: \(BodyAxis.superior.plane) (then volumes "
        + "without a physical size are cut along their third voxel axis), or set spacing_mm in the load stage"
    case .scanWithoutAxes(let file, let axis):
      "\(file): the model uses \(axis.plane) slices (its slice_axis), but this volume has no physical size and so no "
        + "anatomical axes; store the scan with its voxel sizes, as in NIfTI, or use a model of \(BodyAxis.superior.plane) slices"
    case .outputNotFinite(let file, let slice):
      "\(file): the model's probabilities are NaN or infinite (first in slice \(slice)): its weights or the scan's values "
        + "are too large. Check the values with 'segment info', or train again with a lower learning_rate"
    }
  }

  private static let longestList = 10
}
