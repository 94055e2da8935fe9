/// Why a data set is not what its layout asks for.
public enum LayoutProblem: Hashable, Sendable, CustomStringConvertible {
  /// A file that is no `dataset.json`.
  case notADataset(path: String)
  /// A folder has none of the layouts; `names` are its entries.
  case notRecognised(path: String, names: [String])
  /// A layout's `dataset.json` is missing.
  case noDescription(Layout, file: String)
  /// A `dataset.json` is not what it should be; `place` is nil where it is no JSON at all.
  case invalidDescription(file: String, place: String?)
  /// There is nothing to train on; `place` is where it was looked for.
  case noTrainingCases(Layout, place: String)
  /// Files that `dataset.json` lists are not there.
  case missingFiles(listedIn: String, paths: [String])
  /// A key for BIDS is used with another layout.
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
  /// nnU-Net: several files are of one case, or of one channel of it.
  case severalFiles(name: String, files: [String])
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
      "'\(path)' is not a dataset.json. Expected the folder of a data set, or its dataset.json."
    case .notRecognised(let path, let names):
      "the layout of folder '\(path)' is unknown; it contains \(Wording.quoted(names)). "
        + "Expected dataset.json (MSD, nnU-Net) or subject folders such as sub-01 (BIDS). "
        + "Otherwise use 'images' and 'labels', or a 'table'."
    case .noDescription(let layout, let file):
      "'\(file)' not found; the layout \(layout.title) needs it. Correct the path or the layout."
    case .noTrainingCases(let layout, let place):
      "\(layout.title): '\(place)' contains no training cases. Correct the path or the layout."
    case .keyOfBIDS(let key, let layout, let path):
      "'\(key)' is for BIDS only, but '\(path)' is \(layout.title). Remove '\(key)', or set 'layout: bids'."
    case .classesNeeded(let source):
      "'\(source)' does not define its label values. "
        + "Set 'classes', such as {background: 0, tumour: 1}."
    case .invalidDescription, .missingFiles, .noLabels, .regions, .noBackground, .unsupportedEnding,
      .unnumberedImages:
      descriptionMessage
    case .severalFiles(let name, let files):
      "'\(name)' has \(files.count) files: \(Wording.quoted(files)). "
        + "Expected one; remove the others, or set 'file_ending' in dataset.json."
    case .severalSuffixes, .unknownSuffix, .noDerivatives, .severalLabels: bidsMessage
    }
  }

  /// The messages on `dataset.json` and what it says.
  private var descriptionMessage: String {
    switch self {
    case .invalidDescription(let file, nil):
      "'\(file)' is not JSON. Expected a dataset.json of the Medical Segmentation Decathlon or of nnU-Net."
    case .invalidDescription(let file, let place?):
      "'\(file)': '\(place)' is missing or has the wrong type. "
        + "Expected the format of the Medical Segmentation Decathlon or nnU-Net."
    case .missingFiles(let file, let paths):
      "\(Wording.counted(paths.count, "file")) listed in '\(file)' \(paths.count == 1 ? "does" : "do") not exist: "
        + "\(Wording.quoted(paths)). Download the data, or correct the list."
    case .noLabels(let file): "'\(file)' lists no labels. Set 'classes', such as {background: 0, tumour: 1}."
    case .regions(let file, let names):
      "'\(file)': \(Wording.counted(names.count, "label combines", "labels combine")) several values (regions): "
        + "\(Wording.quoted(names)). Overlapping regions are not supported; "
        + "set 'classes' with each value in one class."
    case .noBackground(let file, let names):
      "'\(file)': no label has the value 0 (background): \(Wording.quoted(names)). Set 'classes'."
    case .unsupportedEnding(let file, let ending):
      "'\(file)': files that end in '\(ending)' are not supported. Convert them, for example to .nii.gz."
    case .unnumberedImages(let folder, let names):
      "\(Wording.counted(names.count, "image")) in '\(folder)' \(names.count == 1 ? "has" : "have") no channel "
        + "number: \(Wording.quoted(names)). Expected names such as case_0000.nii.gz; rename them, "
        + "or use 'images' and 'labels'."
    default: ""
    }
  }

  /// The messages on BIDS.
  private var bidsMessage: String {
    switch self {
    case .severalSuffixes(let path, let counts):
      "BIDS: '\(path)' has images with several suffixes: \(Self.listed(counts)). "
        + "Set 'suffix', such as 'suffix: T1w', or a list for several channels."
    case .unknownSuffix(let suffix, let path, let counts):
      "BIDS: '\(path)' has no image with the suffix '\(suffix)'; found \(Self.listed(counts)). Correct 'suffix'."
    case .noDerivatives(let path, let others) where others.isEmpty:
      "BIDS: label folder '\(path)' not found. Correct 'derivatives', or put the labels there."
    case .noDerivatives(let path, let others):
      "BIDS: label folder '\(path)' not found; the derivatives are \(Wording.quoted(others)). "
        + "Set 'derivatives' to the folder with the labels."
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
