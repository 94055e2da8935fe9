import CKernels
import Machine

extension Grid {
  /// The grid of another spacing over the same field of view.
  ///
  /// Each axis gets as many voxels as fit its length best, at least 1; the centre of the field of view and the directions
  /// of the axes stay.
  /// - Parameter spacing: The distances between voxels along i, j and k, in the grid's unit; finite and above 0.
  /// - Throws: `VolumesError.gridTooLarge`.
  public func resampled(toSpacing spacing: SIMD3<Double>) throws(VolumesError) -> Grid {
    try resampled(toSpacing: spacing) { max(1, $0.rounded()) }
  }

  /// The grid of another spacing that covers the whole field of view: neither grid has voxel centres outside the other.
  ///
  /// The centre of the field of view and the directions of the axes stay.
  /// - Parameter spacing: The distances between voxels along i, j and k, in the grid's unit; finite and above 0.
  /// - Throws: `VolumesError.gridTooLarge`.
  public func covered(withSpacing spacing: SIMD3<Double>) throws(VolumesError) -> Grid {
    // Affines of 32 bits do not make another voxel.
    try resampled(toSpacing: spacing) { max(1, ($0 - 1e-4).rounded(.up)) }
  }

  private func resampled(
    toSpacing spacing: SIMD3<Double>, size count: (Double) -> Double
  ) throws(VolumesError) -> Grid {
    precondition(
      (0..<3).allSatisfy { spacing[$0] > 0 && spacing[$0].isFinite }, "a spacing is finite and above zero")
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    let ratios = (0..<3).map { self.spacing[$0] > 0 ? spacing[$0] / self.spacing[$0] : 1 }
    var result = self
    result.size = try size(spacing: spacing, ratios: ratios, count)
    var scaled: [SIMD3<Double>] = []
    for axis in 0..<3 {
      let ratio = ratios[axis]
      scaled.append(columns[axis] * ratio)
      let shift = Double(size[axis] - 1) / 2 - ratio * Double(result.size[axis] - 1) / 2
      result.affine.translation += columns[axis] * shift
    }
    result.affine.columns = (scaled[0], scaled[1], scaled[2])
    return result
  }

  /// The numbers of voxels at another spacing, where they can be counted.
  private func size(
    spacing: SIMD3<Double>, ratios: [Double], _ count: (Double) -> Double
  ) throws(VolumesError) -> GridSize {
    let sizes = SIMD3((0..<3).map { count(Double(size[$0]) / ratios[$0]) })
    // Not a number, where a ratio is 0: larger than any number there can be.
    let isCounted = (0..<3).allSatisfy { sizes[$0] <= Double(GridSize.largestSide) }
    if isCounted {
      let result = GridSize(width: Int(sizes.x), height: Int(sizes.y), depth: Int(sizes.z))
      if result.isCountable { return result }
    }
    let lengths = SIMD3((0..<3).map { Double(size[$0]) * self.spacing[$0] })
    throw .gridTooLarge(sizes: sizes, spacing: spacing, lengths: lengths)
  }
}

extension Volume {
  /// Refuses a resampling that there is not the memory for.
  ///
  /// - Parameters:
  ///   - name: What the volume is called in the message.
  ///   - remedy: What would need less; nil where nothing can be chosen.
  /// - Throws: `MachineError.notEnoughMemory`.
  public func requireMemory(
    toResampleTo target: Grid, interpolation: PerAxis<Interpolation>, name: String, remedy: String? = nil
  ) throws {
    let isCubic = (0..<3).contains { interpolation[$0] == .cubic }
    let map = grid.affine.inverse?.after(target.affine)
    let isAligned = map.flatMap { AxisAlignment(map: $0, target: target.size) } != nil
    let coefficients = isCubic && !isAligned ? voxels.count : 0
    let values = ByteCount.sum(ByteCount.product(target.size.count, channels), coefficients)
    try MemoryBudget.require(
      ByteCount.product(values, MemoryLayout<Float>.stride),
      for: "resampling \(name) from \(grid.size) to \(target.size) voxels"
        + (channels > 1 ? " of \(channels) channels" : ""), remedy: remedy)
  }

  /// The volume's values at the voxel centres of another grid.
  ///
  /// Nothing is smoothed beforehand: a much coarser grid aliases. Grids whose axes run along this one's take a fast path,
  /// axis by axis, which needs beside this volume and the result some 16 MiB, or 32 planes where those are more. Across
  /// each other's axes a cubic B-spline needs a copy of this volume for its coefficients. The bits depend neither on
  /// `workers` nor on the processor. Degenerate input: where the volume's affine is singular, every value is `outside`.
  /// - Parameters:
  ///   - target: Where the values are wanted. Its unit does not matter.
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
  ///
  /// - Throws: `VolumesError.gridTooLarge`, `MachineError.notEnoughMemory`.
  public func resampled(
    toSpacing spacing: SIMD3<Double>, interpolation: Interpolation, workers: Int = Int(ck_workers())
  ) throws -> Volume {
    let target = try grid.resampled(toSpacing: spacing)
    try requireMemory(toResampleTo: target, interpolation: PerAxis(interpolation), name: "a volume")
    return resampled(to: target, interpolation: interpolation, workers: workers)
  }

  /// - Parameter slab: The planes that are made at a time, from 1; nil: as many as suit the shape.
  package func resampled(
    to target: Grid, interpolation: PerAxis<Interpolation>, outside: Float, workers: Int, slab: Int?
  ) -> Volume {
    precondition(workers > 0, "at least one worker is needed")
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
  ///   - target: Where the labels are wanted. Its unit does not matter.
  ///   - interpolation: How labels between voxels are made, along each axis of this map's grid.
  ///   - outside: The label farther than half a voxel from the map's outermost voxel centres.
  ///   - workers: The number of threads, from 1; `SEGMENT_THREADS` or that of the processors without it.
  public func resampled(
    to target: Grid, interpolation: PerAxis<LabelInterpolation>, outside: UInt8 = 0, workers: Int = Int(ck_workers())
  ) -> LabelMap {
    precondition(workers > 0, "at least one worker is needed")
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
  ///
  /// - Throws: `VolumesError.gridTooLarge`, `MachineError.notEnoughMemory`.
  public func resampled(
    toSpacing spacing: SIMD3<Double>, interpolation: LabelInterpolation = .nearest, workers: Int = Int(ck_workers())
  ) throws -> LabelMap {
    let target = try grid.resampled(toSpacing: spacing)
    try requireMemory(toResampleTo: target, name: "a label map")
    return resampled(to: target, interpolation: interpolation, workers: workers)
  }

  /// Refuses a resampling that there is not the memory for.
  ///
  /// - Parameter name: What the label map is called in the message.
  /// - Throws: `MachineError.notEnoughMemory`.
  public func requireMemory(toResampleTo target: Grid, name: String) throws {
    try MemoryBudget.require(
      target.size.count, for: "resampling \(name) from \(grid.size) to \(target.size) voxels")
  }
}
