import Volumes

/// Why grids do not fit one another.
public enum GeometryProblem: Equatable, Sendable, CustomStringConvertible {
  /// The image and the label of a case differ in size.
  case sizeMismatch(id: String, image: GridSize, label: GridSize)
  /// Of the image and the label of a case one has a physical size and the other has not.
  case unitMismatch(id: String, image: LengthUnit, label: LengthUnit)
  /// The label of a case stands elsewhere than its image.
  case misplacedLabel(id: String, displacement: GridDisplacement)
  /// The affine of a case's image has no inverse.
  case singularAffine(id: String)
  /// A case has another number of channels than the first.
  case channelMismatch(id: String, channels: Int, firstID: String, expected: Int)
  /// Of two cases one has a physical size and the other has not.
  case mixedUnits(id: String, unit: LengthUnit, firstID: String, expected: LengthUnit)

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .sizeMismatch(let id, let image, let label):
      "case '\(id)': the image has \(image) voxels, the label \(label). Expected the same size; "
        + "draw the label on this image, or resample it to the image's grid."
    case .unitMismatch(let id, let image, let label):
      "case '\(id)': the image's grid is in \(image.rawValue), the label's in \(label.rawValue). "
        + "Expected the same unit; keep both in one format, or state spacing_mm."
    case .misplacedLabel(let id, let displacement):
      "case '\(id)': image and label lie \(displacement). Expected at most 0.1 voxels; "
        + "correct the header of one of them, or resample the label to the image's grid."
    case .singularAffine(let id):
      "case '\(id)': the image's affine has no inverse. "
        + "Expected one that gives every voxel its own place; correct the image's header."
    case .channelMismatch(let id, let channels, let firstID, let expected):
      "case '\(id)': the image has \(Wording.counted(channels, "channel")), that of '\(firstID)' has \(expected). "
        + "Expected the same number in all; convert the images, or narrow the images pattern."
    case .mixedUnits(let id, let unit, let firstID, let expected):
      "case '\(id)': the image's grid is in \(unit.rawValue), that of '\(firstID)' in \(expected.rawValue). "
        + "Expected the same unit in all; state spacing_mm for images without a physical size."
    }
  }
}
