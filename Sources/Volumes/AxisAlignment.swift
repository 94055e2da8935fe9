/// How the axes of a target grid run along those of a source.
struct AxisAlignment {
  /// For each target axis, the source axis that it runs along.
  let sourceAxes: [Int]
  /// For each target axis, the source position of its index 0.
  let starts: [Double]
  /// For each target axis, the source distance between two of its indices.
  let steps: [Double]

  /// Finds the alignment; nil where the axes do not run along each other's to within 1e-4 source voxels over the grid.
  ///
  /// - Parameter map: From target voxel indices to source voxel indices.
  init?(map: Affine, target: GridSize) {
    let columns = [map.columns.i, map.columns.j, map.columns.k]
    let order = [0, 1, 2]
    let axes = order.map { axis in
      order.max { abs(columns[axis][$0]) < abs(columns[axis][$1]) } ?? axis
    }
    guard Set(axes).count == 3 else { return nil }
    for axis in order {
      for across in order where across != axes[axis] {
        guard abs(columns[axis][across]) * Double(target[axis] - 1) < 1e-4 else { return nil }
      }
    }
    sourceAxes = axes
    starts = axes.map { map.translation[$0] }
    steps = order.map { columns[$0][axes[$0]] }
  }
}
