import Datasets
import Foundation
import Machine
import ScanIO
import Volumes

/// The memory that the prediction of a scan takes beside the network's own, counted before any of it is allocated.
package enum PredictionMemory {
  /// The label, and at most four bytes of its value in the file.
  private static let bytesPerLabel = 5

  /// Whether a scan may be read while another is predicted: it takes at most a quarter of what is left.
  ///
  /// - Parameter images: Its files; of those that cannot be read, the reading says so.
  static func hasRoom(toRead images: [URL], _ choices: ReadingChoices) -> Bool {
    let sizes = images.compactMap { image in
      (try? ScanFile.readHeader(image, choices: choices)).map { header in
        // The bytes of the file are held beside the values.
        ByteCount.product(header.grid.size.count, header.channels, 2 * MemoryLayout<Float>.stride)
      }
    }
    return ByteCount.sum(of: sizes) <= MemoryBudget.available.bytes / 4
  }

  /// Checks that there is enough memory for a scan.
  ///
  /// - Parameters:
  ///   - scan: The scan's own grid and its number of channels.
  ///   - spacing: The spacing that the network sees; nil: the scan's own.
  ///   - classes: The number of classes, whose probabilities are brought back plane by plane from that spacing.
  ///   - name: What messages call the scan.
  /// - Throws: `VolumesError.gridTooLarge`, `MachineError.notEnoughMemory`.
  package static func require(
    scan: (grid: Grid, channels: Int), spacing: CommonSpacing?, classes: Int, name: String
  ) throws {
    let target = try spacing?.grid(covering: scan.grid) ?? scan.grid
    let (voxels, seen) = (scan.grid.size.count, target.size.count)
    // The scan and the resampled or reoriented one; then that one and a copy in the other orientation.
    let values = ByteCount.product(
      max(ByteCount.sum(voxels, seen), ByteCount.product(2, seen)), scan.channels, MemoryLayout<Float>.stride)
    // The axis across the planes is any of them: the largest planes count.
    let planes =
      target == scan.grid
      ? 0
      : (0..<3).map { axis in
        PlaneResampling.bytes(
          from: target.size.plane(across: axis), to: scan.grid.size.plane(across: axis), channels: classes)
      }.max() ?? 0
    let labels = ByteCount.product(voxels, bytesPerLabel)
    let resampling = target == scan.grid ? "" : ", resampled to \(target.size) of \(spacing?.description ?? "")"
    try MemoryBudget.require(
      max(values, ByteCount.sum(values / 2, planes, labels)),
      for: "the prediction of \(name) (\(scan.grid.size) voxels\(resampling))",
      remedy: resampling.isEmpty ? nil : "correct the scan's header if its spacing or its unit is wrong")
  }
}

extension GridSize {
  /// The size of a plane across an axis.
  fileprivate func plane(across axis: Int) -> GridSize {
    let sides = (0..<3).filter { $0 != axis }.map { self[$0] }
    return GridSize(width: sides[0], height: sides[1])
  }
}
