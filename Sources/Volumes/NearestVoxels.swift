import CKernels

extension Grid {
  /// The elements of the voxels nearest to another grid's, whatever their type: no value changes.
  ///
  /// - Parameters:
  ///   - elements: `channels` of them for each voxel of this grid. Shape: (depth, height, width, channel).
  ///   - target: Where elements are wanted. Its unit is not looked at.
  ///   - outside: The element farther than half a voxel from the outermost voxel centres; everywhere where this grid's affine
  ///     is singular.
  ///   - workers: The number of threads, from 1.
  package func nearest<Element: BitwiseCopyable>(
    _ elements: [Element], channels: Int, at target: Grid, outside: Element, workers: Int = Int(ck_workers())
  ) -> [Element] {
    precondition(elements.count == size.count * channels, "there are elements for every voxel")
    guard let map = affine.inverse?.after(target.affine) else {
      return [Element](repeating: outside, count: target.size.count * channels)
    }
    let nearest = PerAxis(Interpolation.nearest)
    if let aligned = AlignedSampling(source: size, target: target.size, map: map, interpolation: nearest) {
      return aligned.nearest(of: elements, channels: channels, outside: outside, workers: workers)
    }
    return ObliqueSampling(source: size, target: target.size, map: map, interpolation: nearest, workers: workers)
      .nearest(of: elements, channels: channels, outside: outside)
  }
}
