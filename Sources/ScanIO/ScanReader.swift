import Foundation

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
}
