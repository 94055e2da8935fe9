import Datasets
import Files
import Volumes

/// A case as a network sees it: its image and labels prepared alike, in memory or in a file that is mapped.
package struct PreparedCase {
  let id: String
  package let facts: PreparedFacts
  private let storage: Storage

  private enum Storage {
    case memory(image: Volume, labels: LabelMap, places: [Int])
    case file(PreparedFile)
  }

  /// A case in memory.
  ///
  /// - Parameters:
  ///   - labels: On the image's grid.
  ///   - loss: What the labels lost at the common spacing; nil where they lost nothing.
  ///   - places: What is needed of its foreground.
  package init(id: String, image: Volume, labels: LabelMap, loss: ForegroundLoss? = nil, places: PlaceRequest = .none) {
    self.id = id
    facts = PreparedFacts(grid: image.grid, channels: image.channels, labels: labels.labels, loss: loss)
    let table = labels.labels.withUnsafeBufferPointer { places.table(of: $0, size: labels.grid.size) }
    storage = .memory(image: image, labels: labels, places: table)
  }

  /// A case in a file.
  init(id: String, facts: PreparedFacts, file: PreparedFile) {
    (self.id, self.facts, storage) = (id, facts, .file(file))
  }

  /// The grid of the image and the labels.
  var grid: Grid { facts.grid }

  /// Calls `body` with the image and the labels, (depth, height, width), which are valid until it returns.
  func withVoxels<Result>(
    _ body: (_ image: VolumeView, _ labels: UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    switch storage {
    case .memory(let image, let labels, _):
      try image.withView { image in try labels.labels.withUnsafeBufferPointer { try body(image, $0) } }
    case .file(let file):
      try body(VolumeView(grid: grid, channels: facts.channels, voxels: file.image), file.labels)
    }
  }

  /// The labels; a copy, where they are in a file.
  package var labels: LabelMap {
    switch storage {
    case .memory(_, let labels, _): labels
    case .file(let file): LabelMap(grid: grid, labels: Array(file.labels))
    }
  }

  /// Calls `body` with the places of a site, which are valid until it returns; only where some were asked for.
  func withPlaces<Result>(
    ofSite site: Int, size: GridSize, _ body: (SitePlaces) throws -> Result
  ) rethrows -> Result {
    switch storage {
    case .memory(_, _, let table):
      try table.withUnsafeBufferPointer { try body(SitePlaces($0, site: site, size: size)) }
    case .file(let file): try body(SitePlaces(file.places, site: site, size: size))
    }
  }

  /// Asks the system to read a region that is used soon, where the case is in a file.
  func prefetch(_ region: Region) {
    if case .file(let file) = storage { file.prefetch(region, of: grid.size, channels: facts.channels) }
  }

  /// The case's file where it was changed since it was mapped; otherwise nil.
  var changedFile: String? {
    if case .file(let file) = storage, !file.isUnchanged { file.path } else { nil }
  }
}

/// What is known of a prepared case without its voxels.
package struct PreparedFacts: Equatable {
  var grid: Grid
  var channels: Int
  /// The labels that occur, ascending.
  var presentLabels: [UInt8]
  /// What the labels lost at the common spacing; nil where they lost nothing.
  var loss: ForegroundLoss?

  init(grid: Grid, channels: Int, presentLabels: [UInt8], loss: ForegroundLoss?) {
    (self.grid, self.channels, self.presentLabels, self.loss) = (grid, channels, presentLabels, loss)
  }

  init(grid: Grid, channels: Int, labels: [UInt8], loss: ForegroundLoss?) {
    var isPresent = [Bool](repeating: false, count: 256)
    for label in labels { isPresent[Int(label)] = true }
    self.init(
      grid: grid, channels: channels, presentLabels: isPresent.indices.filter { isPresent[$0] }.map(UInt8.init),
      loss: loss)
  }
}
