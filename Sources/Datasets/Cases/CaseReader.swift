import Foundation
import Machine
import ScanIO
import Volumes

/// Reads the scans and labels of cases, and checks that they can be used.
public struct CaseReader: Sendable {
  /// How values in label files become classes; nil where no labels are read.
  public let classes: ClassMap?
  /// How files are read where they leave a choice.
  public let reading: ScanReading
  /// What messages call a case's grid and the labels on it.
  public let roles: GridRoles

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - fixed: What messages call the file that labels are compared with.
  ///   - labels: What messages call a label file.
  public init(
    classes: ClassMap?, reading: ScanReading = ScanReading(), fixed: String = "image", labels: String = "label"
  ) {
    self.classes = classes
    self.reading = reading
    roles = GridRoles(fixed: fixed, other: labels, advice: reading.choices.advice)
  }

  /// Reads the scan of a case, its values as the files mean them.
  ///
  /// A further image with the same voxels in another order is put into the first one's order. One on another grid is
  /// resampled linearly where the reading says so; beyond its field of view it has its smallest value.
  /// - Parameter images: The files, at least one; each may have several channels.
  /// - Throws: `ScanError`; `DatasetError.geometry` for an affine without inverse and for images on different grids.
  public func scan(_ images: [URL], id: String) throws -> CaseScan {
    precondition(!images.isEmpty, "a case has at least one image")
    let first = try scan(images[0], reading.choices)
    let grid = first.volume.grid
    guard grid.affine.inverse != nil else { throw DatasetError.geometry(.singularAffine(id: id)) }
    var volumes = [first.volume]
    var notes = first.header.notes
    var resampled: [ResampledFile] = []
    var reordered: [ReorderedFile] = []
    for url in images.dropFirst() {
      var further = try scan(url, reading.choices)
      notes += further.header.notes
      if let order = grid.reordering(of: further.volume.grid) {
        reordered.append(reordering(of: url, further.volume.grid, grid))
        further.volume = further.volume.reoriented(by: order)
      }
      if let misfit = try misfit(of: further.volume.grid, from: grid, id: id, file: url.path) {
        try further.volume.requireMemory(toResampleTo: grid, interpolation: PerAxis(.linear), name: url.path)
        let outside = further.volume.voxels.lazy.filter(\.isFinite).min() ?? 0
        further.volume = further.volume.resampled(to: grid, interpolation: .linear, outside: outside)
        resampled.append(ResampledFile(file: url.path, misfit: misfit))
      } else {
        try grid.checkChannel(
          further.volume.grid, ofCase: id, files: ChannelFiles(first: images[0].path, other: url.path),
          advice: roles.advice)
      }
      volumes.append(further.volume)
    }
    if volumes.count > 1 {
      let channels = volumes.reduce(0) { $0 + $1.channels }
      try MemoryBudget.require(
        ByteCount.product(grid.size.count, channels, MemoryLayout<Float>.stride),
        for: "the \(channels) channels of case '\(id)' (\(grid.size) voxels)")
    }
    return CaseScan(
      header: first.header, volume: .concatenated(volumes), channelCounts: volumes.map(\.channels),
      resampled: resampled, reordered: reordered, notes: notes)
  }

  /// The grid of a scan or of labels; no voxels are read.
  ///
  /// - Throws: `ScanError`.
  public func grid(_ url: URL) throws -> Grid {
    withSpacing(try ScanFile.readHeader(url, choices: reading.choices).grid)
  }

  /// Reads the labels of a case whose image is on `grid`: see `placedLabels`.
  public func labels(_ url: URL, id: String, on grid: Grid) throws -> LabelMap {
    try placedLabels(url, id: id, on: grid).labels
  }

  /// Reads the labels of a case whose image is on `grid`, and returns whether they were resampled to it.
  ///
  /// Labels with the same voxels in another order are put into the image's order. Labels on another grid are resampled by
  /// the linear shares of the classes where the reading says so; beyond their field of view voxels are ignored.
  /// - Throws: `ScanError`; `DatasetError` for labels on another grid, with values that are not listed, or of which
  ///   resampling leaves no foreground.
  public func placedLabels(
    _ url: URL, id: String, on grid: Grid
  ) throws -> PlacedLabels {
    guard let classes else { preconditionFailure("labels need classes") }
    let choices = classes.labelChoices(like: reading.choices)
    let scan = try scan(url, choices)
    try LabelValue.checkExact(scan, url, choices: choices)
    let volume = scan.volume
    let order = grid.reordering(of: volume.grid)
    let ownGrid = order.map { volume.grid.reoriented(by: $0) } ?? volume.grid
    let misfit = try misfit(of: ownGrid, from: grid, id: id, file: url.path)
    if misfit == nil { try grid.checkLabel(ownGrid, ofCase: id, roles: roles) }
    try MemoryBudget.require(volume.grid.size.count, for: "the labels of \(url.path) (\(volume.grid.size) voxels)")
    var labels = try classes.labels(from: volume, source: url.path)
    if let order { labels = labels.reoriented(by: order) }
    let reordered = order.map { _ in reordering(of: url, volume.grid, grid) }
    guard let misfit else {
      labels.grid = grid
      return PlacedLabels(labels: labels, resampled: nil, reordered: reordered, notes: scan.header.notes)
    }
    try labels.requireMemory(toResampleTo: grid, name: url.path)
    let resampled = labels.resampled(to: grid, interpolation: .linear, outside: LabelMap.ignored)
    let loss = ForegroundLoss(from: labels, to: resampled, names: classes.names)
    if let loss, loss.isComplete {
      throw DatasetError.labels(.foregroundLost(source: url.path, loss: loss, misfit: misfit))
    }
    return PlacedLabels(
      labels: resampled, resampled: ResampledFile(file: url.path, misfit: misfit, loss: loss), reordered: reordered,
      notes: scan.header.notes)
  }

  private func reordering(of url: URL, _ found: Grid, _ expected: Grid) -> ReorderedFile {
    ReorderedFile(
      file: url.path, found: found.orientation, expected: expected.orientation, owner: roles.fixed)
  }

  private func scan(_ url: URL, _ choices: ReadingChoices) throws -> Scan {
    var scan = try ScanFile.read(url, choices: choices)
    scan.volume.grid = withSpacing(scan.volume.grid)
    return scan
  }

  /// The misfit that resampling mends, where that is what the reading says.
  private func misfit(of other: Grid, from grid: Grid, id: String, file: String) throws(DatasetError) -> GridMisfit? {
    guard reading.onMismatch == .resample, let misfit = try grid.mendableMisfit(of: other, ofCase: id, file: file)
    else { return nil }
    try grid.requireAlikeScale(other, ofCase: id, file: file)
    return misfit
  }

  private func withSpacing(_ grid: Grid) -> Grid {
    guard grid.unit == .pixels, let spacing = reading.pixelSpacingMM else { return grid }
    let scale = Affine(scale: SIMD3(spacing.x, spacing.y, 1))
    return Grid(size: grid.size, affine: scale.after(grid.affine), unit: .millimetres)
  }
}
