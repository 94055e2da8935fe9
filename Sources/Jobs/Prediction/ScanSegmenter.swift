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
  package init(card: ModelCard, network: Network, parameters: ParameterBuffer) {
    self.card = card
    predictor = VolumePredictor(network, parameters: parameters, shape: card.tileShape)
  }

  /// The probabilities of a prepared scan, plane by plane across k, in order.
  ///
  /// - Throws: `JobError.outputNotFinite`, with `name` for the scan; `MachineError.notEnoughMemory`; what `read` throws.
  package func forEachPlane(
    of prepared: VolumeView, name: String, _ read: (Int, PlaneProbabilities) throws -> Void
  ) throws {
    try predictor.predict(prepared) { index, values in
      let plane = PlaneProbabilities(values, classes: card.classes.count)
      guard plane.areFinite else { throw JobError.outputNotFinite(file: name, slice: index) }
      try read(index, plane)
    }
  }

  /// The probabilities of a prepared scan in memory.
  private func forEachPlane(
    of prepared: Volume, name: String, _ read: (Int, PlaneProbabilities) throws -> Void
  ) throws {
    try prepared.withView { try forEachPlane(of: $0, name: name, read) }
  }

  /// The labels of a scan, on its own grid.
  ///
  /// Where the network sees another spacing, its probabilities are interpolated on the scan's grid, and the classes are
  /// chosen there.
  /// - Throws: `JobError.scanDoesNotFit`, `.scanWithoutAxes`, `.outputNotFinite`; `MachineError.notEnoughMemory`,
  ///   `VolumesError.gridTooLarge`; `DatasetError` where the values cannot be normalised.
  func labels(of scan: Volume, name: String) throws -> LabelMap {
    let isResampled = try check(scan, name: name, isAveraged: false)
    let prepared = try card.preparation.image(scan, name: name)
    if isResampled {
      return CommonSpacing.labels(of: try probabilities(of: prepared, name: name), on: scan.grid)
    }
    var labels = LabelMap(grid: prepared.grid, labels: [UInt8](repeating: 0, count: prepared.grid.size.count))
    let pixels = prepared.grid.size.width * prepared.grid.size.height
    try labels.labels.withUnsafeMutableBufferPointer { labels in
      try forEachPlane(of: prepared, name: name) { index, plane in
        plane.chooseClasses(
          into: UnsafeMutableBufferPointer(rebasing: labels[index * pixels..<(index + 1) * pixels]))
      }
    }
    return labels.reoriented(by: card.preparation.reorientation(of: scan.grid).inverse)
  }

  /// Adds the probabilities of the classes at the voxels of a scan to a sum of them.
  ///
  /// - Parameter sum: Shape: (depth, height, width, class) of the scan's own grid; empty before the first model.
  /// - Throws: as `labels(of:name:)`.
  func addProbabilities(of scan: Volume, name: String, to sum: inout [Float]) throws {
    let isResampled = try check(scan, name: name, isAveraged: true)
    if sum.isEmpty { sum = [Float](repeating: 0, count: scan.grid.size.count * card.classes.count) }
    let prepared = try card.preparation.image(scan, name: name)
    if isResampled {
      let probabilities = try probabilities(of: prepared, name: name)
      var first = 0
      CommonSpacing.forEachSlab(of: probabilities, on: scan.grid) { slab in
        for index in slab.voxels.indices { sum[first &+ index] += slab.voxels[index] }
        first += slab.voxels.count
      }
      return
    }
    let steps = card.preparation.reorientation(of: scan.grid).steps(of: scan.grid.size)
    try sum.withUnsafeMutableBufferPointer { sum in
      try forEachPlane(of: prepared, name: name) { index, plane in
        plane.add(to: sum, first: steps.first + index * steps.along.z, steps.along, width: prepared.grid.size.width)
      }
    }
  }

  /// The probabilities of a prepared scan, a channel a class.
  private func probabilities(of prepared: Volume, name: String) throws -> Volume {
    let size = prepared.grid.size
    let plane = size.width * size.height * card.classes.count
    var values = [Float](repeating: 0, count: plane * size.depth)
    try values.withUnsafeMutableBufferPointer { values in
      try forEachPlane(of: prepared, name: name) { index, found in
        (values.baseAddress! + index * plane).update(from: found.values.baseAddress!, count: plane)
      }
    }
    return Volume(grid: prepared.grid, channels: card.classes.count, voxels: values)
  }

  /// Checks what can be known of a scan before anything is allocated for it, and returns whether it is resampled.
  private func check(_ scan: Volume, name: String, isAveraged: Bool) throws -> Bool {
    guard scan.channels == card.network.inputChannels else {
      let names = card.channelNames.map { " (\($0.joined(separator: ", ")))" } ?? ""
      throw JobError.scanDoesNotFit(
        file: name, expected: "\(counted(card.network.inputChannels, "channel"))\(names), as in the model",
        found: "\(scan.channels)")
    }
    guard card.preparation.fits(scan.grid) else {
      throw JobError.scanWithoutAxes(file: name, axis: card.sliceAxis)
    }
    try PredictionMemory.require(
      scan: (scan.grid, scan.channels), spacing: card.commonSpacing, classes: card.classes.count,
      isAveraged: isAveraged, name: name)
    return try card.commonSpacing.map { try $0.grid(covering: scan.grid) != scan.grid } ?? false
  }
}

extension PlaneProbabilities {
  /// Adds the plane to a sum whose voxels are in another order.
  ///
  /// - Parameters:
  ///   - first: The voxel of the sum that is the plane's first.
  ///   - steps: How many voxels of the sum further the next one along the plane's rows (x) and columns (y) is.
  fileprivate func add(
    to sum: UnsafeMutableBufferPointer<Float>, first: Int, _ steps: SIMD3<Int>, width: Int
  ) {
    for voxel in 0..<values.count / classes {
      let place = first &+ voxel % width &* steps.x &+ voxel / width &* steps.y
      for index in 0..<classes { sum[place &* classes &+ index] += values[voxel &* classes &+ index] }
    }
  }
}
