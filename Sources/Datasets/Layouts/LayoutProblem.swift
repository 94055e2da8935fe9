/// Why a data set is not what its layout asks for.
public enum LayoutProblem: Hashable, Sendable, CustomStringConvertible {
  /// A file that is no `dataset.json`.
  case notADataset(path: String)
  /// A folder has none of the layouts; `names` is what stands in it.
  case notRecognised(path: String, names: [String])
  /// A layout's `dataset.json` is missing.
  case noDescription(Layout, file: String)
  /// A `dataset.json` is not what it should be; `place` is nil where it is no JSON at all.
  case invalidDescription(file: String, place: String?)
  /// There is nothing to train on; `place` is where it was looked for.
  case noTrainingCases(Layout, place: String)
  /// Files that `dataset.json` lists are not there.
  case missingFiles(listedIn: String, paths: [String])
  /// A key that says something of BIDS stands beside another layout.
  case keyOfBIDS(String, layout: Layout, path: String)
  /// `dataset.json` names no labels.
  case noLabels(file: String)
  /// Labels of `dataset.json` are regions that overlap others.
  case regions(file: String, names: [String])
  /// No label of `dataset.json` has the value 0.
  case noBackground(file: String, names: [String])
  /// There are labels, and nothing says what their values mean.
  case classesNeeded(source: String)
  /// Files have an ending that cannot be read.
  case unsupportedEnding(file: String, ending: String)
  /// Images lack nnU-Net's channel number.
  case unnumberedImages(folder: String, names: [String])
  /// BIDS: there are images of several suffixes, and none was chosen.
  case severalSuffixes(path: String, counts: [String: Int])
  /// BIDS: there is no image of a suffix.
  case unknownSuffix(String, path: String, counts: [String: Int])
  /// BIDS: there is no such folder of derivatives.
  case noDerivatives(path: String, others: [String])
  /// BIDS: several labels belong to one case.
  case severalLabels(id: String, files: [String])

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .notADataset(let path):
      "'\(path)' is a file, but no dataset.json. Expected a folder with a data set, or its dataset.json."
    case .notRecognised(let path, let names):
      "the folder '\(path)' has none of the known layouts; it holds \(Wording.quoted(names)). "
        + "Expected dataset.json (MSD, nnU-Net) or folders of subjects such as sub-01 (BIDS); "
        + "name the files by 'images' and 'labels', or list them in a 'table'."
    case .noDescription(let layout, let file):
      "'\(file)' does not exist, and the layout \(layout.title) needs it. Correct the path or the layout."
    case .noTrainingCases(let layout, let place):
      "\(layout.title): '\(place)' holds no training cases. Correct the path or the layout."
    case .keyOfBIDS(let key, let layout, let path):
      "'\(key)' says something of BIDS, and '\(path)' is \(layout.title). Leave '\(key)' out, or state 'layout: bids'."
    case .classesNeeded(let source):
      "'\(source)' does not say what the values of its labels mean. "
        + "State 'classes', such as {background: 0, tumour: 1}."
    case .invalidDescription, .missingFiles, .noLabels, .regions, .noBackground, .unsupportedEnding,
      .unnumberedImages:
      descriptionMessage
    case .severalSuffixes, .unknownSuffix, .noDerivatives, .severalLabels: bidsMessage
    }
  }

  /// The messages on `dataset.json` and what it says.
  private var descriptionMessage: String {
    switch self {
    case .invalidDescription(let file, nil):
      "'\(file)' is not JSON. Expected a dataset.json of the Medical Segmentation Decathlon or of nnU-Net."
    case .invalidDescription(let file, let place?):
      "'\(file)': '\(place)' is missing or of another type than expected. "
        + "Expected it as the Medical Segmentation Decathlon or nnU-Net has it; correct it."
    case .missingFiles(let file, let paths):
      "\(Wording.counted(paths.count, "file")) listed in '\(file)' \(paths.count == 1 ? "does" : "do") not exist: "
        + "\(Wording.quoted(paths)). Fetch the data, or correct the list."
    case .noLabels(let file): "'\(file)' names no labels. State 'classes', such as {background: 0, tumour: 1}."
    case .regions(let file, let names):
      "'\(file)': \(Wording.counted(names.count, "label is", "labels are")) a region of several values: "
        + "\(Wording.quoted(names)). Regions that overlap cannot be trained on; "
        + "state 'classes', each value in one of them."
    case .noBackground(let file, let names):
      "'\(file)': none of the labels \(Wording.quoted(names)) has the value 0. Expected a background; state 'classes'."
    case .unsupportedEnding(let file, let ending):
      "'\(file)': the files end in '\(ending)', which cannot be read. Convert them, to .nii.gz for example."
    case .unnumberedImages(let folder, let names):
      "\(Wording.counted(names.count, "image")) in '\(folder)' \(names.count == 1 ? "lacks" : "lack") the number of a "
        + "channel: \(Wording.quoted(names)). Expected names such as case_0000.nii.gz; rename them, "
        + "or name the files by 'images' and 'labels'."
    default: ""
    }
  }

  /// The messages on BIDS.
  private var bidsMessage: String {
    switch self {
    case .severalSuffixes(let path, let counts):
      "BIDS: '\(path)' has images of several suffixes: \(Self.listed(counts)). "
        + "State 'suffix', such as 'suffix: T1w', or a list of those that are the channels of a case."
    case .unknownSuffix(let suffix, let path, let counts):
      "BIDS: '\(path)' has no image of the suffix '\(suffix)'; there are \(Self.listed(counts)). Correct 'suffix'."
    case .noDerivatives(let path, let others) where others.isEmpty:
      "BIDS: the folder of labels '\(path)' does not exist. Correct 'derivatives', or put the labels there."
    case .noDerivatives(let path, let others):
      "BIDS: the folder of labels '\(path)' does not exist; the derivatives are \(Wording.quoted(others)). "
        + "State 'derivatives', the one with the labels."
    case .severalLabels(let id, let files):
      "BIDS: case '\(id)' has \(files.count) labels: \(Wording.quoted(files)). "
        + "Expected one; keep one in that folder, or list the files in a 'table'."
    default: ""
    }
  }

  private static func listed(_ counts: [String: Int]) -> String {
    counts.keys.sortedBytewise().map { "\($0) (\(counts[$0] ?? 0))" }.joined(separator: ", ")
  }
}
