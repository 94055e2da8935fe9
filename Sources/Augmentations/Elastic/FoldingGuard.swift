/// Keeps an elastic field from folding: the determinant of the deformation's Jacobian stays at or above a bound
/// everywhere, between voxels too.
///
/// Within a cell of the lattice the derivatives of the displacement are polynomials, and lie between the smallest and the
/// largest of their Bézier points. From these follows a bound of the determinant that is sufficient; where it does
/// not suffice, the cell is halved along each axis, which makes the bound closer by the square of the cell's size.
/// Source: Bézier points and halving: Farin, "Curves and Surfaces for CAGD", 5th ed., 2002, chapters 4 and 5.
struct FoldingGuard {
  private let lattice: ElasticLattice
  /// The Bézier points of the cells.
  private let points: ControlPointArray
  private let minimum: Double

  /// How often a cell is halved before it counts as folded: to a sixteenth of its length.
  private static let mostHalvings = 4
  private static let bisections = 12

  /// - Parameter minimum: What the determinant must not fall below; under 1, which it is where nothing moves.
  init(_ field: ElasticField, minimum: Double) {
    lattice = field.lattice
    self.minimum = minimum
    var points = ControlPointArray(field.controlPoints, field.displacements)
    for axis in lattice.axes { points.makeBezier(along: axis) }
    self.points = points
  }

  /// The largest factor, at most 1, by which the field may be scaled: to 1/4096.
  func largestFactor() -> Double {
    let cells = lattice.cells
    let all = (0..<cells.z).flatMap { k in
      (0..<cells.y).flatMap { j in (0..<cells.x).map { i in SIMD3(i, j, k) } }
    }
    var bezier = BezierCell(lattice.controlPoints)
    func isUpright(_ cell: SIMD3<Int>, at factor: Double) -> Bool {
      bezier.take(points, at: 3 &* cell, factor: factor, spacing: lattice.spacing)
      return bezier.isUpright(above: minimum, halvings: Self.mostHalvings)
    }
    var factor = 1.0
    // Of many cells only a few ask for a smaller factor than all before them.
    for cell in all where !isUpright(cell, at: factor) {
      var (low, high) = (0.0, factor)
      for _ in 0..<Self.bisections {
        let middle = (low + high) / 2
        if isUpright(cell, at: middle) { low = middle } else { high = middle }
      }
      factor = low
    }
    guard factor < 1 else { return 1 }
    // A determinant may rise again beyond where it was too small: what stood at one factor may not at a smaller one.
    while !all.allSatisfy({ isUpright($0, at: factor) }) { factor *= 0.95 }
    return factor
  }
}

/// The Bézier points of a cell's displacement, in cells: 4 along each axis along which it changes.
private struct BezierCell {
  private var size: SIMD3<Int>
  /// Shape: [4][4][4], i varying fastest, as far as `size` goes.
  private var points: [SIMD3<Double>]

  init(_ controlPoints: SIMD3<Int>) {
    size = SIMD3(controlPoints.x > 1 ? 4 : 1, controlPoints.y > 1 ? 4 : 1, controlPoints.z > 1 ? 4 : 1)
    points = Array(repeating: .zero, count: size.x * size.y * size.z)
  }

  mutating func take(_ all: ControlPointArray, at first: SIMD3<Int>, factor: Double, spacing: SIMD3<Double>) {
    let scale = SIMD3(repeating: factor) / spacing
    var index = 0
    for k in 0..<size.z {
      for j in 0..<size.y {
        for i in 0..<size.x {
          points[index] = all[first &+ SIMD3(i, j, k)] * scale
          index += 1
        }
      }
    }
  }

  /// Whether the determinant is known to stay above a bound, after so many halvings at the most.
  ///
  /// - Parameter scale: how many times the derivatives with respect to this cell's axes are those to the lattice's.
  func isUpright(above minimum: Double, halvings: Int, scale: Double = 1) -> Bool {
    let bounds = DerivativeBounds(points, size, scale: scale)
    if bounds.coarseBound >= minimum { return true }
    if bounds.closeBound(points, size, scale: scale) >= minimum { return true }
    guard halvings > 0, cornersAreUpright(above: minimum, scale: scale) else { return false }
    var parts = [self]
    for axis in 0..<3 where size[axis] > 1 { parts = parts.flatMap { $0.halved(along: axis) } }
    return parts.allSatisfy { $0.isUpright(above: minimum, halvings: halvings - 1, scale: 2 * scale) }
  }

  /// The determinant at the corners, where it is exact.
  private func cornersAreUpright(above minimum: Double, scale: Double) -> Bool {
    for k in size.z > 1 ? [0, 3] : [0] {
      for j in size.y > 1 ? [0, 3] : [0] {
        for i in size.x > 1 ? [0, 3] : [0] {
          let at = SIMD3(i, j, k)
          var matrix = Matrix.identity
          for axis in 0..<3 where size[axis] > 1 {
            var (low, high) = (at, at)
            (low[axis], high[axis]) = at[axis] == 0 ? (0, 1) : (2, 3)
            matrix[axis] += (point(high) - point(low)) * (3 * scale)
          }
          if matrix.determinant < minimum { return false }
        }
      }
    }
    return true
  }

  private func point(_ at: SIMD3<Int>) -> SIMD3<Double> { points[(at.z * size.y + at.y) * size.x + at.x] }

  /// The two halves along an axis (de Casteljau).
  private func halved(along axis: Int) -> [BezierCell] {
    var (low, high) = (self, self)
    let step = axis == 0 ? 1 : axis == 1 ? size.x : size.x * size.y
    for first in 0..<points.count where first / step % 4 == 0 {
      let (a, b, c, d) = (points[first], points[first + step], points[first + 2 * step], points[first + 3 * step])
      let (ab, bc, cd) = ((a + b) / 2, (b + c) / 2, (c + d) / 2)
      let (abc, bcd) = ((ab + bc) / 2, (bc + cd) / 2)
      let middle = (abc + bcd) / 2
      (low.points[first + step], low.points[first + 2 * step], low.points[first + 3 * step]) = (ab, abc, middle)
      (high.points[first], high.points[first + step], high.points[first + 2 * step]) = (middle, bcd, cd)
    }
    return [low, high]
  }
}

/// Between what each derivative of a cell's displacement lies.
private struct DerivativeBounds {
  /// By the axis of the derivative.
  private var middle = Matrix.zero
  private var radius = Matrix.zero

  init(_ points: [SIMD3<Double>], _ size: SIMD3<Int>, scale: Double) {
    points.withUnsafeBufferPointer { points in
      for axis in 0..<3 where size[axis] > 1 {
        let step = axis == 0 ? 1 : axis == 1 ? size.x : size.x * size.y
        var (low, high) = (SIMD3(repeating: Double.infinity), SIMD3(repeating: -Double.infinity))
        for k in 0..<size.z - (axis == 2 ? 1 : 0) {
          for j in 0..<size.y - (axis == 1 ? 1 : 0) {
            let row = (k &* size.y &+ j) &* size.x
            for index in row..<row &+ size.x - (axis == 0 ? 1 : 0) {
              let difference = points[index &+ step] - points[index]
              low.replace(with: difference, where: difference .< low)
              high.replace(with: difference, where: difference .> high)
            }
          }
        }
        middle[axis] = (low + high) * (1.5 * scale)
        radius[axis] = (high - low) * (1.5 * scale)
      }
    }
  }

  /// The determinant at the middle less all that the derivatives may take off it, each as if it were alone.
  var coarseBound: Double {
    let (matrix, change) = (middle.plusIdentity, radius)
    let cofactors = matrix.cofactors
    var bound = matrix.determinant - higherTerms
    for axis in 0..<3 { bound -= (absolute(cofactors[axis]) * change[axis]).sum() }
    return bound
  }

  /// The same, but that the changes of the first order are taken together: as a polynomial, by its Bézier points.
  func closeBound(_ points: [SIMD3<Double>], _ size: SIMD3<Int>, scale: Double) -> Double {
    let matrix = middle.plusIdentity
    let cofactors = matrix.cofactors
    var smallest = Double.infinity
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * 64) { scratch in
      let (sums, changes) = (scratch.baseAddress!, scratch.baseAddress! + 64)
      sums.update(repeating: 0, count: points.count)
      for axis in 0..<3 where size[axis] > 1 {
        let step = axis == 0 ? 1 : axis == 1 ? size.x : size.x * size.y
        for first in 0..<points.count where first / step % 4 == 0 {
          for index in 0..<3 {
            let at = first + index * step
            let change = (points[at + step] - points[at]) * (3 * scale) - middle[axis]
            changes[index] = (cofactors[axis] * change).sum()
          }
          // Raised from degree 2 to 3, so that all axes' polynomials have the same points.
          sums[first] += changes[0]
          sums[first + step] += (changes[0] + 2 * changes[1]) / 3
          sums[first + 2 * step] += (2 * changes[1] + changes[2]) / 3
          sums[first + 3 * step] += changes[2]
        }
      }
      for index in 0..<points.count { smallest = min(smallest, sums[index]) }
    }
    return matrix.determinant + smallest - higherTerms
  }

  /// The most that products of two and of three changes may come to.
  private var higherTerms: Double {
    let matrix = middle.plusIdentity.absolute
    var first = 0.0
    let cofactors = matrix.permanentCofactors
    for axis in 0..<3 { first += (cofactors[axis] * radius[axis]).sum() }
    return (matrix + radius).permanent - matrix.permanent - first
  }
}

/// A 3 x 3 matrix by its columns.
private struct Matrix {
  var x: SIMD3<Double>
  var y: SIMD3<Double>
  var z: SIMD3<Double>

  static let zero = Matrix(x: .zero, y: .zero, z: .zero)
  static let identity = Matrix(x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1])

  subscript(axis: Int) -> SIMD3<Double> {
    get { axis == 0 ? x : axis == 1 ? y : z }
    set { if axis == 0 { x = newValue } else if axis == 1 { y = newValue } else { z = newValue } }
  }

  static func + (a: Matrix, b: Matrix) -> Matrix { Matrix(x: a.x + b.x, y: a.y + b.y, z: a.z + b.z) }

  var plusIdentity: Matrix { self + .identity }
  var absolute: Matrix {
    Matrix(x: Augmentations.absolute(x), y: Augmentations.absolute(y), z: Augmentations.absolute(z))
  }

  var determinant: Double { (x * Self.cross(y, z)).sum() }
  /// The derivatives of the determinant with respect to each entry.
  var cofactors: Matrix { Matrix(x: Self.cross(y, z), y: Self.cross(z, x), z: Self.cross(x, y)) }

  /// The determinant with every sign positive, and its derivatives.
  var permanent: Double { (x * Self.positiveCross(y, z)).sum() }
  var permanentCofactors: Matrix {
    Matrix(x: Self.positiveCross(y, z), y: Self.positiveCross(z, x), z: Self.positiveCross(x, y))
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  private static func positiveCross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z + a.z * b.y, a.z * b.x + a.x * b.z, a.x * b.y + a.y * b.x)
  }
}

private func absolute(_ v: SIMD3<Double>) -> SIMD3<Double> { pointwiseMax(v, -v) }
