import Datasets
import Files
import Foundation
import Machine
import ScanIO
import Volumes

/// The sum of the class probabilities of one or more models at each voxel of a scan.
///
/// It lies in a temporary file, so that the memory does not grow with the number of classes.
final class ProbabilitySum {
  /// The scan's own grid.
  let grid: Grid
  /// The number of classes.
  let classes: Int
  /// The number of models whose probabilities were added.
  private(set) var models = 0
  private let scratch: ScratchMemory
  /// Shape: (depth, class, height, width) of the scan, so that a plane of a class lies in one piece.
  private let values: UnsafeMutableBufferPointer<Float>
  private var plane: Int { grid.size.width * grid.size.height }

  /// Makes a sum of no model.
  ///
  /// - Parameters:
  ///   - folder: An existing folder on the disk that is used.
  ///   - name: What messages call the scan.
  /// - Throws: `MachineError.notEnoughDisk`; `.notEnoughMemory` where the process may not map so much; `FileError`.
  init(on grid: Grid, classes: Int, in folder: URL, name: String) throws {
    (self.grid, self.classes) = (grid, classes)
    let bytes = ByteCount.product(grid.size.count, classes, MemoryLayout<Float>.stride)
    let purpose = "the probabilities of \(name)"
    try MemoryBudget.requireAddressSpace(bytes, for: purpose)
    try DiskBudget.require(bytes, in: folder, for: purpose)
    do {
      scratch = try ScratchMemory(byteCount: bytes, in: folder)
    } catch FileError.operation(_, _, ENOSPC) {
      // Another file took the space since it was checked.
      throw MachineError.notEnoughDisk(purpose: purpose, neededBytes: bytes, freeBytes: 0, folder: folder.path)
    }
    values = scratch.bytes.bindMemory(to: Float.self)
  }

  /// Adds the probabilities of a model.
  ///
  /// - Parameters:
  ///   - order: What reorients the scan as the model sees it.
  ///   - planes: Calls what it is given with each plane of the reoriented scan, in any order.
  /// - Throws: What `planes` throws.
  func addModel(
    by order: Reorientation, _ planes: (_ add: (Int, PlaneProbabilities) -> Void) throws -> Void
  ) rethrows {
    let size = grid.size
    let (first, along) = order.steps(of: size, strides: [1, size.width, plane * classes])
    let places = Places(first: first, along: along, width: size[order.sourceAxes[0]])
    try planes { add($1, $0, places) }
    models += 1
  }

  /// Adds a plane of the reoriented scan.
  private func add(_ plane: PlaneProbabilities, _ index: Int, _ places: Places) {
    let (width, classes, pixels) = (places.width, classes, self.plane)
    Threads.forEach(plane.values.count / classes / width) { row in
      let from = plane.values.baseAddress! + row * width * classes
      let to = values.baseAddress! + places.first + index * places.along.z + row * places.along.y
      for label in 0..<classes {
        let sums = to + label * pixels
        for column in 0..<width { sums[column &* places.along.x] += from[column &* classes &+ label] }
      }
    }
  }

  /// The labels of the largest sums, which are the largest means; of equal ones the first.
  func labels() -> LabelMap {
    var labels = [UInt8](repeating: 0, count: grid.size.count)
    let width = grid.size.width
    labels.withUnsafeMutableBufferPointer { labels in
      // Each thread writes to rows of its own.
      let labels = labels
      Threads.forEach(grid.size.height * grid.size.depth) { row in
        let (j, k) = (row % grid.size.height, row / grid.size.height)
        let first = values.baseAddress! + k * classes * plane + j * width
        let chosen = labels.baseAddress! + row * width
        for i in 0..<width {
          var best = first[i]
          for label in 1..<classes {
            let value = first[label &* plane &+ i]
            if value > best { (best, chosen[i]) = (value, UInt8(label)) }
          }
        }
      }
    }
    return LabelMap(grid: grid, labels: labels)
  }

  /// Writes the mean probabilities as a NIfTI file, a volume a class.
  ///
  /// - Parameters:
  ///   - format: Not none.
  ///   - header: The scan's.
  /// - Throws: `FileError`.
  func write(as format: ProbabilityFormat, to target: some FileTarget, like header: ScanHeader) throws {
    let isWhole = format == .uint8
    let count = Float(models)
    try ScanFile.writeVolumes(
      classes, on: grid, datatype: isWhole ? .uint8 : .float32, slope: isWhole ? 1.0 / 255 : 1, to: target, like: header
    ) { label, k in
      let first = (k * classes + label) * plane
      return values[first..<first + plane].map { sum in
        // Rounding may make a sum of shares a little more than 1.
        let mean = min(sum / count, 1)
        return isWhole ? (mean * 255).rounded() : mean
      }
    }
  }

  /// Where the voxels of a reoriented scan have their sums of the first class: that of the first one, and the steps to the
  /// next along its i, j and k.
  private struct Places {
    let first: Int
    let along: SIMD3<Int>
    let width: Int
  }
}
