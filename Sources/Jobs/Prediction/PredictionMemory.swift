import Datasets
import Machine
import Volumes

/// The memory that the prediction of a scan takes beside the network's own, counted before any of it is allocated.
package enum PredictionMemory {
  /// What is held at the same time for each voxel of the result: the label, its value in the file and the bytes written.
  private static let bytesPerLabel = 14

  /// Checks that there is enough memory for a scan.
  ///
  /// - Parameters:
  ///   - scan: The scan's own grid and its number of channels.
  ///   - spacing: The spacing that the network sees; nil: the scan's own.
  ///   - classes: The number of classes whose probabilities are held on the grid of that spacing.
  ///   - isAveraged: Whether the probabilities are added to those of other models, on the scan's grid.
  ///   - name: What messages call the scan.
  /// - Throws: `VolumesError.gridTooLarge`, `MachineError.notEnoughMemory`.
  package static func require(
    scan: (grid: Grid, channels: Int), spacing: CommonSpacing?, classes: Int, isAveraged: Bool,
    name: String
  ) throws {
    let target = try spacing?.grid(covering: scan.grid) ?? scan.grid
    let (voxels, seen) = (scan.grid.size.count, target.size.count)
    let float = MemoryLayout<Float>.stride
    // The normalised scan, the reoriented one, and where it is resampled the resampled scan and the probabilities.
    var values = ByteCount.sum(ByteCount.product(voxels, scan.channels), ByteCount.product(seen, scan.channels))
    if target != scan.grid {
      values = ByteCount.sum(
        values, ByteCount.product(seen, scan.channels), ByteCount.product(seen, classes))
    }
    if isAveraged {
      values = ByteCount.sum(values, ByteCount.product(voxels, classes))
    }
    let labels = ByteCount.product(voxels, bytesPerLabel)
    let resampling = target == scan.grid ? "" : ", resampled to \(target.size) of \(spacing?.description ?? "")"
    try MemoryBudget.require(
      max(ByteCount.product(values, float), labels),
      for: "the prediction of \(name) (\(scan.grid.size) voxels\(resampling))",
      remedy: resampling.isEmpty ? nil : "correct the scan's header if its spacing or its unit is wrong")
  }
}
