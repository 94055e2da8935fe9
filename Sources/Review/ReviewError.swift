import Volumes

/// Why a picture cannot be drawn.
public enum ReviewError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What does not fit the image.
  public enum Part: String, Equatable, Sendable {
    /// The reference labels.
    case reference
    /// The predicted labels.
    case prediction
    /// Labels whose role is not said.
    case labels
    /// The image, where it differs from the grid that a view was made for.
    case image
  }

  /// A slice was asked for that the grid does not have.
  case sliceOutOfRange(slice: Int, axis: Int, count: Int)
  /// Two grids that are drawn on each other have different sizes.
  case sizeMismatch(Part, expected: GridSize, found: GridSize)

  /// What happened, and what to do.
  public var description: String {
    switch self {
    case .sliceOutOfRange(let slice, let axis, let count):
      return
        "slice \(slice) along axis \("ijk".map(String.init)[axis]) does not exist: the image has slices 0 to \(count - 1)"
        + "; choose other slices"
    case .sizeMismatch(let part, let expected, let found):
      return "the \(part.rawValue) has \(found) voxels, expected \(expected); "
        + "an overlay needs labels on the grid of the image"
    }
  }
}
