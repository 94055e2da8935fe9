import ScanIO
import Volumes

/// Why grids do not fit one another.
public enum GeometryProblem: Equatable, Sendable, CustomStringConvertible {
  /// The image and the label of a case differ in size.
  case sizeMismatch(id: String, image: GridSize, label: GridSize, roles: GridRoles = .imageAndLabel)
  /// Of the image and the label of a case one has a physical size and the other has not.
  case unitMismatch(id: String, image: LengthUnit, label: LengthUnit, roles: GridRoles = .imageAndLabel)
  /// The label of a case is on another grid than its image.
  case misplacedLabel(id: String, displacement: GridDisplacement, roles: GridRoles = .imageAndLabel)
  /// Two images of a case differ in size.
  case channelSizeMismatch(
    id: String, files: ChannelFiles, first: GridSize, other: GridSize, advice: Advice = .loadKeys)
  /// Of two images of a case one has a physical size and the other has not.
  case channelUnitMismatch(
    id: String, files: ChannelFiles, first: LengthUnit, other: LengthUnit, advice: Advice = .loadKeys)
  /// Two images of a case are on different grids.
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
          ? "draw the \(roles.other) on this \(roles.fixed), or set 'on_mismatch: resample' in the load stage."
          : "check that the two files belong together, and that the \(roles.other) is on the grid of the \(roles.fixed).")
    case .unitMismatch(let id, let image, let label, let roles):
      "case '\(id)': the \(roles.fixed) is in \(image.rawValue), the \(roles.other) in \(label.rawValue). "
        + "Expected the same unit; use one format for both\(roles.advice == .loadKeys ? ", or set spacing_mm" : "")."
    case .misplacedLabel(let id, let displacement, let roles):
      "case '\(id)': \(roles.fixed) and \(roles.other) are on different grids: \(displacement). Allowed: 0.1 voxels. "
        + (roles.advice == .loadKeys
          ? "Correct the header of one of them; if both are right, "
            + "set 'on_mismatch: resample' in the load stage."
          : "Check that the two files belong together, and which header is right.")
    case .channelSizeMismatch, .channelUnitMismatch, .misplacedChannel, .noOverlap: fileMessage
    case .singularAffine(let id, let name):
      "case '\(id)': the affine of the \(name) is singular. "
        + "Expected an invertible affine; correct the header of the \(name)."
    case .channelMismatch(let id, let channels, let firstID, let expected):
      "case '\(id)': the image has \(Wording.counted(channels, "channel")), but '\(firstID)' has \(expected). "
        + "All cases need the same number; convert the images, or make the images pattern more specific."
    case .unnamedChannels(let id, let channels, let names):
      "case '\(id)': its images have \(Wording.counted(channels, "channel")), but "
        + "there \(names.count == 1 ? "is" : "are") \(Wording.counted(names.count, "channel name")): "
        + "\(Wording.quoted(names)). "
        + "Expected one name for each channel; correct the names or the images."
    case .mixedUnits(let id, let unit, let firstID, let expected):
      "case '\(id)': the image is in \(unit.rawValue), but '\(firstID)' is in \(expected.rawValue). "
        + "All cases need the same unit; set spacing_mm for images without a physical size."
    }
  }

  private static func resampling(_ advice: Advice) -> String {
    advice == .loadKeys ? ", or set 'on_mismatch: resample' in the load stage" : ""
  }

  /// The messages that name files.
  private var fileMessage: String {
    switch self {
    case .channelSizeMismatch(let id, let files, let first, let other, let advice):
      "case '\(id)': the image '\(files.first)' has \(first) voxels, '\(files.other)' \(other). Expected the same size; "
        + "export them on one grid\(Self.resampling(advice))."
    case .channelUnitMismatch(let id, let files, let first, let other, let advice):
      "case '\(id)': '\(files.first)' is in \(first.rawValue), '\(files.other)' in \(other.rawValue). "
        + "Expected the same unit; use one format for all images\(advice == .loadKeys ? ", or set spacing_mm" : "")."
    case .misplacedChannel(let id, let files, let displacement, let advice):
      "case '\(id)': the images '\(files.first)' and '\(files.other)' are on different grids: \(displacement). "
        + "Allowed: 0.1 voxels. "
        + (advice == .loadKeys
          ? "Correct the header of one of them; if both are right, "
            + "set 'on_mismatch: resample' in the load stage."
          : "Check that the files belong together, and which header is right.")
    case .noOverlap(let id, let file, let misfit):
      "case '\(id)': '\(file)' and the image do not overlap: \(misfit). "
        + "Check that the files belong together, and check their headers."
    default: ""
    }
  }
}
