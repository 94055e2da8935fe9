extension Grid {
  /// The grid of another spacing over the same field of view.
  ///
  /// Each axis gets as many voxels as fit its length best, at least 1; the centre of the field of view and the directions
  /// of the axes stay.
  /// - Parameter spacing: The distances between voxels along i, j and k, in the grid's unit; finite and above 0.
  public func resampled(toSpacing spacing: SIMD3<Double>) -> Grid {
    precondition(
      (0..<3).allSatisfy { spacing[$0] > 0 && spacing[$0].isFinite }, "a spacing is finite and above zero")
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    var result = self
    var scaled: [SIMD3<Double>] = []
    for axis in 0..<3 {
      let ratio = self.spacing[axis] > 0 ? spacing[axis] / self.spacing[axis] : 1
      result.size[axis] = max(1, Int((Double(size[axis]) / ratio).rounded()))
      scaled.append(columns[axis] * ratio)
      let shift = Double(size[axis] - 1) / 2 - ratio * Double(result.size[axis] - 1) / 2
      result.affine.translation += columns[axis] * shift
    }
    result.affine.columns = (scaled[0], scaled[1], scaled[2])
    return result
  }
}

extension Volume {
  /// The volume's values at the voxel centres of another grid.
  ///
  /// Nothing is smoothed beforehand: a much coarser grid aliases. Grids whose axes run along this one's take a fast path,
  /// axis by axis. Degenerate input: where the volume's affine is singular, every value is `outside`.
  /// - Parameters:
  ///   - target: Where the values are wanted. Its unit is not looked at.
  ///   - interpolation: How values between voxels are made.
  ///   - outside: The value farther than half a voxel from the volume's outermost voxel centres.
  public func resampled(to target: Grid, interpolation: Interpolation, outside: Float = 0) -> Volume {
    guard let map = affine(to: target) else {
      return Volume(
        grid: target, channels: channels, voxels: [Float](repeating: outside, count: target.size.count * channels))
    }
    let values: [Float]
    if interpolation == .nearest {
      values = NearestSampler(source: grid.size, target: target.size, map: map, channels: channels)
        .sample(voxels, outside: outside)
    } else if let aligned = AlignedSampler(
      source: grid.size, target: target.size, map: map, channels: channels, interpolation: interpolation)
    {
      values = aligned.sample(voxels, outside: outside)
    } else {
      values = ObliqueSampler(
        source: grid.size, target: target.size, map: map, channels: channels, isCubic: interpolation == .cubic
      ).sample(voxels, outside: outside)
    }
    return Volume(grid: target, channels: channels, voxels: values)
  }

  /// The volume at another spacing over the same field of view: see `Grid.resampled(toSpacing:)`.
  public func resampled(toSpacing spacing: SIMD3<Double>, interpolation: Interpolation) -> Volume {
    resampled(to: grid.resampled(toSpacing: spacing), interpolation: interpolation)
  }

  private func affine(to target: Grid) -> Affine? { grid.affine.inverse?.after(target.affine) }
}

extension LabelMap {
  /// The labels at the voxel centres of another grid, each that of the nearest voxel.
  ///
  /// Degenerate input: where the label map's affine is singular, every label is `outside`.
  /// - Parameters:
  ///   - target: Where the labels are wanted. Its unit is not looked at.
  ///   - outside: The label farther than half a voxel from the map's outermost voxel centres.
  public func resampled(to target: Grid, outside: UInt8 = 0) -> LabelMap {
    guard let map = grid.affine.inverse?.after(target.affine) else {
      return LabelMap(grid: target, labels: [UInt8](repeating: outside, count: target.size.count))
    }
    let sampler = NearestSampler(source: grid.size, target: target.size, map: map, channels: 1)
    return LabelMap(grid: target, labels: sampler.sample(labels, outside: outside))
  }

  /// The labels at another spacing over the same field of view: see `Grid.resampled(toSpacing:)`.
  public func resampled(toSpacing spacing: SIMD3<Double>) -> LabelMap {
    resampled(to: grid.resampled(toSpacing: spacing))
  }
}
