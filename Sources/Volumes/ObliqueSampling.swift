import CKernels

/// Sampling between grids that are rotated or sheared against each other: up to 64 neighbours a voxel.
struct ObliqueSampling {
  let source: GridSize
  let target: GridSize
  /// From target voxel indices to source voxel indices.
  let map: Affine
  /// Along the axes of the source.
  let interpolation: PerAxis<Interpolation>
  let workers: Int

  /// The interpolated values; `outside` where the source does not reach. A cubic spline takes a copy of the source, for its
  /// coefficients.
  func values(of voxels: [Float], channels: Int, outside: Float) -> [Float] {
    if interpolation == PerAxis(.nearest) { return nearest(of: voxels, channels: channels, outside: outside) }
    var sampling = kernel(channels: channels)
    let isCubic = (0..<3).contains { interpolation[$0] == .cubic }
    let coefficients = isCubic ? self.coefficients(of: voxels, channels: channels) : voxels
    return makeArray(count: target.count * channels) { result in
      ck_sample_oblique(&sampling, coefficients, outside, result)
    }
  }

  /// The elements, of `channels` each, of the nearest voxels; `outside` where the source does not reach.
  func nearest<Element: BitwiseCopyable>(of voxels: [Element], channels: Int, outside: Element) -> [Element] {
    var sampling = kernel(channels: channels)
    let outside = [Element](repeating: outside, count: channels)
    return makeArray(count: target.count * channels) { result in
      voxels.withUnsafeBytes { voxels in
        outside.withUnsafeBytes { outside in
          ck_pick_oblique(
            &sampling, voxels.baseAddress, MemoryLayout<Element>.stride * channels, outside.baseAddress, result)
        }
      }
    }
  }

  /// The classes with the largest interpolated shares; `outside` where the source does not reach.
  func classes(of labels: [UInt8], outside: UInt8) -> [UInt8] {
    var sampling = kernel(channels: 1)
    return makeArray(count: target.count) { ck_vote_oblique(&sampling, labels, outside, $0) }
  }

  private func kernel(channels: Int) -> ck_oblique_sampling {
    func numbers(_ vector: SIMD3<Double>) -> (Double, Double, Double) { (vector.x, vector.y, vector.z) }
    func size(_ size: GridSize) -> (Int32, Int32, Int32) { (Int32(size.width), Int32(size.height), Int32(size.depth)) }
    func width(_ axis: Int) -> Int32 { Int32(interpolation[axis].tapCount) }
    let columns = map.columns
    return ck_oblique_sampling(
      source: size(source), target: size(target), channels: Int32(channels), start: numbers(map.translation),
      steps: (numbers(columns.i), numbers(columns.j), numbers(columns.k)), widths: (width(0), width(1), width(2)),
      workers: Int32(workers))
  }

  private func coefficients(of voxels: [Float], channels: Int) -> [Float] {
    let (row, plane) = (source.width * channels, source.width * source.height * channels)
    let axes = [
      ck_spline_axis(
        outer: source.height * source.depth, outer_stride: row, count: source.width, stride: channels, inner: channels),
      ck_spline_axis(outer: source.depth, outer_stride: plane, count: source.height, stride: row, inner: row),
      ck_spline_axis(outer: 1, outer_stride: 0, count: source.depth, stride: plane, inner: plane),
    ]
    return makeArray(count: voxels.count) { values in
      values.initialize(from: voxels, count: voxels.count)
      for index in 0..<3 where interpolation[index] == .cubic {
        var axis = axes[index]
        withScratch(ck_spline_scratch(&axis, Int32(workers))) { ck_spline_filter(values, &axis, Int32(workers), $0) }
      }
    }
  }
}
