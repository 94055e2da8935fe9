import CKernels
import Testing
import Volumes

/// How the work is cut and computed must not show.
@Suite("The work of resampling")
struct ResamplingWorkTests {
  static func noise(_ size: [Int], channels: Int = 1) -> Volume {
    var volume = numberedVolume(size, channels: channels)
    var state: UInt32 = 3
    for index in volume.voxels.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      volume.voxels[index] = Float(state >> 8) / 8_388_608 - 1
    }
    return volume
  }

  /// Along the axes, permuted, turned, and beyond the border.
  static let targets = [
    Grid([71, 45, 90], Affine(scale: SIMD3(0.6, 0.9, 0.8))),
    Grid([23, 13, 30], Affine(i: [1.7, 0, 0], j: [0, 2.4, 0], k: [0, 0, 2.3], translation: [-2, 1, 3])),
    Grid([50, 61, 30], Affine(i: [0, 0, 1.4], j: [0.7, 0, 0], k: [0, -1.2, 0], translation: [0, 36, 0.3])),
    Grid([50, 61, 30], Affine(i: [0, 0.7, 0], j: [0, 0, 1.1], k: [1.3, 0, 0], translation: [0.2, 0, 0])),
    Grid([30, 31, 20], rotation(degrees: 20, about: .anterior)),
  ]
  static let choices: [PerAxis<Interpolation>] = [
    PerAxis(.nearest), PerAxis(.linear), PerAxis(.cubic), PerAxis(i: .cubic, j: .linear, k: .nearest),
    PerAxis(i: .nearest, j: .cubic, k: .cubic),
  ]

  @Test("gives the same bits with any number of workers", arguments: [1, 2])
  func workers(_ channels: Int) {
    let volume = Self.noise([41, 38, 70], channels: channels)
    let labels = LabelSharesTests.randomLabels([41, 38, 70], classes: [0, 1, 2])
    for target in Self.targets {
      for choice in Self.choices {
        let alone = volume.resampled(to: target, interpolation: choice, workers: 1)
        for workers in [2, 3, 7] {
          #expect(volume.resampled(to: target, interpolation: choice, workers: workers).voxels == alone.voxels)
        }
      }
      for choice in LabelInterpolation.allCases {
        let alone = labels.resampled(to: target, interpolation: choice, workers: 1)
        #expect(labels.resampled(to: target, interpolation: choice, workers: 3) == alone)
      }
    }
  }

  @Test("gives the same bits with the kernels of every generation of processors")
  func kernels() {
    defer { ck_use_kernel_on_this_thread(nil) }
    let volume = Self.noise([41, 38, 70])
    for target in Self.targets {
      for choice in Self.choices {
        ck_use_kernel_on_this_thread("plain")
        let plain = volume.resampled(to: target, interpolation: choice, workers: 2)
        for kernel in ["avx2", "avx512", "neon"] where ck_kernel_is_possible(kernel) {
          ck_use_kernel_on_this_thread(kernel)
          #expect(volume.resampled(to: target, interpolation: choice, workers: 2).voxels == plain.voxels)
        }
      }
    }
  }

  @Test("does not depend on the slabs it is cut into, to within rounding")
  func slabs() {
    let volume = Self.noise([11, 12, 130])
    let target = Grid([13, 11, 160], Affine(scale: SIMD3(0.8, 1.1, 0.8)))
    for interpolation in [Interpolation.linear, .cubic] {
      let whole = volume.resampled(
        to: target, interpolation: PerAxis(interpolation), outside: 0, workers: 1, slab: 160)
      for slab in [1, 7, 32, 100] {
        let cut = volume.resampled(
          to: target, interpolation: PerAxis(interpolation), outside: 0, workers: 2, slab: slab)
        let worst = zip(cut.voxels, whole.voxels).map { abs($0 - $1) }.max() ?? 1
        #expect(worst <= (interpolation == .linear ? 0 : 3e-7), "\(slab)")
      }
    }
  }

  @Test("needs 16 MiB and some lines beside the input and the output, as the benchmark's volume shows")
  func memory() {
    let (indices, weights) = ([Int32](repeating: 100, count: 4 * 320), [Float](repeating: 0, count: 4 * 320))
    indices.withUnsafeBufferPointer { indices in
      weights.withUnsafeBufferPointer { weights in
        func axis(_ source: Int32, _ target: Int32) -> ck_axis_taps {
          ck_axis_taps(
            source: source, target: target, width: 4, is_same: false, indices: indices.baseAddress,
            weights: weights.baseAddress)
        }
        var resampling = ck_resampling()
        resampling.axes = (axis(256, 320), axis(256, 320), axis(192, 240))
        resampling.strides = (1, 256, 65536)
        resampling.channels = 1
        resampling.workers = 2
        resampling.slab = ck_resampling_slab(&resampling)
        #expect(resampling.slab == 64)
        #expect(ck_resampling_scratch(&resampling) * 4 < 17 << 20)
      }
    }
  }

  @Test("turns volumes of any size into each orientation", arguments: OrientationTests.all)
  func rearrangement(_ orientation: Orientation) {
    let size = [35, 18, 67]
    for channels in [1, 2, 3, 5] {
      let volume = numberedVolume(size, channels: channels)
      let turned = volume.reoriented(to: orientation, workers: 3)
      let strides = [channels, channels * size[0], channels * size[0] * size[1]]
      let turn = Reorientation(from: .ras, to: orientation)
      var expected: [Float] = []
      for k in 0..<turned.grid.size.depth {
        for j in 0..<turned.grid.size.height {
          for i in 0..<turned.grid.size.width {
            let offset = (0..<3).reduce(0) { sum, axis in
              let index = [i, j, k][axis]
              let source = turn.sourceAxes[axis]
              return sum + strides[source] * (turn.isReversed[axis] ? size[source] - 1 - index : index)
            }
            expected += (0..<channels).map { Float(offset + $0) }
          }
        }
      }
      #expect(turned.voxels == expected)
      guard channels == 1 else { continue }
      let labels = LabelMap(grid: volume.grid, labels: volume.voxels.map { UInt8(Int($0) % 251) })
      #expect(labels.reoriented(to: orientation).labels == expected.map { UInt8(Int($0) % 251) })
    }
  }
}
