import Volumes

/// A smooth displacement of every point: a uniform cubic B-spline over a coarse lattice of control points.
///
/// The lattice is centred on the window that is sampled; beyond it the field goes on with its value at the rim. The
/// field displaces where the output looks, before the rigid and stretching parts.
///
/// A field never folds: one whose control points move far enough that it might is scaled back as a whole when it is
/// made. The condition is that every component of every control point's displacement stays below 0.48 of the control
/// points' spacing on a plane, and below 0.40 in a volume, which makes the Jacobian determinant of the deformation
/// positive everywhere. Nor does it exceed its control points: each displacement is a weighted mean of theirs.
/// Source: Choi and Lee, "Injectivity Conditions of 2D and 3D Uniform Cubic B-Spline Functions", Graphical Models 62,
/// 2000 (bounds 1/2.0464 and 1/2.4795); the spline: Rueckert et al., IEEE Transactions on Medical Imaging 18, 1999.
public struct ElasticField: Hashable, Sendable {
  /// The number of control points along i, j and k: at least 4, and 1 along k on a plane.
  public let controlPoints: SIMD3<Int>
  /// The distance between neighbouring control points along each axis, in the grid's unit.
  public let controlPointSpacing: Double
  /// The displacements of the control points along i, j and k, in the grid's unit.
  /// Shape: (k, j, i), i varying fastest.
  public let displacements: [SIMD3<Double>]
  /// The factor by which the field as drawn was scaled back lest it fold; 1 where it stands as it was drawn.
  public let restraint: Double

  /// Makes a field from its control points' displacements, scaled back where they might fold.
  ///
  /// Throws: `AugmentationError.malformedField`, and `.notPositive` for the spacing.
  public init(
    controlPoints: SIMD3<Int>, controlPointSpacing: Double, displacements: [SIMD3<Double>]
  ) throws(AugmentationError) {
    try checkPositive(controlPointSpacing, "control_point_spacing")
    let isLattice = controlPoints.x >= 4 && controlPoints.y >= 4 && (controlPoints.z == 1 || controlPoints.z >= 4)
    let (plane, planeOverflows) = controlPoints.x.multipliedReportingOverflow(by: controlPoints.y)
    let (count, overflows) = plane.multipliedReportingOverflow(by: controlPoints.z)
    let isFinite = displacements.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }
    guard isLattice, !planeOverflows, !overflows, count == displacements.count, isFinite else {
      throw .malformedField(controlPoints: controlPoints, displacements: displacements.count)
    }
    self.init(restraining: displacements, controlPoints: controlPoints, controlPointSpacing: controlPointSpacing)
  }

  init(restraining displacements: [SIMD3<Double>], controlPoints: SIMD3<Int>, controlPointSpacing: Double) {
    let limit = Self.foldingLimit(isPlane: controlPoints.z == 1) * controlPointSpacing
    let largest = displacements.reduce(0) { max($0, abs($1.x), abs($1.y), abs($1.z)) }
    // A field already scaled back to its limit, read again, must not be scaled back by a rounding error.
    let roundingSlack = 1 + 1e-9
    restraint = largest > limit * roundingSlack ? limit / largest : 1
    let factor = restraint
    self.displacements = factor == 1 ? displacements : displacements.map { $0 * factor }
    self.controlPoints = controlPoints
    self.controlPointSpacing = controlPointSpacing
  }

  /// The largest component of a control point's displacement, as a share of the spacing, that cannot fold.
  static func foldingLimit(isPlane: Bool) -> Double { isPlane ? 0.48 : 0.40 }

  /// The length of the largest displacement of a control point, in the grid's unit: no point moves farther.
  public var largestDisplacement: Double {
    displacements.reduce(0) { max($0, ($1 * $1).sum()) }.squareRoot()
  }

  /// The displacement of a point, in the grid's unit.
  ///
  /// - Parameter position: The point along i, j and k, in the grid's unit from the centre of the window.
  public func displacement(at position: SIMD3<Double>) -> SIMD3<Double> {
    let (x, y, z) = (knot(position.x, axis: 0), knot(position.y, axis: 1), knot(position.z, axis: 2))
    var sum = SIMD3<Double>.zero
    for c in 0..<min(4, controlPoints.z) {
      for b in 0..<4 {
        let row = ((z.cell + c) * controlPoints.y + y.cell + b) * controlPoints.x + x.cell
        for a in 0..<4 { sum += displacements[row + a] * (x.weights[a] * y.weights[b] * z.weights[c]) }
      }
    }
    return sum
  }

  /// The first of the control points that act at a coordinate along an axis, and the weights of the four.
  func knot(_ coordinate: Double, axis: Int) -> (cell: Int, weights: SIMD4<Double>) {
    guard controlPoints[axis] > 1 else { return (0, [1, 0, 0, 0]) }
    let cells = Double(controlPoints[axis] - 3)
    let position = min(max(coordinate / controlPointSpacing + cells / 2, 0), cells)
    let cell = min(position.rounded(.down), cells - 1)
    return (Int(cell), Self.weights(position - cell))
  }

  /// The four cubic B-spline weights at a fraction of a cell, in 0...1; they are positive and sum to 1.
  private static func weights(_ t: Double) -> SIMD4<Double> {
    let s = 1 - t
    return SIMD4(
      s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, t * t * t / 6)
  }

  /// The control points that a grid needs: its extent in whole cells, and one beyond at either end.
  ///
  /// There are never more cells than voxels: a finer lattice would cover the window's middle alone.
  static func controlPoints(covering grid: Grid, spacing: Double) -> SIMD3<Int> {
    var count = SIMD3(1, 1, 1)
    for axis in 0..<(grid.size.depth == 1 ? 2 : 3) {
      let extent = Double(grid.size[axis] - 1) * grid.spacing[axis]
      let cells = min((extent / spacing).rounded(.up), Double(grid.size[axis]))
      count[axis] = max(1, Int(cells)) + 3
    }
    return count
  }
}

extension ElasticField: Codable {
  private enum CodingKeys: String, CodingKey { case controlPoints, controlPointSpacing, displacements, restraint }

  /// Reads a field back, as it was drawn and scaled back.
  ///
  /// Throws: `DecodingError`, and `AugmentationError` where the field is not a lattice.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let field = try ElasticField(
      controlPoints: container.decode(SIMD3<Int>.self, forKey: .controlPoints),
      controlPointSpacing: container.decode(Double.self, forKey: .controlPointSpacing),
      displacements: container.decode([SIMD3<Double>].self, forKey: .displacements))
    controlPoints = field.controlPoints
    controlPointSpacing = field.controlPointSpacing
    displacements = field.displacements
    restraint = try container.decode(Double.self, forKey: .restraint) * field.restraint
  }
}
