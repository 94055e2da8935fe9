import Datasets
import Files
import Foundation
import Machine
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
  /// - Throws: `MachineError.notEnoughDisk`, `FileError`.
  init(on grid: Grid, classes: Int, in folder: URL, name: String) throws {
    (self.grid, self.classes) = (grid, classes)
    let bytes = ByteCount.product(grid.size.count, classes, MemoryLayout<Float>.stride)
    try DiskBudget.require(bytes, in: folder, for: "the probabilities of \(name)")
    scratch = try ScratchMemory(byteCount: bytes, in: folder)
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
    let places = Places(of: self, by: order)
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

  /// Where the voxels of a reoriented scan have their sums of the first class: that of the first one, and the steps to the
  /// next along its i, j and k.
  private struct Places {
    var first = 0
    var along = SIMD3<Int>.zero
    let width: Int

    init(of sum: ProbabilitySum, by order: Reorientation) {
      let size = sum.grid.size
      width = size[order.sourceAxes[0]]
      let strides = [1, size.width, sum.plane * sum.classes]
      for (axis, source) in order.sourceAxes.enumerated() {
        along[axis] = order.isReversed[axis] ? -strides[source] : strides[source]
        if order.isReversed[axis] { first += (size[source] - 1) * strides[source] }
      }
    }
  }
}
