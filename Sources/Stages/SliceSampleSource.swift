import Augmentations
import Jobs
import Networks
import Randomness
import Training
import Volumes

/// Training samples for a 2-D network: windows of the slices of prepared cases, augmented as they are drawn.
///
/// A slice smaller than the window is centred and padded with zeros and ignored labels. From a larger slice, a window is
/// cut at a random position each time. The seed determines a random order of the slices, which continues from epoch to
/// epoch: every slice occurs once before any occurs again, also where an epoch has few samples.
package struct SliceSampleSource: SampleSource {
  package let sampleCount: Int
  package let shape: Shape
  package let target = TargetKind.classes
  private let cases: [PreparedCase]
  private let slices: [(caseIndex: Int, slice: Int)]
  /// Of each of `slices`; empty where no foreground is kept.
  private let foregrounds: [ForegroundPoints]
  private let ranges: AugmentationRanges
  private let seed: UInt64
  private let stage: String
  let tally = AugmentationTally()

  /// - Parameters:
  ///   - samplesPerEpoch: nil for each slice once.
  package init(
    _ cases: [PreparedCase], window: Extent, ranges: AugmentationRanges, samplesPerEpoch: Int?, seed: UInt64,
    stage: String
  ) {
    self.cases = cases
    let slices = cases.indices.flatMap { index in (0..<cases[index].image.sliceCount).map { (index, $0) } }
    var generator = PhiloxGenerator(RandomKey(seed: seed, stage: stage, epoch: 0, draw: 0, operation: "slices"))
    let order = generator.permutation(of: slices.count).map { slices[$0] }
    self.slices = order
    foregrounds = ranges.keptForeground > 0 ? order.map { cases[$0.0].foreground(ofSlice: $0.1) } : []
    sampleCount = samplesPerEpoch ?? slices.count
    shape = Shape(batch: 1, channels: cases[0].image.volume.channels, extent: window)
    self.ranges = ranges
    self.seed = seed
    self.stage = stage
  }

  package func write(
    sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target
  ) {
    guard case .classes(let labels) = target else { preconditionFailure("the target of a slice is its labels") }
    let index = (epoch &* sampleCount &+ sample) % slices.count
    let (caseIndex, slice) = slices[index]
    let source = cases[caseIndex]
    let plane = source.image.planeSize.count
    let channels = source.image.volume.channels
    let drawn = augmentation(of: index, on: source.image.planeGrid, epoch: epoch, draw: draw)
    source.image.volume.voxels.withUnsafeBufferPointer { voxels in
      source.labels.labels.withUnsafeBufferPointer { truth in
        drawn.map.sample(
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
    drawn.augmentation.changeIntensities(
      of: ImageWindow(values: image, grid: drawn.map.outputGrid, channels: channels))
  }

  /// What is drawn for one of `slices`, and the map that it comes to.
  private func augmentation(
    of index: Int, on plane: Grid, epoch: Int, draw: Int
  ) -> (augmentation: Augmentation, map: SpatialMap) {
    let key = RandomKey(seed: seed, stage: stage, epoch: epoch, draw: draw, operation: "window")
    let size = GridSize(width: shape.extent.width, height: shape.extent.height)
    var generator = PhiloxGenerator(key)
    func place(_ source: Int, _ window: Int) -> Int {
      source > window ? generator.integer(below: source - window + 1) : (source - window) >> 1
    }
    let origin = SIMD3(place(plane.size.width, size.width), place(plane.size.height, size.height), 0)
    let window = Grid(size: size, affine: plane.affine, unit: plane.unit)
    let drawn = ranges.draw(using: key, for: window, channels: shape.channels)
    var applied = drawn
    do {
      if !foregrounds.isEmpty {
        applied.spatial = try drawn.spatial.keeping(
          ranges.keptForeground, of: foregrounds[index], from: plane, outputSize: size, origin: origin)
      }
      tally.count(drawn.spatial, applied: applied.spatial)
      return (applied, try SpatialMap(applied.spatial, from: plane, outputSize: size, origin: origin))
    } catch {
      preconditionFailure("checked ranges draw transforms that have an inverse: \(error)")
    }
  }
}

extension PreparedCase {
  fileprivate func foreground(ofSlice slice: Int) -> ForegroundPoints {
    let plane = image.planeSize
    return labels.labels.withUnsafeBufferPointer { labels in
      ForegroundPoints(
        UnsafeBufferPointer(rebasing: labels[slice * plane.count..<(slice + 1) * plane.count]), size: plane, most: 64)
    }
  }
}
