import Augmentations
import Datasets
import Networks
import Volumes

/// Which places of the foreground a training needs of the sites of its cases: slices, or whole volumes.
package struct PlaceRequest: Hashable, Sendable, Codable {
  /// Whether each slice is a site; otherwise the volume is.
  let areSlices: Bool
  /// Whether some voxels of the foreground are needed, which an augmentation keeps in its window.
  let needsPoints: Bool
  /// Whether the voxels of the classes are needed, on which samples are placed.
  let needsClasses: Bool

  /// - Parameters:
  ///   - window: The extent of the samples.
  ///   - sizes: Of the prepared training cases.
  ///   - foreground: The share of the samples that are placed on the foreground, where they are smaller than their sites.
  ///   - keptForeground: The share of the foreground that an augmentation keeps.
  package init(window: Extent, of sizes: [GridSize], foreground: Double, keptForeground: Double) {
    areSlices = window.depth == 1
    needsPoints = keptForeground > 0
    let depth = window.depth == 1 ? Int.max : window.depth
    let isPart = sizes.contains { $0.width > window.width || $0.height > window.height || $0.depth > depth }
    needsClasses = foreground > 0 && isPart
  }

  private init(areSlices: Bool, needsPoints: Bool, needsClasses: Bool) {
    (self.areSlices, self.needsPoints, self.needsClasses) = (areSlices, needsPoints, needsClasses)
  }

  /// Of nothing, as for a validation.
  package static let none = PlaceRequest(areSlices: false, needsPoints: false, needsClasses: false)

  /// The places of a case's sites, one after the other, behind the index of each one's first number.
  ///
  /// Of a site: the number of points, the points; the number of classes, the label of each, the number of voxels of each, the
  /// voxels of all. A point or a voxel is its index in the site.
  func table(of labels: UnsafeBufferPointer<UInt8>, size: GridSize) -> [Int] {
    guard needsPoints || needsClasses else { return [] }
    let plane = size.width * size.height
    let sites = areSlices ? (0..<size.depth).map { $0 * plane..<($0 + 1) * plane } : [0..<labels.count]
    var table = [Int](repeating: 0, count: sites.count)
    for (index, site) in sites.enumerated() {
      table[index] = table.count
      let labels = UnsafeBufferPointer(rebasing: labels[site])
      let points = needsPoints ? ForegroundPoints.indices(in: labels, most: Self.mostPoints) : []
      let most = areSlices ? Self.mostOfSlice : Self.mostOfVolume
      let classes = needsClasses ? ClassPlaces(labels, most: most).places : []
      table += [points.count] + points + [classes.count] + classes.map { Int($0.label) }
      table += classes.map(\.voxels.count) + classes.flatMap(\.voxels)
    }
    return table
  }

  private static let (mostPoints, mostOfSlice, mostOfVolume) = (64, 256, 4096)
}

/// The places of the foreground of one site, as a `PlaceRequest` collected them; valid while their table is.
struct SitePlaces {
  private let size: GridSize
  private let values: UnsafeBufferPointer<Int>

  /// - Parameters:
  ///   - table: Of the whole case.
  ///   - site: Its index in the case.
  ///   - size: Of the site.
  init(_ table: UnsafeBufferPointer<Int>, site: Int, size: GridSize) {
    self.size = size
    values = UnsafeBufferPointer(rebasing: table[table[site]...])
  }

  /// Some voxels of the foreground.
  var points: ForegroundPoints { ForegroundPoints(values[1..<1 + values[0]], size: size) }

  /// A voxel of a class that has its turn; nil where there is none. See `ClassPlaces.place`.
  func voxel(inTurn turn: Int, of classes: Int, at fraction: Double) -> SIMD3<Int>? {
    let first = 2 + values[0]
    let count = values[first - 1]
    let (labels, counts) = (values[first..<first + count], values[first + count..<first + 2 * count])
    guard
      let place = ClassPlaces.place(inTurn: turn, of: classes, at: fraction, labels: labels, counts: counts)
    else { return nil }
    let index = values[first + 2 * count + counts.prefix(place.label).reduce(0, +) + place.voxel]
    let row = index / size.width
    return SIMD3(index % size.width, row % size.height, row / size.height)
  }
}
