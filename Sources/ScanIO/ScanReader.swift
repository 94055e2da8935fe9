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

  /// Reads the voxels as they are stored, to the last bit; only once.
  ///
  /// - Throws: `ScanError`.
  func stored() throws -> StoredScan
}

extension ScanReader {
  /// The scan of a file whose values 32-bit floats hold exactly.
  func stored() throws -> StoredScan { StoredScan(try scan()) }

  func scan(turnedTo orientation: Orientation) throws -> Scan {
    var scan = try scan()
    try MemoryBudget.require(
      ByteCount.product(scan.volume.voxels.count, MemoryLayout<Float>.stride),
      for: "reorienting a scan of \(scan.volume.grid.size) voxels")
    scan.volume = scan.volume.reoriented(to: orientation)
    return scan
  }
}
