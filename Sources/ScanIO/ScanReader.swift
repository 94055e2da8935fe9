import Foundation
import Machine
import Volumes

/// A file that is open for reading, its header read and checked.
protocol ScanReader {
  /// What the file says of its scan.
  ///
  /// - Throws: `ScanError`.
  func scanHeader() throws -> ScanHeader

  /// Reads the voxels; only once.
  ///
  /// - Throws: `ScanError`.
  func scan() throws -> Scan

  /// Reads the voxels, stored so that their axes run in another orientation; only once.
  ///
  /// - Throws: `ScanError`.
  func scan(turnedTo orientation: Orientation) throws -> Scan
}

extension ScanReader {
  func scan(turnedTo orientation: Orientation) throws -> Scan {
    var scan = try scan()
    try MemoryBudget.require(
      ByteCount.product(scan.volume.voxels.count, MemoryLayout<Float>.stride),
      for: "reorienting a scan of \(scan.volume.grid.size) voxels")
    scan.volume = scan.volume.reoriented(to: orientation)
    return scan
  }
}
