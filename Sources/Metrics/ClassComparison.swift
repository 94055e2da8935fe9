import Volumes

/// One class of one case, as metrics see it.
public struct ClassComparison: Sendable {
  /// The index of the class.
  public let index: Int
  /// The class's counts, without ignored voxels.
  public let counts: ConfusionCounts
  /// The label map to be judged.
  public let prediction: LabelMap
  /// The label map held to be true; its grid gives the voxels' size.
  public let reference: LabelMap

  /// The volume of a voxel in cubic millimetres; nil where the grid's unit is not the millimetre.
  public var voxelVolumeMM3: Double? {
    reference.grid.unit == .millimetres ? abs(reference.grid.affine.determinant) : nil
  }
}
