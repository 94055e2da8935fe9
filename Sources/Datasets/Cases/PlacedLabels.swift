import ScanIO
import Volumes

/// The labels of a case on the grid of its image, and what was done to bring them there.
public struct PlacedLabels: Sendable {
  /// The labels on the image's grid.
  public let labels: LabelMap
  /// How the file departed from the grid, where it was resampled to it.
  public let resampled: ResampledFile?
  /// How the file's voxels are ordered, where they were put into another order.
  public let reordered: ReorderedFile?
  /// What a person should know of how the file was understood.
  public let notes: [ScanNote]
}
