/// Which way the three voxel axes of a grid run through the body.
///
/// Each letter names the end towards which an index grows, as in NIfTI and nibabel: in `RAS`, i grows towards the right,
/// j towards anterior and k towards superior.
public struct Orientation: Hashable, Sendable {
  /// The directions in which i, j and k grow; each anatomical axis is among them once.
  public let directions: [BodyDirection]

  /// The orientation of NIfTI's world: i towards the right, j towards anterior, k towards superior.
  public static let ras = Orientation(unchecked: BodyAxis.allCases.map { BodyDirection($0, isPositive: true) })

  /// The orientation of a stack of slices across an anatomical axis: k runs along it, i and j along the other two in the
  /// order right, anterior, superior.
  public init(slicesAcross axis: BodyAxis) {
    let axes = BodyAxis.allCases.filter { $0 != axis } + [axis]
    self.init(unchecked: axes.map { BodyDirection($0, isPositive: true) })
  }

  /// Reads an orientation from three letters, one of R or L, A or P, S or I each, in any order and case.
  ///
  /// nil for any other text.
  public init?(_ text: String) {
    let directions = text.compactMap(BodyDirection.init(letter:))
    guard text.count == 3, directions.count == 3, Set(directions.map(\.axis)).count == 3 else { return nil }
    self.init(unchecked: directions)
  }

  /// The orientation whose axes lie nearest to those of an affine, which may be oblique, sheared or left-handed.
  ///
  /// Of the six ways to give each voxel axis an anatomical axis of its own, it is the one with the largest sum of
  /// |cosines| between them; equal sums (an axis at exactly 45 degrees) go to the order that gives the earliest voxel axis
  /// the earliest of right, anterior and superior. Degenerate input: a column that is zero or not finite takes what the
  /// others leave, in the positive direction.
  public init(nearestTo affine: Affine) {
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    let cosines = columns.map { column -> SIMD3<Double> in
      let length = (column * column).sum().squareRoot()
      return length > 0 && length.isFinite ? column / length : .zero
    }
    var best = Self.assignments[0]
    var bestSum = -Double.infinity
    for assignment in Self.assignments {
      let sum = (0..<3).reduce(0) { $0 + abs(cosines[$1][assignment[$1].worldAxis]) }
      if sum > bestSum + Self.tieTolerance { (best, bestSum) = (assignment, sum) }
    }
    self.init(unchecked: (0..<3).map { BodyDirection(best[$0], isPositive: cosines[$0][best[$0].worldAxis] >= 0) })
  }

  private init(unchecked directions: [BodyDirection]) { self.directions = directions }

  /// Sums of cosines that differ by less are equal: rounding must not choose.
  private static let tieTolerance = 1e-9

  private static let assignments: [[BodyAxis]] = [
    [.right, .anterior, .superior], [.right, .superior, .anterior], [.anterior, .right, .superior],
    [.anterior, .superior, .right], [.superior, .right, .anterior], [.superior, .anterior, .right],
  ]
}

extension Orientation: CustomStringConvertible {
  /// The three letters, such as `RAS`.
  public var description: String { String(directions.map(\.letter)) }
}

extension Grid {
  /// The orientation nearest to the grid's affine.
  public var orientation: Orientation { Orientation(nearestTo: affine) }

  /// The voxel axis, 0 (i), 1 (j) or 2 (k), that runs nearest to an anatomical axis.
  public func voxelAxis(nearestTo axis: BodyAxis) -> Int {
    orientation.directions.firstIndex { $0.axis == axis } ?? axis.worldAxis
  }
}
