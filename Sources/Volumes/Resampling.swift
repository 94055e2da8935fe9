import CKernels

extension Grid {
  /// The grid of another spacing over the same field of view.
  ///
  /// Each axis gets as many voxels as fit its length best, at least 1; the centre of the field of view and the directions
  /// of the axes stay.
  /// - Parameter spacing: The distances between voxels along i, j and k, in the grid's unit; finite and above 0.
  public func resampled(toSpacing spacing: SIMD3<Double>) -> Grid {
    resampled(toSpacing: spacing) { max(1, Int($0.rounded())) }
  }

  /// The grid of another spacing that covers the whole field of view: neither grid has voxel centres outside the other.
  ///
  /// The centre of the field of view and the directions of the axes stay.
  /// - Parameter spacing: The distances between voxels along i, j and k, in the grid's unit; finite and above 0.
  public func covered(withSpacing spacing: SIMD3<Double>) -> Grid {
    // Affines of 32 bits do not make another voxel.
    resampled(toSpacing: spacing) { max(1, Int(($0 - 1e-4).rounded(.up))) }
  }

  private func resampled(toSpacing spacing: SIMD3<Double>, size count: (Double) -> Int) -> Grid {
    precondition(
      (0..<3).allSatisfy { spacing[$0] > 0 && spacing[$0].isFinite }, "a spacing is finite and above zero")
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    var result = self
    var scaled: [SIMD3<Double>] = []
    for axis in 0..<3 {
      let ratio = self.spacing[axis] > 0 ? spacing[axis] / self.spacing[axis] : 1
      result.size[axis] = count(Double(size[axis]) / ratio)
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
  /// axis by axis, which needs beside this volume and the result some 16 MiB, or 32 planes where those are more. Across
  /// each other's axes a cubic B-spline needs a copy of this volume for its coefficients. The bits depend neither on
  /// `workers` nor on the processor. Degenerate input: where the volume's affine is singular, every value is `outside`.
  /// - Parameters:
  ///   - target: Where the values are wanted. Its unit is not looked at.
  ///   - interpolation: How values between voxels are made, along each axis of this volume's grid.
  ///   - outside: The value farther than half a voxel from the volume's outermost voxel centres.
  ///   - workers: The number of threads, from 1; `SEGMENT_THREADS` or that of the processors without it.
  public func resampled(
    to target: Grid, interpolation: PerAxis<Interpolation>, outside: Float = 0, workers: Int = Int(ck_workers())
  ) -> Volume {
    resampled(to: target, interpolation: interpolation, outside: outside, workers: workers, slab: nil)
  }

  /// The volume's values at the voxel centres of another grid, made in the same way along all axes.
  public func resampled(
    to target: Grid, interpolation: Interpolation, outside: Float = 0, workers: Int = Int(ck_workers())
  ) -> Volume {
    resampled(to: target, interpolation: PerAxis(interpolation), outside: outside, workers: workers)
  }

  /// The volume at another spacing over the same field of view: see `Grid.resampled(toSpacing:)`.
  public func resampled(
    toSpacing spacing: SIMD3<Double>, interpolation: Interpolation, workers: Int = Int(ck_workers())
  ) -> Volume {
    resampled(to: grid.resampled(toSpacing: spacing), interpolation: interpolation, workers: workers)
  }

  /// - Parameter slab: The planes that are made at a time, from 1; nil: as many as suit the shape.
  package func resampled(
    to target: Grid, interpolation: PerAxis<Interpolation>, outside: Float, workers: Int, slab: Int?
  ) -> Volume {
    precondition(workers > 0, "somebody does the work")
    guard let map = grid.affine.inverse?.after(target.affine) else {
      return Volume(
        grid: target, channels: channels, voxels: [Float](repeating: outside, count: target.size.count * channels))
    }
    let values: [Float]
    if let aligned = AlignedSampling(
      source: grid.size, target: target.size, map: map, interpolation: interpolation)
    {
      values = aligned.values(of: voxels, channels: channels, outside: outside, workers: workers, slab: slab)
    } else {
      values = ObliqueSampling(
        source: grid.size, target: target.size, map: map, interpolation: interpolation, workers: workers
      ).values(of: voxels, channels: channels, outside: outside)
    }
    return Volume(grid: target, channels: channels, voxels: values)
  }
}

extension LabelMap {
  /// The labels at the voxel centres of another grid.
  ///
  /// Nothing is held but this map and the result; only where the axes are permuted, 32 planes for each worker. Degenerate
  /// input: where the label map's affine is singular, every label is `outside`.
  /// - Parameters:
  ///   - target: Where the labels are wanted. Its unit is not looked at.
  ///   - interpolation: How labels between voxels are made, along each axis of this map's grid.
  ///   - outside: The label farther than half a voxel from the map's outermost voxel centres.
  ///   - workers: The number of threads, from 1; `SEGMENT_THREADS` or that of the processors without it.
  public func resampled(
    to target: Grid, interpolation: PerAxis<LabelInterpolation>, outside: UInt8 = 0, workers: Int = Int(ck_workers())
  ) -> LabelMap {
    precondition(workers > 0, "somebody does the work")
    guard let map = grid.affine.inverse?.after(target.affine) else {
      return LabelMap(grid: target, labels: [UInt8](repeating: outside, count: target.size.count))
    }
    let ofShares = PerAxis(
      i: interpolation.i.ofShares, j: interpolation.j.ofShares, k: interpolation.k.ofShares)
    let isNearest = interpolation == PerAxis(.nearest)
    if let aligned = AlignedSampling(source: grid.size, target: target.size, map: map, interpolation: ofShares) {
      return LabelMap(
        grid: target,
        labels: isNearest
          ? aligned.nearest(of: labels, channels: 1, outside: outside, workers: workers)
          : aligned.classes(of: labels, outside: outside, workers: workers))
    }
    let oblique = ObliqueSampling(
      source: grid.size, target: target.size, map: map, interpolation: ofShares, workers: workers)
    return LabelMap(
      grid: target,
      labels: isNearest
        ? oblique.nearest(of: labels, channels: 1, outside: outside) : oblique.classes(of: labels, outside: outside))
  }

  /// The labels at the voxel centres of another grid, made in the same way along all axes.
  public func resampled(
    to target: Grid, interpolation: LabelInterpolation = .nearest, outside: UInt8 = 0,
    workers: Int = Int(ck_workers())
  ) -> LabelMap {
    resampled(to: target, interpolation: PerAxis(interpolation), outside: outside, workers: workers)
  }

  /// The labels at another spacing over the same field of view: see `Grid.resampled(toSpacing:)`.
  public func resampled(
    toSpacing spacing: SIMD3<Double>, interpolation: LabelInterpolation = .nearest, workers: Int = Int(ck_workers())
  ) -> LabelMap {
    resampled(to: grid.resampled(toSpacing: spacing), interpolation: interpolation, workers: workers)
  }
}
