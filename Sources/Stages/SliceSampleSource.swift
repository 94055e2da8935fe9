import Augmentations
import Networks
import Randomness
import Training
import Volumes

/// Training samples for a 2-D network: windows of the slices of prepared cases, augmented as they are drawn.
///
/// Slices smaller than the window stand in its middle, with zeros and ignored labels round them; of larger ones a window
/// is cut at a place drawn anew each time. The slices come in an order drawn from the seed that goes on from epoch to
/// epoch, so that every slice is seen once before any is seen again, however few samples an epoch has.
package struct SliceSampleSource: SampleSource {
  package let sampleCount: Int
  package let shape: Shape
  private let cases: [PreparedCase]
  private let slices: [(caseIndex: Int, slice: Int)]
  private let ranges: AugmentationRanges
  private let seed: UInt64
  private let stage: String

  /// - Parameters:
  ///   - samplesPerEpoch: nil for each slice once.
  package init(
    _ cases: [PreparedCase], window: Extent, ranges: AugmentationRanges, samplesPerEpoch: Int?, seed: UInt64,
    stage: String
  ) {
    self.cases = cases
    let slices = cases.indices.flatMap { index in (0..<cases[index].image.sliceCount).map { (index, $0) } }
    var generator = PhiloxGenerator(RandomKey(seed: seed, stage: stage, epoch: 0, draw: 0, operation: "slices"))
    self.slices = generator.permutation(of: slices.count).map { slices[$0] }
    sampleCount = samplesPerEpoch ?? slices.count
    shape = Shape(batch: 1, channels: cases[0].image.volume.channels, extent: window)
    self.ranges = ranges
    self.seed = seed
    self.stage = stage
  }

  package func write(
    sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>,
    labels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let (caseIndex, slice) = slices[(epoch &* sampleCount &+ sample) % slices.count]
    let source = cases[caseIndex]
    let plane = source.image.planeSize.count
    let channels = source.image.volume.channels
    let map = map(of: source.image.planeGrid, epoch: epoch, draw: draw)
    source.image.volume.voxels.withUnsafeBufferPointer { voxels in
      source.labels.labels.withUnsafeBufferPointer { truth in
        map.sample(
          image: (
            from: UnsafeBufferPointer(rebasing: voxels[slice * plane * channels..<(slice + 1) * plane * channels]),
            to: image, outside: 0
          ),
          channels: channels,
          labels: (
            from: UnsafeBufferPointer(rebasing: truth[slice * plane..<(slice + 1) * plane]), to: labels,
            outside: LabelMap.ignored
          ),
          choices: ranges.sampling)
      }
    }
  }

  private func map(of plane: Grid, epoch: Int, draw: Int) -> SpatialMap {
    let key = RandomKey(seed: seed, stage: stage, epoch: epoch, draw: draw, operation: "window")
    let size = GridSize(width: shape.extent.width, height: shape.extent.height)
    var generator = PhiloxGenerator(key)
    func origin(_ source: Int, _ window: Int) -> Int {
      source > window ? generator.integer(below: source - window + 1) : (source - window) >> 1
    }
    let place = SIMD3(origin(plane.size.width, size.width), origin(plane.size.height, size.height), 0)
    let drawn = ranges.drawSpatial(using: key, for: Grid(size: size, affine: plane.affine, unit: plane.unit))
    do {
      return try SpatialMap(drawn, from: plane, outputSize: size, origin: place)
    } catch {
      preconditionFailure("checked ranges draw transforms that have an inverse: \(error)")
    }
  }
}
