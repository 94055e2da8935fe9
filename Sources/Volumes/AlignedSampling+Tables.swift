import CKernels

extension AlignedSampling {
  /// Calls `body` with what the kernel of interpolation reads, but for the slab.
  func withResampling(channels: Int, workers: Int, _ body: (inout ck_resampling) -> Void) {
    let axes = order.map { taps[$0] }
    var resampling = ck_resampling()
    resampling.channels = Int32(channels)
    resampling.workers = Int32(workers)
    resampling.strides = (strides[order[0]] * channels, strides[order[1]] * channels, strides[order[2]] * channels)
    axes.flatMap(\.indices).withUnsafeBufferPointer { indices in
      axes.flatMap(\.weights).withUnsafeBufferPointer { weights in
        let tables = axes.indices.map { axis in
          let offset = axes[..<axis].reduce(0) { $0 + $1.indices.count }
          return ck_axis_taps(
            source: Int32(axes[axis].sourceCount), target: Int32(axes[axis].count), width: Int32(axes[axis].width),
            is_same: axes[axis].isIdentity, indices: indices.baseAddress! + offset,
            weights: weights.baseAddress! + offset)
        }
        resampling.axes = (tables[0], tables[1], tables[2])
        body(&resampling)
      }
    }
  }

  /// Calls `body` with what the kernels of nearest voxels and of classes read.
  func withPicking(size: Int, workers: Int, _ body: (inout ck_picking) -> Void) {
    let axes = order.map { taps[$0] }
    var picking = ck_picking()
    picking.size = size
    picking.workers = Int32(workers)
    picking.strides = (strides[order[0]] * size, strides[order[1]] * size, strides[order[2]] * size)
    axes.flatMap { $0.nearest + $0.neighbours + $0.shares }.withUnsafeBufferPointer { numbers in
      let tables = axes.indices.map { axis in
        let count = axes[axis].count
        let nearest = numbers.baseAddress! + axes[..<axis].reduce(0) { $0 + 4 * $1.count }
        return ck_pick_axis(
          source: Int32(axes[axis].sourceCount), target: Int32(count), nearest: nearest, neighbours: nearest + count,
          shares: nearest + 3 * count)
      }
      picking.axes = (tables[0], tables[1], tables[2])
      body(&picking)
    }
  }
}

extension AxisTaps {
  /// The two source indices around each target index; twice the same where there is one.
  fileprivate var neighbours: [Int32] { width == 2 ? indices : nearest.flatMap { [$0, $0] } }
  /// The second one's share, of `CK_WHOLE_SHARE`.
  fileprivate var shares: [Int32] {
    (0..<count).map { width == 2 ? Int32((weights[2 * $0 + 1] * Float(CK_WHOLE_SHARE)).rounded()) : 0 }
  }
}
