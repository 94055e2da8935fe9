import Augmentations
import CKernels
import Randomness
import Testing
import Volumes

/// What stated changes make of stated values, bit by bit: the processor that runs the tests need not be the one that the
/// checksums were made on. What is drawn is not among it; a new formula asks for new checksums, and says so in CHANGELOG.md.
@Suite("The same bits on every processor")
struct BitsTests {
  /// Fowler, Noll and Vo's hash (FNV-1a, 64 bits).
  private func checksum(_ values: [Float]) -> String {
    let hash = values.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }

  private let volume: Volume = {
    let grid = makeGrid(23, 17, 9, spacing: [1, 1.25, 2])
    var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "test", operation: "bits"))
    let voxels = (0..<2 * grid.size.count).map { _ in Float(4 * generator.uniform() - 2) }
    return Volume(grid: grid, channels: 2, voxels: voxels)
  }()

  /// Runs a body with each variant of the loops that this processor can run.
  private func withEachKernel(_ body: (String) throws -> Void) rethrows {
    for kernel in ["avx512", "avx2", "neon", "plain"] where ck_kernel_is_possible(kernel) {
      ck_use_kernel_on_this_thread(kernel)
      defer { ck_use_kernel_on_this_thread(nil) }
      try body(kernel)
    }
  }

  @Test(
    "changes of intensity",
    arguments: [
      (BiasField(order: 1, coefficients: [0.25, -0.5, 0.125]), "20b524b7efa59e73"),
      (Noise(standardDeviation: 0.5, seed: 77), "9745e9a46d4b0598"),
      (RicianNoise(standardDeviation: 0.5, seed: 77), "da9965b3facc6cd1"),
      (Blur(sigmas: [[0.75, 0.5, 1], nil]), "2b48d3a13b5c2595"),
      (Brightness(factors: [1.25, 0.75], shifts: [0.125, nil]), "c239b63c209bae8d"),
      (Contrast(factors: [1.25, 0.75]), "56f49339ce8b1226"),
      (LowResolution(scales: [0.5, 0.75], axes: [.i, .j, .k]), "40d6795286c6eee3"),
      (Gamma(exponents: [0.75, 1.5], isInverted: false), "44ad3c3a3fa8a45c"),
      (Gamma(exponents: [0.75, nil], isInverted: true), "48607919af6c074"),
      (HistogramShift(moves: [[0.25, -0.125, 0.0625, -0.25]]), "af3e6355bc4e1e89"),
      (Ghosting(axis: .j, ghosts: 4, intensity: 0.75, centre: 0.125), "11a3be9ce5ddb62c"),
      (
        Motion(axis: .j, moves: [Motion.Move(time: 0.75, pose: RigidTransform(translation: [1.5, -2, 0.5]))]),
        "64b12e884586fb63"
      ),
      (Spikes(waves: [Spikes.Wave(cycles: [3, -2, 1], phase: 0.5, amplitude: 0.75)]), "7bf9011e26845bbb"),
      (CutOut(boxes: [CutOut.Box(position: [0.25, 0.5, 0.75], size: [0.25, 0.25, 0.5])]), "e8877bf362e08a10"),
      (ChannelDropout(lost: [1]), "1fc0a5f68dc8264"),
    ] as [(any IntensityTransform, String)])
  func intensities(change: any IntensityTransform, expected: String) {
    withEachKernel { kernel in
      #expect(checksum(change.applied(to: volume)) == expected, "\(change), \(kernel)")
    }
  }

  @Test(
    "sampling by a deformed map, there and back",
    arguments: [
      (
        SamplingChoices(image: .linear, labels: .nearest), ["15d040297e60f46c", "4676fafdec2dbdfc", "9bd3977d3c8aecc7"]
      ),
      (SamplingChoices(image: .cubic, labels: .linear), ["c6d8f71b6278b7c", "c4146fecfe5cb2f6", "9f0ea8f2794aecc7"]),
    ])
  func sampling(choices: SamplingChoices, expected: [String]) throws {
    let field = try randomField([7, 6, 5], amplitude: 1.5, spacing: [6, 6, 6])
    let map = try SpatialMap(
      content: Affine(
        i: [0.875, 0.25, 0], j: [-0.25, 1, 0.125], k: [0, 0.0625, 1.125], translation: [0.5, -1, 0.25]),
      deformation: field, from: volume.grid)
    withEachKernel { kernel in
      let sampled = volume.sampled(by: map, choices: choices)
      let returned = sampled.sampled(by: map.inverse, choices: choices, workers: 3)
      let grey = Volume(grid: volume.grid, voxels: volume.values(ofChannel: 1))
      #expect(grey.sampled(by: map, choices: choices).voxels == sampled.values(ofChannel: 1))
      let labels = LabelMap(grid: volume.grid, labels: grey.voxels.map { UInt8($0 + 2) }).sampled(
        by: map, choices: choices)
      #expect([sampled.voxels, returned.voxels, labels.labels.map(Float.init)].map(checksum) == expected, "\(kernel)")
    }
  }

  @Test("the factor by which a folding field is scaled back")
  func folding() throws {
    let field = try randomField([7, 6, 5], amplitude: 9, spacing: [6, 6, 6])
    withEachKernel { kernel in
      #expect(field.largestFactor(keepingJacobian: 0.25) == 0.6755695939064026, "\(kernel)")
    }
  }
}
