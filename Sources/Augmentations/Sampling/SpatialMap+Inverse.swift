import Volumes

extension SpatialMap {
  /// The way back: from the voxels of this map's input grid to points of its window, so that what was sampled through the
  /// one and then the other is what it was, but for what interpolation and the window's rim take away.
  ///
  /// It is exact to 1e-6 voxels. A map with a deformation is solved for each voxel, some microseconds each.
  public var inverse: SpatialMap { forward.first ?? SpatialMap(backOf: self) }

  /// The voxel of the window, or the point between voxels, that looks at a point of the input: by Newton's method, which
  /// the guard of the deformation's Jacobian makes sound.
  ///
  /// - Parameter guess: Where to begin: how far from where the affine part alone would have it.
  func solve(for point: SIMD3<Double>, from guess: SIMD3<Double> = .zero) -> SIMD3<Double> {
    guard let backward = affine.inverse else { preconditionFailure("maps have an inverse") }
    let target = backward(point)
    guard let field else { return target }
    let spacing = inputGrid.spacing
    var voxel = target + guess
    var step = 1.0
    var last = Double.infinity
    for _ in 0..<64 {
      let position = (voxel - centre) * spacing
      let miss = voxel + field.displacement(at: position) / spacing - target
      let distance = (miss * miss).sum()
      if distance < 1e-14 { break }
      // Where a whole step did not help, shorter ones follow.
      step = distance < last ? min(1, 2 * step) : step / 2
      last = distance
      let (i, j, k) = field.derivatives(at: position)
      let jacobian = Affine(
        i: i * spacing.x / spacing + [1, 0, 0], j: j * spacing.y / spacing + [0, 1, 0],
        k: k * spacing.z / spacing + [0, 0, 1])
      voxel -= (jacobian.inverse?.linear(miss) ?? miss) * step
    }
    return voxel
  }

  /// The points at which the output's voxels look, i, j and k one after the other, for the kernels; nil for a map that
  /// these know to follow.
  var solvedPoints: [Float]? {
    guard let map = forward.first, let backward = map.affine.inverse else { return nil }
    let count = outputSize.count
    return makeArray(count: 3 * count) { points in
      var index = 0
      for k in 0..<outputSize.depth {
        for j in 0..<outputSize.height {
          var moved = SIMD3<Double>.zero
          for i in 0..<outputSize.width {
            let voxel = SIMD3(Double(i), Double(j), Double(k))
            let solved = map.solve(for: voxel, from: moved)
            moved = solved - backward(voxel)
            for axis in 0..<3 { points[axis * count + index] = Float(solved[axis]) }
            index += 1
          }
        }
      }
    }
  }
}
