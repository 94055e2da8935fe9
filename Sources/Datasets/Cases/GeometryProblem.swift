import ScanIO
import Volumes

/// Why grids do not fit one another.
public enum GeometryProblem: Equatable, Sendable, CustomStringConvertible {
  /// The image and the label of a case differ in size.
  case sizeMismatch(id: String, image: GridSize, label: GridSize, roles: GridRoles = .imageAndLabel)
  /// Of the image and the label of a case one has a physical size and the other has not.
  case unitMismatch(id: String, image: LengthUnit, label: LengthUnit, roles: GridRoles = .imageAndLabel)
  /// The label of a case stands elsewhere than its image.
  case misplacedLabel(id: String, displacement: GridDisplacement, roles: GridRoles = .imageAndLabel)
  /// Two images of a case differ in size.
  case channelSizeMismatch(
    id: String, files: ChannelFiles, first: GridSize, other: GridSize, advice: Advice = .loadKeys)
  /// Of two images of a case one has a physical size and the other has not.
  case channelUnitMismatch(
    id: String, files: ChannelFiles, first: LengthUnit, other: LengthUnit, advice: Advice = .loadKeys)
  /// Two images of a case stand at different places.
  case misplacedChannel(
    id: String, files: ChannelFiles, displacement: GridDisplacement, advice: Advice = .loadKeys)
  /// A label or a further image of a case shares nothing with the image's field of view.
  case noOverlap(id: String, file: String, misfit: GridMisfit)
  /// The affine of a case's image has no inverse.
  case singularAffine(id: String, name: String = "image")
  /// A case has another number of channels than the first.
  case channelMismatch(id: String, channels: Int, firstID: String, expected: Int)
  /// A case has another number of channels than the data set's description names.
  case unnamedChannels(id: String, channels: Int, names: [String])
  /// Of two cases one has a physical size and the other has not.
  case mixedUnits(id: String, unit: LengthUnit, firstID: String, expected: LengthUnit)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .sizeMismatch(let id, let image, let label, let roles):
      "case '\(id)': the \(roles.fixed) has \(image) voxels, the \(roles.other) \(label). Expected the same size; "
        + (roles.advice == .loadKeys
          ? "draw the \(roles.other) on this \(roles.fixed), or state 'on_mismatch: resample' where it is loaded."
          : "check that the two files belong together, and make the \(roles.other) on the grid of the \(roles.fixed).")
    case .unitMismatch(let id, let image, let label, let roles):
      "case '\(id)': the \(roles.fixed)'s grid is in \(image.rawValue), the \(roles.other)'s in \(label.rawValue). "
        + "Expected the same unit; keep both in one format\(roles.advice == .loadKeys ? ", or state spacing_mm" : "")."
    case .misplacedLabel(let id, let displacement, let roles):
      "case '\(id)': \(roles.fixed) and \(roles.other) lie \(displacement). Expected at most 0.1 voxels; "
        + (roles.advice == .loadKeys
          ? "correct the header of one of them or, where both are right, "
            + "state 'on_mismatch: resample' where they are loaded."
          : "check that the two files belong together, and which header is right.")
    case .channelSizeMismatch, .channelUnitMismatch, .misplacedChannel, .noOverlap: fileMessage
    case .singularAffine(let id, let name):
      "case '\(id)': the \(name)'s affine has no inverse. "
        + "Expected one that gives every voxel its own place; correct the \(name)'s header."
    case .channelMismatch(let id, let channels, let firstID, let expected):
      "case '\(id)': the image has \(Wording.counted(channels, "channel")), that of '\(firstID)' has \(expected). "
        + "Expected the same number in all; convert the images, or narrow the images pattern."
    case .unnamedChannels(let id, let channels, let names):
      "case '\(id)': its images have \(Wording.counted(channels, "channel")) together, and "
        + "\(Wording.counted(names.count, "channel is", "channels are")) named: \(Wording.quoted(names)). "
        + "Expected a channel for each name; correct the names or the images."
    case .mixedUnits(let id, let unit, let firstID, let expected):
      "case '\(id)': the image's grid is in \(unit.rawValue), that of '\(firstID)' in \(expected.rawValue). "
        + "Expected the same unit in all; state spacing_mm for images without a physical size."
    }
  }

  private static func resampling(_ advice: Advice) -> String {
    advice == .loadKeys ? ", or state 'on_mismatch: resample' where they are loaded" : ""
  }

  /// The messages that name files.
  private var fileMessage: String {
    switch self {
    case .channelSizeMismatch(let id, let files, let first, let other, let advice):
      "case '\(id)': the image '\(files.first)' has \(first) voxels, '\(files.other)' \(other). Expected the same size; "
        + "export them on one grid\(Self.resampling(advice))."
    case .channelUnitMismatch(let id, let files, let first, let other, let advice):
      "case '\(id)': the grid of '\(files.first)' is in \(first.rawValue), that of '\(files.other)' in \(other.rawValue). "
        + "Expected the same unit; keep all images in one format\(advice == .loadKeys ? ", or state spacing_mm" : "")."
    case .misplacedChannel(let id, let files, let displacement, let advice):
      "case '\(id)': the images '\(files.first)' and '\(files.other)' lie \(displacement). "
        + "Expected at most 0.1 voxels; "
        + (advice == .loadKeys
          ? "correct the header of one of them or, where both are right, "
            + "state 'on_mismatch: resample' where they are loaded."
          : "check that the files belong together, and which header is right.")
    case .noOverlap(let id, let file, let misfit):
      "case '\(id)': '\(file)' shows nothing of what the image shows: they lie \(misfit). "
        + "Expected overlapping fields of view; check that the files belong together, and their headers."
    default: ""
    }
  }
}
