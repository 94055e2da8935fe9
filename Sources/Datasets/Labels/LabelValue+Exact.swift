import Foundation
import ScanIO
import Volumes

extension LabelValue {
  /// Checks that 32-bit floats, as which scans are read, tell the values of a label file apart.
  ///
  /// - Parameter scan: What was read of the file; it is read again where a value may be too large.
  /// - Throws: `DatasetError.labels` with `LabelProblem.tooLarge`, which names the value as the file has it; `ScanError`.
  public static func checkExact(_ scan: Scan, _ url: URL, choices: ReadingChoices) throws {
    let limit = Float(numbers.upperBound)
    guard scan.volume.voxels.contains(where: { $0.magnitude >= limit && $0.isFinite }) else { return }
    let stored = try ScanFile.readStored(url, choices: choices).volume
    guard let first = stored.firstWhole(outside: numbers) else { return }
    throw DatasetError.labels(
      .tooLarge(
        source: url.path, value: first.value, voxel: VoxelIndex(offset: first.voxel, in: stored.grid.size)))
  }

  /// Reads a label file whose classes are not known: palettes by index, without alpha.
  ///
  /// - Throws: `ScanError`; `DatasetError.labels` with `LabelProblem.tooLarge`.
  public static func readScan(_ url: URL, choices: ReadingChoices = ReadingChoices()) throws -> Scan {
    var choices = choices
    (choices.alpha, choices.palette) = (.drop, .indices)
    let scan = try ScanFile.read(url, choices: choices)
    try checkExact(scan, url, choices: choices)
    return scan
  }
}
