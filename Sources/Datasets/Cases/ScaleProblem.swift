import Volumes

/// A file of a case whose voxels are so much larger or smaller than those of the case's image that one of the two is in
/// another unit, such as metres.
public struct ScaleProblem: Hashable, Sendable, CustomStringConvertible {
  /// The case's name.
  public let id: String
  /// The file's path.
  public let file: String
  /// The distances between its voxels in millimetres.
  public let spacingMM: SIMD3<Double>
  /// Those of the case's image.
  public let imageSpacingMM: SIMD3<Double>

  /// What is wrong, where, and what to do.
  public var description: String {
    let ratio = (0..<3).map { spacingMM[$0] / imageSpacingMM[$0] }.sorted()[1]
    let factor = Int(max(ratio, 1 / ratio).rounded())
    return
      "case '\(id)': the voxels of '\(file)' are \(factor) times \(ratio < 1 ? "smaller" : "larger") "
      + "than those of the image: "
      + "\(Self.text(spacingMM)) mm and \(Self.text(imageSpacingMM)) mm. Resampling would lose the content. "
      + "Is one of the headers in metres or micrometres? Correct it."
  }

  private static func text(_ spacing: SIMD3<Double>) -> String {
    (0..<3).map { Wording.rounded(spacing[$0], digits: 6) }.joined(separator: " x ")
  }
}

extension Grid {
  /// Checks that a file which is resampled to this grid, its case's, is in the same unit: its voxels are less than 50
  /// times larger or smaller along some axis.
  ///
  /// Throws `DatasetError.scale`.
  func requireAlikeScale(_ other: Grid, ofCase id: String, file: String) throws(DatasetError) {
    guard !hasScale(of: other) else { return }
    let (own, others) = (sortedSpacing, other.sortedSpacing)
    throw .scale(
      ScaleProblem(
        id: id, file: file, spacingMM: SIMD3(others[0], others[1], others[2]),
        imageSpacingMM: SIMD3(own[0], own[1], own[2])))
  }

  /// Whether the voxels of another grid are less than 50 times larger or smaller along some axis.
  func hasScale(of other: Grid) -> Bool {
    let ratios = zip(other.sortedSpacing, sortedSpacing).map { $0 / $1 }
    return !ratios.allSatisfy { $0 > 50 } && !ratios.allSatisfy { $0 < 0.02 }
  }

  private var sortedSpacing: [Double] { (0..<3).map { spacing[$0] }.sorted() }
}
