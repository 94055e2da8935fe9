extension Augmentation {
  /// Checks that every number is one that can be applied, before it is: an augmentation that was read from a file may hold
  /// any.
  ///
  /// Throws: `AugmentationError.outOfRange` for the first that is not.
  public func check() throws(AugmentationError) {
    let (factors, lengths) = (1e-3...1e3, -1e6...1e6)
    try check("stretch.zoom", spatial.stretch.zoom, within: factors)
    for axis in 0..<3 {
      try check("stretch.stretch", spatial.stretch.stretch[axis], within: factors)
      try check("stretch.shearDegrees", spatial.stretch.shearDegrees[axis], within: -89...89)
      try check("rigid.rotationDegrees", spatial.rigid.rotationDegrees[axis], within: -360...360)
      try check("rigid.translation", spatial.rigid.translation[axis], within: lengths)
    }
    if let zoom = spatial.localZoom {
      try check("localZoom.factor", zoom.factor, within: factors)
      for axis in 0..<3 {
        try check("localZoom.centre", zoom.centre[axis], within: lengths)
        // Infinite along an axis along which it does not act.
        try check("localZoom.radius", zoom.radius[axis], within: Double.leastNormalMagnitude...Double.infinity)
      }
    }
    for displacement in spatial.elastic?.displacements ?? [] {
      for axis in 0..<3 { try check("elastic.displacements", displacement[axis], within: lengths) }
    }
    for change in intensity {
      guard let coarse = change.transform as? LowResolution else { continue }
      for scale in coarse.scales.compactMap({ $0 }) { try check("\(change.name).scales", scale, within: 0...1e6) }
    }
  }

  private func check(
    _ parameter: String, _ value: Double, within limits: ClosedRange<Double>
  ) throws(AugmentationError) {
    guard limits.contains(value) else { throw .outOfRange(parameter: parameter, value: value, limits: limits) }
  }
}
