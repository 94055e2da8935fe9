import Datasets
import Foundation
import Inference
import Networks
import Volumes

/// Labels scans with a trained network, or with several whose probabilities are averaged.
package final class CaseSegmenter {
  /// The card that all models share in what matters here.
  package let card: ModelCard
  private let models: [(network: Network, parameters: ParameterBuffer)]
  private let multiple: Extent
  private var predictor: (extent: Extent, batch: Int, predictor: Predictor)?

  /// A slice batch holds at most so many pixels.
  private static let batchPixels = 1 << 17

  /// - Throws: `JobError.modelsDiffer`.
  package convenience init(_ models: [TrainedModel]) throws {
    let first = models[0]
    func check(_ isEqual: Bool, _ model: TrainedModel, _ what: String) throws {
      guard isEqual else { throw JobError.modelsDiffer(first: first.file, other: model.file, what: what) }
    }
    for model in models.dropFirst() {
      try check(model.card.classes == first.card.classes, model, "list of classes")
      try check(model.card.network.inputChannels == first.card.network.inputChannels, model, "number of channels")
      try check(model.card.sliceAxis == first.card.sliceAxis, model, "slice axis")
      try check(model.card.normalisation == first.card.normalisation, model, "normalisation")
      try check(model.card.reading == first.card.reading, model, "reading of scans")
      try check(model.card.commonSpacing == first.card.commonSpacing, model, "common spacing")
    }
    self.init(card: first.card, models: models.map { ($0.network, $0.parameters) })
  }

  /// A segmenter with networks whose weights may still change.
  package init(card: ModelCard, models: [(network: Network, parameters: ParameterBuffer)]) {
    self.card = card
    self.models = models
    multiple = models.dropFirst().reduce(models[0].network.extentMultiple) { multiple, model in
      // Multiples are powers of two.
      Extent(
        height: max(multiple.height, model.network.extentMultiple.height),
        width: max(multiple.width, model.network.extentMultiple.width))
    }
  }

  /// The labels of a scan as it was read, on its own grid.
  ///
  /// Where the network sees another spacing, its probabilities come back to the scan's grid, and the classes are chosen
  /// there.
  /// - Throws: `JobError.scanDoesNotFit`, `DatasetError` where the values cannot be normalised.
  package func labels(of scan: Volume, name: String) throws -> LabelMap {
    guard scan.channels == card.network.inputChannels else {
      let names = card.channelNames.map { " (\($0.joined(separator: ", ")))" } ?? ""
      throw JobError.scanDoesNotFit(
        file: name, expected: "\(card.network.inputChannels) channels\(names)", found: "\(scan.channels)")
    }
    try PredictionMemory.require(
      scan: (scan.grid, scan.channels), spacing: card.commonSpacing, classes: card.classes.count, name: name)
    var volume = scan
    try card.normalisation.apply(to: &volume, source: name)
    guard let spacing = card.commonSpacing, try spacing.grid(covering: scan.grid) != scan.grid else {
      let sliced = SlicedVolume(volume, along: card.sliceAxis)
      return sliced.restored(try labels(of: sliced, reference: nil).labels)
    }
    let sliced = SlicedVolume(try spacing.image(volume), along: card.sliceAxis)
    return CommonSpacing.labels(of: try probabilities(of: sliced), on: scan.grid)
  }

  /// The probabilities of the classes, a channel each, of a normalised, sliced volume.
  private func probabilities(of sliced: SlicedVolume) throws -> Volume {
    let framing = Framing(plane: sliced.planeSize, least: card.window, multiple: multiple)
    let classes = card.classes.count
    let grid = sliced.volume.grid
    var values = [Float](repeating: 0, count: grid.size.count * classes)
    try predictor(for: framing.window, slices: sliced.sliceCount).predict(
      count: sliced.sliceCount,
      write: { frame($0, of: sliced, framing, into: $1) },
      read: { slice, probabilities in
        values.withUnsafeMutableBufferPointer {
          framing.unframe(
            probabilities, channels: classes, fill: 0, layout: sliced.layout(ofSlice: slice), into: $0)
        }
      })
    return Volume(grid: grid, channels: classes, voxels: values)
  }

  /// Puts a slice into a network's input.
  private func frame(
    _ slice: Int, of sliced: SlicedVolume, _ framing: Framing, into input: UnsafeMutableBufferPointer<Float>
  ) {
    sliced.volume.voxels.withUnsafeBufferPointer {
      framing.frame(
        $0, layout: sliced.layout(ofSlice: slice), channels: sliced.volume.channels, fill: 0, into: input)
    }
  }

  /// The labels of a normalised, sliced volume, and the sum of -log(probability of the true class) where the truth is
  /// given, on the same turned grid.
  package func labels(of sliced: SlicedVolume, reference: LabelMap?) throws -> (
    labels: LabelMap, loss: CrossEntropy.Sum
  ) {
    let framing = Framing(plane: sliced.planeSize, least: card.window, multiple: multiple)
    let predictor = try predictor(for: framing.window, slices: sliced.sliceCount)
    var loss = CrossEntropy.Sum()
    var labels = [UInt8](repeating: 0, count: sliced.volume.grid.size.count)
    var window = [UInt8](repeating: 0, count: framing.window.count)
    predictor.predict(
      count: sliced.sliceCount,
      write: { frame($0, of: sliced, framing, into: $1) },
      read: { slice, probabilities in
        let layout = sliced.layout(ofSlice: slice)
        window.withUnsafeMutableBufferPointer { window in
          Self.chooseClasses(probabilities, into: window)
          labels.withUnsafeMutableBufferPointer {
            framing.unframe(UnsafeBufferPointer(window), fill: 0, layout: layout, into: $0)
          }
          if let reference {
            reference.labels.withUnsafeBufferPointer {
              framing.frame($0, layout: layout, fill: LabelMap.ignored, into: window)
            }
            loss += Self.loss(probabilities, truth: UnsafeBufferPointer(window))
          }
        }
      })
    return (LabelMap(grid: sliced.volume.grid, labels: labels), loss)
  }

  /// Each pixel's most probable class; the first of equals.
  private static func chooseClasses(
    _ probabilities: UnsafeBufferPointer<Float>, into labels: UnsafeMutableBufferPointer<UInt8>
  ) {
    let classes = probabilities.count / labels.count
    for pixel in labels.indices {
      var best = 0
      for index in 1..<classes where probabilities[pixel &* classes &+ index] > probabilities[pixel &* classes &+ best]
      {
        best = index
      }
      labels[pixel] = UInt8(best)
    }
  }

  private static func loss(
    _ probabilities: UnsafeBufferPointer<Float>, truth: UnsafeBufferPointer<UInt8>
  ) -> CrossEntropy.Sum {
    let classes = probabilities.count / truth.count
    var sum = CrossEntropy.Sum()
    for pixel in truth.indices where truth[pixel] != LabelMap.ignored {
      let probability = probabilities[pixel &* classes &+ Int(truth[pixel])]
      sum.loss -= log(Double(max(probability, .leastNormalMagnitude)))
      sum.pixels &+= 1
    }
    return sum
  }

  private static func batch(of extent: Extent, slices: Int) -> Int {
    min(slices, max(1, batchPixels / extent.count))
  }

  /// The shape of a batch of slices of a large volume, for an estimate of the memory.
  package static func batchShape(plane: GridSize, channels: Int, window: Extent, multiple: Extent) -> Shape {
    let extent = Framing(plane: plane, least: window, multiple: multiple).window
    return Shape(batch: batch(of: extent, slices: .max), channels: channels, extent: extent)
  }

  private func predictor(for extent: Extent, slices: Int) throws -> Predictor {
    let batch = Self.batch(of: extent, slices: slices)
    if let predictor, predictor.extent == extent, predictor.batch == batch { return predictor.predictor }
    predictor = nil
    let made = try Predictor(models: models, extent: extent, batch: batch)
    predictor = (extent, batch, made)
    return made
  }
}
