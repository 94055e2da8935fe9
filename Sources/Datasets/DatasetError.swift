import ScanIO
import Volumes

/// Why a data set cannot be used.
///
/// Its `description` says what is wrong, where, what was expected and found, and what to do.
public enum DatasetError: Error, Equatable, Sendable {
  /// Files or folders cannot be found or read.
  case path(PathProblem)
  /// Images and labels do not make pairs.
  case pairing(PairingProblem)
  /// The table that lists the cases cannot be used.
  case table(source: String, CaseTableProblem)
  /// A data set is not arranged as its layout asks.
  case layout(LayoutProblem)
  /// The classes are inconsistent.
  case classes(ClassMapProblem)
  /// The groups of the cases cannot be determined.
  case groups(GroupProblem)
  /// A split is impossible or unsound.
  case split(SplitProblem)
  /// A parameter is in millimetres, but the images have no physical size; `advice` is what can be changed.
  case millimetresWithoutSpacing(parameter: String, advice: Advice = .loadKeys)
  /// Grids do not fit one another.
  case geometry(GeometryProblem)
  /// A file of a case is in another unit of length than its image.
  case scale(ScaleProblem)
  /// Labels do not fit the classes.
  case labels(LabelProblem)
  /// An image's voxels cannot be used.
  case image(ImageProblem)

  /// What has to be corrected: the settings or the scans.
  public enum Category: Hashable, Sendable {
    /// The pipeline file, a path in it, a table or a split file: exit code 2.
    case configuration
    /// The scans themselves: exit code 3.
    case data
  }

  /// What has to be corrected.
  public var category: Category {
    switch self {
    case .path(.equalNames), .layout(.severalFiles): .data
    case .path, .table, .layout, .classes, .groups, .split, .millimetresWithoutSpacing,
      .pairing(.patternWithoutCase), .pairing(.unusableName), .pairing(.unknownExclusions), .pairing(.allExcluded):
      .configuration
    case .pairing, .geometry, .scale, .labels, .image: .data
    }
  }
}

extension DatasetError: CustomStringConvertible {
  /// The message for the person who started the program.
  public var description: String {
    switch self {
    case .path(let problem): problem.description
    case .pairing(let problem): problem.description
    case .table(let source, let problem): "table '\(source)': \(problem)"
    case .layout(let problem): problem.description
    case .classes(let problem): problem.description
    case .groups(let problem): problem.description
    case .split(let problem): problem.description
    case .millimetresWithoutSpacing(let parameter, .options), .millimetresWithoutSpacing(let parameter, .conversion):
      "'\(parameter)' is in millimetres, but this scan has no physical size. "
        + "Use '\(parameter.dropLast(2))px', or a scan with voxel sizes."
    case .millimetresWithoutSpacing(let parameter, .loadKeys):
      "'\(parameter)' is in millimetres, but these images have no physical size. "
        + "Set spacing_mm in the load stage, or remove '\(parameter)'."
    case .geometry(let problem): problem.description
    case .scale(let problem): problem.description
    case .labels(let problem): problem.description
    case .image(let problem): problem.description
    }
  }
}
