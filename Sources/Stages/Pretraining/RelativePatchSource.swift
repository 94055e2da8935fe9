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
