import Datasets
import Networks
import Randomness
import Training
import Volumes

/// Pairs of patches: one, and one from a neighbouring place, whose number is the target.
///
/// The network must not find the place by other means than what the patches show: a gap keeps edges from going on from one
/// to the other, jitter makes the distance vary, and each patch has a brightness, a contrast and a gradient of its own, so that
/// neither a bias field nor the background's slope tells the direction. Both lie inside the scan.
struct RelativePatchSource: SampleSource {
  let sampleCount: Int
  let shape: Shape
  let target = TargetKind.classes
  private let cases: [PreparedCase]
  private let sampler: RegionSampler
  private let geometry: PatchGeometry
  private let brightness: Double

  /// - Parameters:
  ///   - samplesPerEpoch: nil for each site once.
  ///   - brightness: How much patches differ in brightness, contrast and gradient, in standard deviations.
  init(
    _ cases: [PreparedCase], geometry: PatchGeometry, brightness: Double, samplesPerEpoch: Int?, seed: UInt64,
    stage: String
  ) {
    self.cases = cases
    self.geometry = geometry
    self.brightness = brightness
    sampler = RegionSampler(cases.map(\.grid.size), window: geometry.patch, seed: seed, stage: stage)
    sampleCount = samplesPerEpoch ?? sampler.sites.count
    let patch = geometry.patch
    shape = Shape(
      batch: 2, channels: cases[0].facts.channels,
      extent: Extent(depth: patch.depth, height: patch.height, width: patch.width))
  }

  func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
    guard case .classes(let places) = target else { preconditionFailure("the target is a place") }
    let site = sampler.sites[sampler.site(of: sample, epoch: epoch, samplesPerEpoch: sampleCount)]
    var generator = PhiloxGenerator(sampler.key(epoch: epoch, draw: draw))
    let pair = geometry.pair(in: site.size, &generator)
    places[0] = UInt8(pair.place)
    let half = image.count / 2
    cases[site.volume].withVoxels { volume, _ in
      for (index, origin) in [pair.first, pair.second].enumerated() {
        var region = Region(origin: origin, size: geometry.patch)
        region.origin.z += site.planes.lowerBound
        let patch = UnsafeMutableBufferPointer(rebasing: image[index * half..<(index + 1) * half])
        volume.read(region, fill: 0, into: patch)
        change(patch, &generator)
      }
    }
  }

  func name(of sample: Int, epoch: Int) -> String {
    cases[sampler.sites[sampler.site(of: sample, epoch: epoch, samplesPerEpoch: sampleCount)].volume].id
  }

  /// Gives a patch a contrast, a brightness and a linear gradient of its own.
  private func change(_ patch: UnsafeMutableBufferPointer<Float>, _ generator: inout PhiloxGenerator) {
    guard brightness > 0 else { return }
    let (size, channels) = (geometry.patch, shape.channels)
    for channel in 0..<channels {
      let contrast = Float(generator.uniform(in: max(0.1, 1 - brightness)...1 + brightness))
      let offset = Float(generator.uniform(in: -brightness...brightness))
      let slopes = (0..<3).map { _ in Float(generator.uniform(in: -brightness...brightness)) }
      func ramp(_ index: Int, _ count: Int) -> Float { count > 1 ? 2 * Float(index) / Float(count - 1) - 1 : 0 }
      var value = channel
      for k in 0..<size.depth {
        for j in 0..<size.height {
          let row = offset + slopes[1] * ramp(j, size.height) + slopes[2] * ramp(k, size.depth)
          for i in 0..<size.width {
            patch[value] = contrast * patch[value] + row + slopes[0] * ramp(i, size.width)
            value += channels
          }
        }
      }
    }
  }
}

/// Where the two patches of a pair may be.
package struct PatchGeometry: Equatable {
  /// The size of a patch.
  package let patch: GridSize
  /// The voxels between neighbouring patches, before the jitter.
  package let gap: Int
  /// How far the second patch may be moved along each axis.
  package let jitter: Int

  package init(patch: GridSize, gap: Int, jitter: Int) {
    (self.patch, self.gap, self.jitter) = (patch, gap, jitter)
  }

  /// A pair: the first voxels of both patches, and the number of the place of the second.
  package struct Pair: Equatable {
    package let first: SIMD3<Int>
    package let second: SIMD3<Int>
    package let place: Int
  }

  /// The axes along which patches have neighbours: all but the depth of planes.
  private func axes(_ site: GridSize) -> [Int] { patch.depth == 1 && site.depth == 1 ? [0, 1] : [0, 1, 2] }

  /// Whether pairs fit into a site of this size.
  package func fits(_ site: GridSize) -> Bool {
    axes(site).allSatisfy { site[$0] >= 2 * patch[$0] + gap + jitter && site[$0] >= patch[$0] + 2 * jitter }
  }

  /// The steps to the neighbours along each axis, in the order of their numbers: x fastest, the middle left out.
  package static func steps(axes count: Int) -> [SIMD3<Int>] {
    let range = -1...1
    let all = (count == 3 ? Array(range) : [0]).flatMap { z in
      range.flatMap { y in range.map { x in SIMD3(x, y, z) } }
    }
    return all.filter { $0 != .zero }
  }

  /// Draws a pair in a site that it fits into.
  ///
  /// Where a site has room for neighbours on both sides, the first patch leaves room for both, so that its place says nothing
  /// of the direction.
  package func pair(in site: GridSize, _ generator: inout PhiloxGenerator) -> Pair {
    let axes = axes(site)
    let steps = Self.steps(axes: axes.count)
    let place = generator.integer(below: steps.count)
    let step = steps[place]
    var (first, second) = (SIMD3<Int>.zero, SIMD3<Int>.zero)
    for axis in axes {
      let (size, length) = (site[axis], patch[axis])
      let reach = length + gap + jitter
      let isRoomy = size >= length + 2 * reach
      let low = isRoomy || step[axis] < 0 ? reach : step[axis] == 0 ? jitter : 0
      let high = size - length - (isRoomy || step[axis] > 0 ? reach : step[axis] == 0 ? jitter : 0)
      first[axis] = low + generator.integer(below: high - low + 1)
      let moved = generator.integer(below: 2 * jitter + 1) - jitter
      second[axis] = first[axis] + step[axis] * (length + gap) + moved
    }
    return Pair(first: first, second: second, place: place)
  }
}
