import Foundation

/// An arrangement of files that data sets are published in.
public enum Layout: String, Hashable, Sendable, CaseIterable {
  /// The Medical Segmentation Decathlon: `dataset.json` lists the files.
  case msd
  /// nnU-Net's raw data: `imagesTr/case_0000.nii.gz`, `labelsTr/case.nii.gz` and `dataset.json`.
  case nnunet
  /// The Brain Imaging Data Structure, with labels among the derivatives.
  case bids

  /// The layout's name in messages.
  public var title: String {
    switch self {
    case .msd: "MSD"
    case .nnunet: "nnU-Net"
    case .bids: "BIDS"
    }
  }
}

/// A data set in one of the layouts.
public struct LayoutSource: Hashable, Sendable {
  /// The folder, or the `dataset.json` in it.
  public let path: URL
  /// The layout; nil: it is detected from the files.
  public let layout: Layout?
  /// BIDS: the suffixes of the images of a case, such as `T1w`; nil: the only one that there is.
  public let suffixes: [String]?
  /// BIDS: the folder of labels in `derivatives`; nil: `labels`.
  public let derivatives: String?

  /// Makes a source.
  public init(_ path: URL, layout: Layout? = nil, suffixes: [String]? = nil, derivatives: String? = nil) {
    self.path = path
    self.layout = layout
    self.suffixes = suffixes
    self.derivatives = derivatives
  }

  /// Finds the cases that there are labels for; those of a test part are left out.
  ///
  /// - Parameters:
  ///   - needsClasses: Whether the classes that the description names are wanted.
  ///   - unlabelled: What is done with images without a label.
  /// - Throws: `DatasetError.layout`, and `.pairing` where a case lacks a file.
  func found(needsClasses: Bool, unlabelled: UnlabelledImages) throws(DatasetError) -> FoundCases {
    let folder = try folder()
    let file = FilePath.joined(folder, Self.descriptionName)
    let description = FilePath.kind(of: file) == .file ? try DatasetDescription(contentsOf: file) : nil
    let layout = if let stated = self.layout { stated } else { try Self.recognised(folder, description) }
    if layout != .bids {
      if suffixes != nil { throw .layout(.keyOfBIDS("suffix", layout: layout, path: folder)) }
      if derivatives != nil { throw .layout(.keyOfBIDS("derivatives", layout: layout, path: folder)) }
    }
    switch layout {
    case .bids:
      return try BIDSLayout(folder: folder, suffixes: suffixes, derivatives: derivatives).found(unlabelled)
    case .msd, .nnunet:
      guard let description else { throw .layout(.noDescription(layout, file: file)) }
      var found =
        layout == .msd
        ? try MSDLayout(folder: folder, description: description).found(unlabelled)
        : try NNUNetLayout(folder: folder, description: description).found(unlabelled)
      found.descriptions = [URL(filePath: file, directoryHint: .notDirectory)]
      if needsClasses { found.classes = try description.classes() }
      return found
    }
  }

  static let descriptionName = "dataset.json"

  private func folder() throws(DatasetError) -> String {
    switch FilePath.kind(of: path.path) {
    case .folder: return FilePath.withoutTrailingSlash(path.path)
    case .file where path.lastPathComponent == Self.descriptionName: return path.deletingLastPathComponent().path
    case .file, .special: throw .layout(.notADataset(path: path.path))
    case .nothing, .danglingLink:
      throw .path(
        .missingFolder(
          pattern: path.path, folder: path.path, existing: FilePath.deepestExistingFolder(above: path.path)))
    }
  }

  /// The layout that a folder has.
  private static func recognised(_ folder: String, _ description: DatasetDescription?) throws(DatasetError) -> Layout {
    if let description {
      guard !description.hasChannelNames, let first = description.training.first else { return .nnunet }
      // nnU-Net's first version listed images without their channel numbers.
      let isListed = FilePath.kind(of: FilePath.joined(folder, first.image)) == .file
      let isNumbered = NNUNetLayout.isNumbered(first.image, in: folder)
      return !isListed && isNumbered ? .nnunet : .msd
    }
    let names = try FilePath.names(in: folder).filter { !$0.hasPrefix(".") }
    let hasSubject = names.contains {
      $0.hasPrefix("sub-") && FilePath.kind(of: FilePath.joined(folder, $0)) == .folder
    }
    guard hasSubject || names.contains("dataset_description.json") else {
      throw .layout(.notRecognised(path: folder, names: names))
    }
    return .bids
  }
}
