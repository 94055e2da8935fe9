import CKernels
import Volumes

extension SpatialMap {
  /// The way back: from the voxels of this map's input grid to points of its window, so that what was sampled through the
  /// one and then the other is what it was, but for what interpolation and the window's rim take away.
  ///
  /// It is exact to 1e-6 voxels. A map with a deformation is solved for each voxel by Newton's method, which the guard of
  /// the deformation's Jacobian makes sound; some hundred nanoseconds each.
  public var inverse: SpatialMap { forward.first ?? SpatialMap(backOf: self) }

  /// The voxel of the window, or the point between voxels, that looks at a point of the input.
  func solve(for point: SIMD3<Double>) -> SIMD3<Double> {
    guard let backward = affine.inverse else { preconditionFailure("the affine of a map is invertible") }
    let target = backward(point)
    guard let field else { return target }
    let start = [target.x, target.y, target.z]
    var solved = start
    withDeformation(field) { ck_invert_deformation(&$0, start, &solved) }
    return SIMD3(solved[0], solved[1], solved[2])
  }

  /// The points at which the output's voxels look, i, j and k one after the other, for the kernels; nil for a map that
  /// these know to follow.
  func solvedPoints(workers: Int) -> [Float]? {
    guard let map = forward.first, let field = map.field, let backward = map.affine.inverse else { return nil }
    let size = [Int32(outputSize.width), Int32(outputSize.height), Int32(outputSize.depth)]
    let (start, columns) = (backward.translation, backward.columns)
    let steps = [
      (columns.i.x, columns.i.y, columns.i.z), (columns.j.x, columns.j.y, columns.j.z),
      (columns.k.x, columns.k.y, columns.k.z),
    ]
    return makeArray(count: 3 * outputSize.count) { points in
      map.withDeformation(field) {
        ck_invert_deformation_on_grid(&$0, size, [start.x, start.y, start.z], steps, Int32(workers), points)
      }
    }
  }

  private func withDeformation(_ field: ElasticField, _ body: (inout ck_deformation) -> Void) {
    func numbers(_ v: SIMD3<Double>) -> (Double, Double, Double) { (v.x, v.y, v.z) }
    let lattice = field.controlPoints
    field.displacements.withUnsafeBytes { displacements in
      var deformation = ck_deformation(
        lattice: (Int32(lattice.x), Int32(lattice.y), Int32(lattice.z)),
        displacements: displacements.assumingMemoryBound(to: Double.self).baseAddress,
        voxel: numbers(inputGrid.spacing), cell: numbers(field.spacing), centre: numbers(centre))
      body(&deformation)
    }
  }
}
