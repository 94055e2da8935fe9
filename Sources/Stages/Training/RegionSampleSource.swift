import Augmentations
import Datasets
import Inference
import Networks
import Randomness
import Training
import Volumes

/// Training samples: regions of prepared cases, augmented as they are drawn.
///
/// Beyond its case a region has zeros and ignored labels. Where only a part of a case is labelled, such as some slices or
/// patches, slices without a label are left out, and regions are drawn again until they have one.
package struct RegionSampleSource: SampleSource {
  package let sampleCount: Int
  package let shape: Shape
  package let target = TargetKind.classes
  private let cases: [PreparedCase]
  private let sampler: RegionSampler
  private let context: Int
  /// Whether points of the foreground are kept in the window by the augmentation.
  private let keepsForeground: Bool
  /// The share of samples that are placed on the foreground; 0 where each sample shows its whole site.
  private let foregroundShare: Double
  private let classes: Int
  /// Whether a case has voxels that nobody labelled.
  private let hasUnlabelled: [Bool]
  private let ranges: AugmentationRanges
  let tally = AugmentationTally()

  /// - Parameters:
  ///   - cases: With the places of their foreground that these samples need.
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
    let sizes = cases.map(\.grid.size)
    hasUnlabelled = cases.map { $0.facts.presentLabels.contains(LabelMap.ignored) }
    let hasUnlabelled = hasUnlabelled
    sampler = RegionSampler(sizes, window: window.gridSize, seed: seed, stage: stage) { site in
      guard hasUnlabelled[site.volume] else { return true }
      let whole = Region(whole: site.size)
      return cases[site.volume].withVoxels { _, labels in
        whole.hasLabel(in: site.part(of: labels, channels: 1), of: site)
      }
    }
    let places = PlaceRequest(
      window: window, of: sizes, foreground: foreground, keptForeground: ranges.keptForeground)
    keepsForeground = places.needsPoints
    foregroundShare = places.needsClasses ? foreground : 0
    self.classes = classes
    sampleCount = samplesPerEpoch ?? sampler.sites.count
    self.context = context
    shape = Shape(batch: 1, channels: cases[0].facts.channels * (2 * context + 1), extent: window)
    self.ranges = ranges
  }

  package func write(
    sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target
  ) {
    write(site(of: sample, epoch: epoch), epoch: epoch, draw: draw, image: image, target: target)
  }

  private func write(
    _ index: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target
  ) {
    guard case .classes(let labels) = target else { preconditionFailure("the target of a region is its labels") }
    let site = sampler.sites[index]
    let drawn = augmentation(of: index, epoch: epoch, draw: draw)
    withVoxels(of: site) { voxels, truth in
      drawn.map.sample(
        image: (from: voxels, to: image, outside: 0), channels: shape.channels,
        labels: (from: truth, to: labels, outside: LabelMap.ignored), choices: ranges.sampling)
    }
    drawn.augmentation.changeIntensities(
      of: ImageWindow(values: image, grid: drawn.map.outputGrid, channels: shape.channels))
  }

  // MARK: Samples that are always the same

  /// Whether each sample shows its whole site, and nothing is augmented.
  var areFixed: Bool {
    ranges == AugmentationRanges()
      && sampler.sites.allSatisfy { site in (0..<3).allSatisfy { site.size[$0] <= sampler.window[$0] } }
  }

  /// The number of slices or volumes that samples show.
  var siteCount: Int { sampler.sites.count }

  /// Which of them a sample shows.
  func site(of sample: Int, epoch: Int) -> Int {
    sampler.site(of: sample, epoch: epoch, samplesPerEpoch: sampleCount)
  }

  /// Writes a site as it is, in the middle of the window.
  func write(site index: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
    write(index, epoch: 0, draw: 0, image: image, target: target)
  }

  /// Writes the labels of a site alone.
  func writeLabels(site index: Int, target: Target) {
    guard case .classes(let labels) = target else { preconditionFailure("the target of a region is its labels") }
    let site = sampler.sites[index]
    let region = sampler.region(in: site, using: sampler.key(epoch: 0, draw: 0))
    cases[site.volume].withVoxels { _, truth in
      region.read(site.part(of: truth, channels: 1), of: site.size, channels: 1, fill: LabelMap.ignored, into: labels)
    }
  }

  package func announce(sample: Int, epoch: Int, draw: Int) {
    let index = sampler.site(of: sample, epoch: epoch, samplesPerEpoch: sampleCount)
    let site = sampler.sites[index]
    var region = region(of: index, epoch: epoch, draw: draw, using: sampler.key(epoch: epoch, draw: draw))
    region.origin.z += site.planes.lowerBound - context
    region.size.depth += 2 * context
    cases[site.volume].prefetch(region)
  }

  package func name(of sample: Int, epoch: Int) -> String {
    cases[sampler.sites[site(of: sample, epoch: epoch)].volume].id
  }

  /// Calls with the image of a site, its neighbours among its channels, and with its labels.
  private func withVoxels(
    of site: RegionSampler.Site, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    cases[site.volume].withVoxels { image, labels in
      let labels = site.part(of: labels, channels: 1)
      guard context > 0 else { return body(site.part(of: image.voxels, channels: image.channels), labels) }
      let plane = Region(plane: site.planes.lowerBound, across: 2, of: image.grid.size)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: site.size.count * shape.channels) { values in
        image.read(plane, context: context, fill: 0, into: values)
        body(UnsafeBufferPointer(values), labels)
      }
    }
  }

  /// The region of a draw: of every so many draws one is on the foreground.
  private func region(of index: Int, epoch: Int, draw: Int, using key: RandomKey) -> Region {
    let site = sampler.sites[index]
    if foregroundShare > 0 {
      let number = Double(epoch &* sampleCount &+ draw)
      let turn = Int(number * foregroundShare)
      let isOnForeground = Int((number + 1) * foregroundShare) > turn
      let fraction = sampler.fraction(using: key)
      let voxel =
        isOnForeground ? withPlaces(of: site) { $0.voxel(inTurn: turn, of: classes, at: fraction) } : nil
      if let voxel { return sampler.region(in: site, around: voxel, using: key) }
    }
    let region = sampler.region(in: site, using: key)
    return hasUnlabelled[site.volume] ? labelled(region, in: site, using: key) : region
  }

  /// The most regions that are drawn for one with a label.
  private static let mostDraws = 32

  /// The region, or the first of others that a key draws that has a label.
  private func labelled(_ region: Region, in site: RegionSampler.Site, using key: RandomKey) -> Region {
    cases[site.volume].withVoxels { _, labels in
      let own = site.part(of: labels, channels: 1)
      if region.hasLabel(in: own, of: site) { return region }
      for draw in 1..<Self.mostDraws {
        let other = sampler.region(in: site, using: key.operation("window \(draw)"))
        if other.hasLabel(in: own, of: site) { return other }
      }
      return region
    }
  }

  private func withPlaces<Result>(of site: RegionSampler.Site, _ body: (SitePlaces) throws -> Result) rethrows -> Result
  {
    // A site is a slice, or else a whole volume.
    try cases[site.volume].withPlaces(ofSite: site.planes.lowerBound, size: site.size, body)
  }

  /// What is drawn for one of the sites, and the map that it comes to.
  private func augmentation(of index: Int, epoch: Int, draw: Int) -> (augmentation: Augmentation, map: SpatialMap) {
    let key = sampler.key(epoch: epoch, draw: draw)
    let site = sampler.sites[index]
    var grid = cases[site.volume].grid
    grid.size = site.size
    let region = region(of: index, epoch: epoch, draw: draw, using: key)
    let window = Grid(size: region.size, affine: grid.affine, unit: grid.unit)
    let drawn = ranges.draw(using: key, for: window, channels: cases[site.volume].facts.channels)
    var applied = drawn
    do {
      if keepsForeground {
        applied.spatial = try drawn.spatial.keeping(
          ranges.keptForeground, of: withPlaces(of: site) { $0.points }, from: grid, outputSize: region.size,
          origin: region.origin)
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

extension Region {
  /// Whether a voxel of the region has a label, among those of a site.
  fileprivate func hasLabel(in labels: UnsafeBufferPointer<UInt8>, of site: RegionSampler.Site) -> Bool {
    let columns = overlap(with: site.size, axis: 0)
    for k in overlap(with: site.size, axis: 2) {
      for j in overlap(with: site.size, axis: 1) {
        let row = (k * site.size.height + j) * site.size.width
        for i in columns where labels[row + i] != LabelMap.ignored { return true }
      }
    }
    return false
  }
}
