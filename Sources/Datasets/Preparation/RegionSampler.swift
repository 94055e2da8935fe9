import Randomness
import Volumes

/// Draws the regions of prepared volumes that a training sees, one a sample.
///
/// A site is where a region is drawn from: a slice, where the window has a depth of 1, else a volume. The seed determines a
/// random order of the sites, which continues from epoch to epoch: every site occurs once before any occurs again, also
/// where an epoch has few samples. Along an axis longer than the window the region's place is drawn; along a shorter one
/// the site is in its middle, the odd voxel before it (a tile of a prediction has the odd voxel behind it; older weights
/// would change by one way for both).
public struct RegionSampler: Sendable {
  /// Where a region is drawn from: some planes across k of a volume.
  public struct Site: Hashable, Sendable {
    /// The index of the volume.
    public let volume: Int
    /// The planes.
    public let planes: Range<Int>
    /// The size of all planes together.
    public let size: GridSize
  }

  /// The sites, in their order.
  public let sites: [Site]
  /// The size of the regions.
  public let window: GridSize
  private let seed: UInt64
  private let stage: String

  /// Makes a sampler for volumes of these sizes; at least one.
  ///
  /// - Parameter isUseful: Whether a site has anything to learn from; if none has, all are used.
  public init(
    _ volumes: [GridSize], window: GridSize, seed: UInt64, stage: String, isUseful: (Site) -> Bool = { _ in true }
  ) {
    (self.window, self.seed, self.stage) = (window, seed, stage)
    let all = volumes.enumerated().flatMap { index, size in Self.sites(of: index, size, window) }
    let useful = all.filter(isUseful)
    let sites = useful.isEmpty ? all : useful
    var generator = PhiloxGenerator(RandomKey(seed: seed, stage: stage, epoch: 0, draw: 0, operation: "slices"))
    self.sites = generator.permutation(of: sites.count).map { sites[$0] }
  }

  private static func sites(of volume: Int, _ size: GridSize, _ window: GridSize) -> [Site] {
    let depth = window.depth == 1 ? 1 : size.depth
    return stride(from: 0, to: size.depth, by: depth).map { first in
      Site(
        volume: volume, planes: first..<first + depth,
        size: GridSize(width: size.width, height: size.height, depth: depth))
    }
  }

  /// The number of sites of volumes of these sizes.
  public static func siteCount(_ volumes: [GridSize], window: GridSize) -> Int {
    volumes.reduce(0) { $0 + (window.depth == 1 ? $1.depth : 1) }
  }

  /// The key of what is drawn for a sample's place in its epoch.
  public func key(epoch: Int, draw: Int) -> RandomKey {
    RandomKey(seed: seed, stage: stage, epoch: epoch, draw: draw, operation: "window")
  }

  /// The index of the site of a sample of an epoch.
  public func site(of sample: Int, epoch: Int, samplesPerEpoch: Int) -> Int {
    (epoch &* samplesPerEpoch &+ sample) % sites.count
  }

  /// The region that a key draws in a site, in voxels from the site's first.
  public func region(in site: Site, using key: RandomKey) -> Region {
    var generator = PhiloxGenerator(key)
    func place(_ size: Int, _ window: Int) -> Int {
      size > window ? generator.integer(below: size - window + 1) : (size - window) >> 1
    }
    let (x, y) = (place(site.size.width, window.width), place(site.size.height, window.height))
    return Region(origin: SIMD3(x, y, place(site.size.depth, window.depth)), size: window)
  }

  /// A region that a key draws around a voxel of a site: within the site, the voxel at most a quarter of its length from the
  /// middle, where the site's edge does not come closer. Along an axis that the region covers it is in its middle, as others.
  public func region(in site: Site, around voxel: SIMD3<Int>, using key: RandomKey) -> Region {
    var generator = PhiloxGenerator(key)
    func place(_ size: Int, _ window: Int, _ voxel: Int) -> Int {
      guard size > window else { return (size - window) >> 1 }
      let first = voxel - window / 2 - window / 4
      return min(max(0, first + generator.integer(below: window / 4 * 2 + 1)), size - window)
    }
    let (x, y) = (place(site.size.width, window.width, voxel.x), place(site.size.height, window.height, voxel.y))
    return Region(origin: SIMD3(x, y, place(site.size.depth, window.depth, voxel.z)), size: window)
  }

  /// A number that a key draws for what is chosen beside the region: at least 0, below 1.
  public func fraction(using key: RandomKey) -> Double {
    var generator = PhiloxGenerator(key.operation("foreground"))
    return generator.uniform()
  }
}
