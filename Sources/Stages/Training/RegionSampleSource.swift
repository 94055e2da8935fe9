import Augmentations
import Datasets
import Inference
import Networks
import Randomness
import Training
import Volumes

/// Training samples: regions of prepared cases, augmented as they are drawn.
///
/// Beyond its case a region has zeros and ignored labels.
package struct RegionSampleSource: SampleSource {
  package let sampleCount: Int
  package let shape: Shape
  package let target = TargetKind.classes
  private let cases: [PreparedCase]
  private let sampler: RegionSampler
  private let context: Int
  /// Of each of the sampler's sites; empty where no foreground is kept.
  private let foregrounds: [ForegroundPoints]
  /// The share of samples that are placed on the foreground.
  private let foregroundShare: Double
  /// Where the classes of each of the sampler's sites are; empty where no sample is placed on them.
  private let classPlaces: [ClassPlaces]
  private let classes: Int
  private let ranges: AugmentationRanges
  let tally = AugmentationTally()

  /// - Parameters:
  ///   - context: The number of planes before and behind a region of one plane that are seen with it, as further channels,
  ///     and augmented as it is.
  ///   - foreground: The share, 0...1, of the samples smaller than their sites that are placed on the foreground: on its
  ///     classes in turn.
  ///   - classes: The number of classes, the background among them.
  ///   - samplesPerEpoch: nil for each site once.
  package init(
    _ cases: [PreparedCase], window: Extent, context: Int = 0, foreground: Double = 0, classes: Int = 2,
    ranges: AugmentationRanges, samplesPerEpoch: Int?, seed: UInt64, stage: String
  ) {
    self.cases = cases
    let sampler = RegionSampler(cases.map(\.image.grid.size), window: window.gridSize, seed: seed, stage: stage)
    self.sampler = sampler
    foregrounds = ranges.keptForeground > 0 ? sampler.sites.map { cases[$0.volume].foreground(of: $0) } : []
    foregroundShare = foreground
    self.classes = classes
    let isPart = sampler.sites.contains {
      $0.size.width > window.width || $0.size.height > window.height || $0.size.depth > window.depth
    }
    classPlaces =
      foreground > 0 && isPart
      ? sampler.sites.map { site in
        cases[site.volume].labels.labels.withUnsafeBufferPointer {
          ClassPlaces(site.part(of: $0, channels: 1), size: site.size)
        }
      } : []
    sampleCount = samplesPerEpoch ?? sampler.sites.count
    self.context = context
    shape = Shape(batch: 1, channels: cases[0].image.channels * (2 * context + 1), extent: window)
    self.ranges = ranges
  }

  package func write(
    sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target
  ) {
    guard case .classes(let labels) = target else { preconditionFailure("the target of a region is its labels") }
    let index = sampler.site(of: sample, epoch: epoch, samplesPerEpoch: sampleCount)
    let site = sampler.sites[index]
    let source = cases[site.volume]
    let drawn = augmentation(of: index, epoch: epoch, draw: draw)
    withImage(of: site) { voxels in
      source.labels.labels.withUnsafeBufferPointer { truth in
        drawn.map.sample(
          image: (from: voxels, to: image, outside: 0),
          channels: shape.channels,
          labels: (from: site.part(of: truth, channels: 1), to: labels, outside: LabelMap.ignored),
          choices: ranges.sampling)
      }
    }
    drawn.augmentation.changeIntensities(
      of: ImageWindow(values: image, grid: drawn.map.outputGrid, channels: shape.channels))
  }

  package func name(of sample: Int, epoch: Int) -> String {
    cases[sampler.sites[sampler.site(of: sample, epoch: epoch, samplesPerEpoch: sampleCount)].volume].id
  }

  /// Calls with the image of a site, its neighbours among its channels.
  private func withImage(of site: RegionSampler.Site, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    let image = cases[site.volume].image
    guard context > 0 else {
      return image.voxels.withUnsafeBufferPointer { body(site.part(of: $0, channels: image.channels)) }
    }
    let plane = Region(plane: site.planes.lowerBound, across: 2, of: image.grid.size)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: site.size.count * shape.channels) { values in
      image.read(plane, context: context, fill: 0, into: values)
      body(UnsafeBufferPointer(values))
    }
  }

  /// The region of a draw: of every so many draws one is on the foreground.
  private func region(of index: Int, epoch: Int, draw: Int, using key: RandomKey) -> Region {
    let site = sampler.sites[index]
    if !classPlaces.isEmpty {
      let number = Double(epoch &* sampleCount &+ draw)
      let turn = Int(number * foregroundShare)
      let isOnForeground = Int((number + 1) * foregroundShare) > turn
      let fraction = sampler.fraction(using: key)
      if isOnForeground, let voxel = classPlaces[index].voxel(inTurn: turn, of: classes, at: fraction) {
        return sampler.region(in: site, around: voxel, using: key)
      }
    }
    return sampler.region(in: site, using: key)
  }

  /// What is drawn for one of the sites, and the map that it comes to.
  private func augmentation(of index: Int, epoch: Int, draw: Int) -> (augmentation: Augmentation, map: SpatialMap) {
    let key = sampler.key(epoch: epoch, draw: draw)
    let site = sampler.sites[index]
    var grid = cases[site.volume].image.grid
    grid.size = site.size
    let region = region(of: index, epoch: epoch, draw: draw, using: key)
    let window = Grid(size: region.size, affine: grid.affine, unit: grid.unit)
    let drawn = ranges.draw(using: key, for: window, channels: cases[site.volume].image.channels)
    var applied = drawn
    do {
      if !foregrounds.isEmpty {
        applied.spatial = try drawn.spatial.keeping(
          ranges.keptForeground, of: foregrounds[index], from: grid, outputSize: region.size, origin: region.origin)
      }
      tally.count(drawn.spatial, applied: applied.spatial)
      return (applied, try SpatialMap(applied.spatial, from: grid, outputSize: region.size, origin: region.origin))
    } catch {
      preconditionFailure("checked ranges draw transforms that have an inverse: \(error)")
    }
  }
}

extension RegionSampler.Site {
  /// The site's voxels in those of its volume.
  fileprivate func part<Element>(
    of voxels: UnsafeBufferPointer<Element>, channels: Int
  ) -> UnsafeBufferPointer<Element> {
    let plane = size.width * size.height * channels
    return UnsafeBufferPointer(rebasing: voxels[planes.lowerBound * plane..<planes.upperBound * plane])
  }
}

extension PreparedCase {
  fileprivate func foreground(of site: RegionSampler.Site) -> ForegroundPoints {
    labels.labels.withUnsafeBufferPointer {
      ForegroundPoints(site.part(of: $0, channels: 1), size: site.size, most: 64)
    }
  }
}
