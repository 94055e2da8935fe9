import Datasets
import Inference
import Networks
import Volumes

/// Segments scans with one network: prepares them as its card says, and brings its probabilities back to their grids.
///
/// Not for use by two threads at once.
package final class ScanSegmenter {
  package let card: ModelCard
  private let predictor: VolumePredictor

  /// A segmenter with a network whose weights may still change.
  package init(
    card: ModelCard, network: Network, parameters: ParameterBuffer,
    configuration: PredictionConfiguration = PredictionConfiguration()
  ) {
    self.card = card
    predictor = VolumePredictor(
      network, parameters: parameters, shape: card.tileShape(overlap: configuration.overlap),
      mirrors: configuration.mirrors)
  }

  /// The probabilities of a prepared scan, plane by plane across k, in order.
  ///
  /// - Parameter check: Called after each tile; what it throws ends the work.
  /// - Throws: `JobError.outputNotFinite`, with `name` for the scan; `MachineError.notEnoughMemory`; what `check` and `read`
  ///   throw.
  package func forEachPlane(
    of prepared: VolumeView, name: String, check: () throws -> Void = {},
    _ read: (Int, PlaneProbabilities) throws -> Void
  ) throws {
    try predictor.predict(prepared, check: check) { index, values in
      let plane = PlaneProbabilities(values, classes: card.classes.count)
      guard plane.areFinite else { throw JobError.outputNotFinite(file: name, slice: index) }
      try read(index, plane)
    }
  }

  /// What reorients a scan so that its axes run as the network sees them.
  ///
  /// - Throws: `VolumesError.gridTooLarge`.
  func reorientation(of grid: Grid) throws -> Reorientation {
    card.preparation.reorientation(of: try card.commonSpacing?.grid(covering: grid) ?? grid)
  }

  /// The probabilities of a scan on its own grid, reoriented as the network sees it, plane by plane across k, in order.
  ///
  /// Where the network sees another spacing, they are interpolated as its planes come. The memory holds one plane of the
  /// scan's own grid at a time.
  /// - Parameter check: Called after each tile; what it throws ends the work.
  /// - Throws: `JobError.scanDoesNotFit`, `.scanWithoutAxes`, `.outputNotFinite`; `MachineError.notEnoughMemory`,
  ///   `VolumesError.gridTooLarge`; `DatasetError` where the values cannot be normalised; what `check` and `read` throw.
  func forEachOwnPlane(
    of scan: consuming Volume, name: String, check: () throws -> Void,
    _ read: (Int, PlaneProbabilities) throws -> Void
  ) throws {
    try self.check(scan, name: name)
    let grid = scan.grid.reoriented(by: try reorientation(of: scan.grid))
    let prepared = try card.preparation.image(consume scan, name: name)
    guard prepared.grid != grid else { return try forEachPlane(of: prepared, name: name, check: check, read) }
    let classes = card.classes.count
    guard let resampling = CommonSpacing.planeResampling(of: prepared.grid, to: grid, channels: classes) else {
      throw JobError.scanDoesNotFit(
        file: name, expected: "an affine with an inverse", found: "one that is nearly singular")
    }
    try forEachPlane(of: prepared, name: name, check: check) { index, plane in
      try resampling.add(index, plane.values) { try read($0, PlaneProbabilities($1, classes: classes)) }
    }
  }

  /// The probabilities of a prepared scan in memory.
  private func forEachPlane(
    of prepared: Volume, name: String, check: () throws -> Void, _ read: (Int, PlaneProbabilities) throws -> Void
  ) throws {
    try prepared.withView { try forEachPlane(of: $0, name: name, check: check, read) }
  }

  /// The labels of a scan, on its own grid.
  ///
  /// - Parameter check: Called after each tile; what it throws ends the work.
  /// - Throws: as `forEachOwnPlane`.
  func labels(of scan: consuming Volume, name: String, check: () throws -> Void) throws -> LabelMap {
    let order = try reorientation(of: scan.grid)
    let grid = scan.grid.reoriented(by: order)
    var labels = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: grid.size.count))
    let pixels = grid.size.width * grid.size.height
    try forEachOwnPlane(of: consume scan, name: name, check: check) { index, plane in
      labels.labels.withUnsafeMutableBufferPointer { labels in
        plane.chooseClasses(
          into: UnsafeMutableBufferPointer(rebasing: labels[index * pixels..<(index + 1) * pixels]))
      }
    }
    return labels.reoriented(by: order.inverse)
  }

  /// Checks what can be known of a scan before anything is allocated for it.
  private func check(_ scan: borrowing Volume, name: String) throws {
    guard scan.channels == card.scanChannels else {
      let names = card.channelNames.map { " (\($0.joined(separator: ", ")))" } ?? ""
      throw JobError.scanDoesNotFit(
        file: name, expected: "\(counted(card.scanChannels, "channel"))\(names), as in the model",
        found: "\(scan.channels)")
    }
    let size = scan.grid.size
    guard card.network.dimensions == 2 || min(size.width, size.height, size.depth) > 1 else {
      throw JobError.scanDoesNotFit(
        file: name, expected: "a volume, since the model's network has dimensions: 3",
        found: "an image one voxel thick (\(size))")
    }
    guard card.preparation.fits(scan.grid) else {
      throw JobError.scanWithoutAxes(file: name, axis: card.sliceAxis)
    }
    try PredictionMemory.require(
      scan: (scan.grid, scan.channels), spacing: card.commonSpacing, classes: card.classes.count, name: name)
  }
}
