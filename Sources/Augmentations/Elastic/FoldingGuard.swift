import CKernels

/// Keeps an elastic field from folding: the determinant of the deformation's Jacobian stays at or above a bound
/// everywhere, between voxels too.
struct FoldingGuard {
  private let field: ElasticField
  /// The Bézier points of the cells.
  private let points: ControlPointArray
  private let minimum: Double

  /// How often a cell is halved before it counts as folded: to a sixteenth of its length.
  private static let mostHalvings: Int32 = 4
  private static let bisections = 12

  /// - Parameter minimum: What the determinant must not fall below; under 1, which it is where nothing moves.
  init(_ field: ElasticField, minimum: Double) {
    self.field = field
    self.minimum = minimum
    var points = ControlPointArray(field.controlPoints, field.displacements)
    for axis in field.lattice.axes { points.makeBezier(along: axis) }
    self.points = points
  }

  /// The largest factor, at most 1, by which the field may be scaled: to 1/4096.
  func largestFactor() -> Double {
    withBezier { bezier in
      let cells = field.lattice.cells
      func isUpright(_ index: Int, at factor: Double) -> Bool {
        let row = index / cells.x
        let cell = [Int32(index % cells.x), Int32(row % cells.y), Int32(row / cells.y)]
        return ck_is_upright(&bezier, cell, factor, minimum, Self.mostHalvings)
      }
      var factor = 1.0
      let all = 0..<cells.x * cells.y * cells.z
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

  private func withBezier<Result>(_ body: (inout ck_bezier) -> Result) -> Result {
    points.values.withUnsafeBytes { values in
      var bezier = ck_bezier(
        size: (Int32(points.size.x), Int32(points.size.y), Int32(points.size.z)),
        points: values.assumingMemoryBound(to: Double.self).baseAddress,
        spacing: (field.spacing.x, field.spacing.y, field.spacing.z))
      return body(&bezier)
    }
  }
}
