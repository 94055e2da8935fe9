import Volumes

/// An elastic field made ready for sampling: control points in input voxels, and the spline's weights at each index.
///
/// The field is separable: control points are weighted along k once a slice, along j once a row, along i at each voxel.
struct ElasticTables: Sendable {
  /// The first of the four control points that act at each index along an axis, and their weights.
  typealias Axis = [(cell: Int32, weights: SIMD4<Float>)]

  let columns: Axis
  let rows: Axis
  let slices: Axis
  /// The number of control points along i, j and k.
  let controlPoints: SIMD3<Int>
  /// The control points' displacements of the sampled point along i, j and k, in input voxels; the fourth is 0.
  /// Shape: (k, j, i), i varying fastest.
  let displacements: [SIMD4<Float>]
  /// Whether any displacement has a part along k.
  let movesAlongK: Bool

  /// - Parameter inInputVoxels: From a displacement in the grid's unit to one of the sampled point.
  init(
    _ field: ElasticField, size: GridSize, spacing: SIMD3<Double>, inInputVoxels: (SIMD3<Double>) -> SIMD3<Double>
  ) {
    func table(_ axis: Int, _ count: Int) -> Axis {
      (0..<count).map { index in
        let knot = field.knot((Double(index) - Double(count - 1) / 2) * spacing[axis], axis: axis)
        return (Int32(knot.cell), SIMD4<Float>(knot.weights))
      }
    }
    columns = table(0, size.width)
    rows = table(1, size.height)
    slices = table(2, size.depth)
    controlPoints = field.controlPoints
    displacements = field.displacements.map { SIMD4<Float>(SIMD4(inInputVoxels($0), 0)) }
    movesAlongK = displacements.contains { $0.z != 0 }
  }

  /// The number of control points of a slice of the lattice.
  var slabCount: Int { controlPoints.x * controlPoints.y }

  /// Weights the control points along k: those that act on an output slice.
  func weighSlab(_ k: Int, into slab: UnsafeMutablePointer<SIMD4<Float>>) {
    let (cell, weights) = slices[k]
    displacements.withUnsafeBufferPointer { all in
      let first = all.baseAddress! + Int(cell) &* slabCount
      guard controlPoints.z > 1 else { return slab.update(from: first, count: slabCount) }
      for index in 0..<slabCount {
        let a = first[index] * weights.x + first[index &+ slabCount] * weights.y
        let b = first[index &+ 2 &* slabCount] * weights.z + first[index &+ 3 &* slabCount] * weights.w
        slab[index] = a + b
      }
    }
  }

  /// Weights a slab's control points along j: those that act on an output row.
  func weighRow(_ j: Int, of slab: UnsafePointer<SIMD4<Float>>, into row: UnsafeMutablePointer<SIMD4<Float>>) {
    let (cell, weights) = rows[j]
    let width = controlPoints.x
    let first = slab + Int(cell) &* width
    for index in 0..<width {
      let a = first[index] * weights.x + first[index &+ width] * weights.y
      let b = first[index &+ 2 &* width] * weights.z + first[index &+ 3 &* width] * weights.w
      row[index] = a + b
    }
  }

  /// Adds the displacements of a row's voxels to their coordinates.
  func displace(_ coordinates: UnsafeMutablePointer<SIMD4<Float>>, by row: UnsafePointer<SIMD4<Float>>) {
    columns.withUnsafeBufferPointer { columns in
      for i in 0..<columns.count {
        let (cell, weights) = columns[i]
        let first = row + Int(cell)
        let a = first[0] * weights.x + first[1] * weights.y
        let b = first[2] * weights.z + first[3] * weights.w
        coordinates[i] += a + b
      }
    }
  }
}
