import Datasets
import Files
import Foundation
import Volumes

/// Everything that the content of a prepared case depends on. Its hash names the case's files.
package struct PreparedOrigin: Codable, Equatable {
  /// Raised where equal scans are prepared differently, or stored in another way.
  static let currentVersion = 1

  let version: Int
  let id: String
  /// The content hashes of the images, in the order of their channels.
  let images: [String]
  let label: String?
  let classes: ClassMap?
  let reading: ScanReading
  let normalisation: Normalisation
  let spacing: CommonSpacing?
  let sliceAxis: BodyAxis
  let places: PlaceRequest

  package init(_ item: Dataset.Case, of dataset: Dataset, _ preparation: Preparation, places: PlaceRequest) {
    version = Self.currentVersion
    id = item.id
    images = item.images.map(\.contentHash)
    label = item.label?.contentHash
    classes = dataset.classes
    reading = dataset.reading
    normalisation = preparation.normalisation
    spacing = preparation.spacing
    sliceAxis = preparation.sliceAxis
    self.places = places
  }

  /// The name of the case's files, without an ending.
  ///
  /// - Throws: What JSON encoding throws.
  func name() throws -> String { ContentHash.hash(of: try CanonicalJSON.data(of: self)) }
}

/// The manifest of a prepared case: what it was made of, and what its file contains. It is written after the file.
struct PreparedRecord: Codable {
  let origin: PreparedOrigin
  /// Width, height, depth.
  let size: [Int]
  /// The images of the unit vectors along i, j and k and that of the origin, of three numbers each.
  let affine: [[Double]]
  let unit: LengthUnit
  let channels: Int
  let presentLabels: [UInt8]
  let loss: ForegroundLoss?
  /// How many numbers the table of places has.
  let places: Int
  /// The file's name, size and time.
  let stamp: FileStamp
  /// Of the whole file.
  let contentHash: String
  /// Of the table of places.
  let placesHash: String

  init(
    _ origin: PreparedOrigin, _ facts: PreparedFacts, places: Int, stamp: FileStamp, contentHash: String,
    placesHash: String
  ) {
    self.origin = origin
    let (grid, columns) = (facts.grid, facts.grid.affine.columns)
    size = [grid.size.width, grid.size.height, grid.size.depth]
    affine = [columns.i, columns.j, columns.k, grid.affine.translation].map { [$0.x, $0.y, $0.z] }
    unit = grid.unit
    channels = facts.channels
    presentLabels = facts.presentLabels
    loss = facts.loss
    (self.places, self.stamp, self.contentHash, self.placesHash) = (places, stamp, contentHash, placesHash)
  }

  /// What is known of the case; nil where the numbers are not those of a case of this size.
  func facts(size expected: GridSize, channels expectedChannels: Int) -> PreparedFacts? {
    guard size == [expected.width, expected.height, expected.depth], channels == expectedChannels,
      affine.count == 4, affine.allSatisfy({ $0.count == 3 }), (0...Self.mostPlaces).contains(places)
    else { return nil }
    let columns = affine.map { SIMD3($0[0], $0[1], $0[2]) }
    let map = Affine(i: columns[0], j: columns[1], k: columns[2], translation: columns[3])
    return PreparedFacts(
      grid: Grid(size: expected, affine: map, unit: unit), channels: channels, presentLabels: presentLabels, loss: loss)
  }

  private static let mostPlaces = 1 << 40
}
