import CKernels

/// Sampling between grids whose axes run along each other's: axis by axis.
struct AlignedSampling {
  let target: GridSize
  /// For each target axis, where its values come from.
  let taps: [AxisTaps]
  /// For each target axis, how many voxels the source's memory advances along it.
  let strides: [Int]

  init(target: GridSize, taps: [AxisTaps], strides: [Int]) {
    (self.target, self.taps, self.strides) = (target, taps, strides)
  }

  /// Makes a sampling; nil where an axis of the target runs across two of the source's.
  ///
  /// - Parameters:
  ///   - map: From target voxel indices to source voxel indices.
  ///   - interpolation: Along the axes of the source.
  init?(source: GridSize, target: GridSize, map: Affine, interpolation: PerAxis<Interpolation>) {
    guard let alignment = AxisAlignment(map: map, target: target) else { return nil }
    self.target = target
    taps = (0..<3).map { axis in
      let sourceAxis = alignment.sourceAxes[axis]
      return AxisTaps(
        count: target[axis], start: alignment.starts[axis], step: alignment.steps[axis],
        sourceCount: source[sourceAxis], interpolation: interpolation[sourceAxis])
    }
    let sourceStrides = [1, source.width, source.width * source.height]
    strides = alignment.sourceAxes.map { sourceStrides[$0] }
  }

  /// The axes as they are worked on: a plane's rows are cut among workers as if they were planes.
  var order: [Int] { taps[2].count == 1 && taps[2].sourceCount == 1 ? [0, 2, 1] : [0, 1, 2] }

  /// The interpolated values; `outside` where the source does not reach.
  ///
  /// - Parameter slab: The planes that are made at a time; nil: as many as suit the shape.
  func values(of voxels: [Float], channels: Int, outside: Float, workers: Int, slab: Int?) -> [Float] {
    if taps.allSatisfy({ $0.width == 1 }) {
      return nearest(of: voxels, channels: channels, outside: outside, workers: workers)
    }
    var values = makeArray(count: target.count * channels) { result in
      withResampling(channels: channels, workers: workers) { resampling in
        resampling.slab = slab.map { Int32($0) } ?? ck_resampling_slab(&resampling)
        withScratch(ck_resampling_scratch(&resampling)) { ck_resample(&resampling, voxels, result, $0) }
      }
    }
    fillOutside(&values, channels: channels, with: outside)
    return values
  }

  /// The elements, of `channels` each, of the nearest voxels; `outside` where the source does not reach.
  func nearest<Element: BitwiseCopyable>(
    of voxels: [Element], channels: Int, outside: Element, workers: Int
  ) -> [Element] {
    pick(voxels, channels: channels, outside: outside, workers: workers) { picking, source, result, scratch in
      ck_pick(&picking, source, result, scratch)
    }
  }

  /// The classes with the largest interpolated shares; `outside` where the source does not reach.
  func classes(of labels: [UInt8], outside: UInt8, workers: Int) -> [UInt8] {
    pick(labels, channels: 1, outside: outside, workers: workers) { picking, source, result, scratch in
      ck_vote(&picking, source, result, scratch)
    }
  }

  private func pick<Element: BitwiseCopyable>(
    _ voxels: [Element], channels: Int, outside: Element, workers: Int,
    by body: (inout ck_picking, UnsafePointer<Element>, UnsafeMutablePointer<Element>, UnsafeMutableRawPointer) -> Void
  ) -> [Element] {
    var result = makeArray(count: target.count * channels) { result in
      voxels.withUnsafeBufferPointer { source in
        withPicking(size: MemoryLayout<Element>.stride * channels, workers: workers) { picking in
          let scratch = UnsafeMutableRawPointer.allocate(byteCount: ck_picking_scratch(&picking), alignment: 64)
          defer { scratch.deallocate() }
          body(&picking, source.baseAddress!, result, scratch)
        }
      }
    }
    fillOutside(&result, channels: channels, with: outside)
    return result
  }

  private func fillOutside<Element: BitwiseCopyable>(_ values: inout [Element], channels: Int, with outside: Element) {
    guard (0..<3).contains(where: { taps[$0].inside != 0..<target[$0] }) else { return }
    let row = target.width * channels
    let (low, high) = (taps[0].inside.lowerBound * channels, taps[0].inside.upperBound * channels)
    values.withUnsafeMutableBufferPointer { values in
      for index in 0..<target.height * target.depth {
        let start = index * row
        let isReached =
          taps[1].inside.contains(index % target.height) && taps[2].inside.contains(index / target.height)
        if isReached {
          values[start..<start + low].update(repeating: outside)
          values[start + high..<start + row].update(repeating: outside)
        } else {
          values[start..<start + row].update(repeating: outside)
        }
      }
    }
  }
}
