import Volumes

/// Where the control points of an elastic field lie: so many along each axis, so far apart, centred on a window.
///
/// Of the control points along an axis the outermost lie one cell beyond the window.
struct ElasticLattice: Hashable {
  /// At least 4 along i, j and k, or 1 along an axis along which nothing changes.
  let controlPoints: SIMD3<Int>
  /// In the grid's unit.
  let spacing: SIMD3<Double>

  init(_ controlPoints: SIMD3<Int>, _ spacing: SIMD3<Double>) {
    (self.controlPoints, self.spacing) = (controlPoints, spacing)
  }

  /// The lattice that a window needs: its extent in whole cells, and one control point beyond at either end.
  ///
  /// There are never more cells than voxels: a finer lattice covers the window's middle alone.
  init(covering grid: Grid, spacing: SIMD3<Double>, along axes: [Int]) {
    var count = SIMD3(1, 1, 1)
    for axis in axes {
      let cells = min((Self.extent(of: grid, axis) / spacing[axis]).rounded(.up), Double(grid.size[axis]))
      count[axis] = max(1, Int(cells)) + 3
    }
    self.init(count, spacing)
  }

  /// The lattice whose control points within the window are so many along each axis, from rim to rim.
  init(points: Int, across grid: Grid, along axes: [Int]) {
    var count = SIMD3(1, 1, 1)
    var spacing = SIMD3(1.0, 1, 1)
    for axis in axes {
      count[axis] = points + 2
      spacing[axis] = max(Self.extent(of: grid, axis), grid.spacing[axis]) / Double(points - 1)
    }
    self.init(count, spacing)
  }

  private static func extent(of grid: Grid, _ axis: Int) -> Double {
    Double(grid.size[axis] - 1) * grid.spacing[axis]
  }

  /// The number of control points.
  var count: Int { controlPoints.x * controlPoints.y * controlPoints.z }

  /// The number of cells along each axis; 1 where there is one control point.
  var cells: SIMD3<Int> {
    SIMD3(max(controlPoints.x - 3, 1), max(controlPoints.y - 3, 1), max(controlPoints.z - 3, 1))
  }

  /// The axes along which the field may change.
  var axes: [Int] { (0..<3).filter { controlPoints[$0] > 1 } }

  /// Where a control point lies, in the grid's unit from the window's centre.
  func position(of point: SIMD3<Int>) -> SIMD3<Double> {
    var position = SIMD3<Double>.zero
    for axis in axes { position[axis] = (Double(point[axis] - 1) - Double(cells[axis]) / 2) * spacing[axis] }
    return position
  }

  /// The cell in which a coordinate lies along an axis, and how far into it, 0...1; at the rim where it lies beyond.
  func knot(_ coordinate: Double, axis: Int) -> (cell: Int, fraction: Double) {
    guard controlPoints[axis] > 1 else { return (0, 0) }
    let cells = Double(controlPoints[axis] - 3)
    let position = min(max(coordinate / spacing[axis] + cells / 2, 0), cells)
    let cell = min(position.rounded(.down), cells - 1)
    return (Int(cell), position - cell)
  }

  /// The four weights, and their derivatives in cells, along an axis.
  typealias Basis = (weights: SIMD4<Double>, slopes: SIMD4<Double>)

  /// The cell of a point, and the weights of its control points.
  func knots(at position: SIMD3<Double>) -> (cells: SIMD3<Int>, x: Basis, y: Basis, z: Basis) {
    var cells = SIMD3<Int>.zero
    func basis(_ axis: Int) -> Basis {
      let (cell, fraction) = knot(position[axis], axis: axis)
      cells[axis] = cell
      guard controlPoints[axis] > 1 else { return ([1, 0, 0, 0], .zero) }
      let half = Double(controlPoints[axis] - 3) / 2 * spacing[axis]
      return (Self.weights(fraction), abs(position[axis]) <= half ? Self.slopes(fraction) : .zero)
    }
    let (x, y, z) = (basis(0), basis(1), basis(2))
    return (cells, x, y, z)
  }

  /// The four cubic B-spline weights at a fraction of a cell, in 0...1; they are positive and sum to 1.
  private static func weights(_ t: Double) -> SIMD4<Double> {
    let s = 1 - t
    return SIMD4(
      s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, t * t * t / 6)
  }

  /// Their derivatives.
  private static func slopes(_ t: Double) -> SIMD4<Double> {
    let s = 1 - t
    return SIMD4(-s * s / 2, (3 * t * t - 4 * t) / 2, (4 * s - 3 * s * s) / 2, t * t / 2)
  }
}
