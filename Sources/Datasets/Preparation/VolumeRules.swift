import Volumes

/// What the program chooses for volumes where nobody says it, by their grids alone.
public enum VolumeRules {
  /// The largest volume that a 3-D network sees as a whole, and the most voxels of a patch.
  public static let mostVoxels = 1 << 18

  /// The axis along which the voxels are clearly the longest, by the median of the grids; otherwise, and without physical
  /// sizes, superior.
  ///
  /// - Parameter grids: At least one.
  public static func axis(across grids: [Grid]) -> BodyAxis {
    guard grids.allSatisfy({ $0.unit == .millimetres }) else { return .superior }
    let median = CommonSpacing.median(of: grids)
    let sorted = BodyAxis.allCases.sorted { median[$0.worldAxis] > median[$1.worldAxis] }
    return median[sorted[0].worldAxis] > 1.25 * median[sorted[1].worldAxis] ? sorted[0] : .superior
  }
}
