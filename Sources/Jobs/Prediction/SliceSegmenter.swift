import Datasets
import Foundation
import Inference
import Networks
import Volumes

/// What one network finds in a sliced volume.
package struct SliceLabels {
  /// The most probable classes, on the sliced volume's grid.
  package let labels: LabelMap
  /// The sum of -log(probability of the true class), where the truth was given.
  package let loss: LossSum
  /// The first slice in which a probability is infinite or not a number; nil where there is none.
  package let firstNotFinite: Int?
}

/// Segments scans with one network, slice by slice: with its own window, slice axis, spacing and normalisation.
///
/// Not for use by two threads at once.
package final class SliceSegmenter {
  package let card: ModelCard
  private let network: Network
  private let parameters: ParameterBuffer
  private var predictor: (extent: Extent, batch: Int, predictor: Predictor)?

  /// A slice batch holds at most so many pixels.
  private static let batchPixels = 1 << 17

  /// A segmenter with a network whose weights may still change.
  package init(card: ModelCard, network: Network, parameters: ParameterBuffer) {
    (self.card, self.network, self.parameters) = (card, network, parameters)
  }

  /// The labels of a normalised, sliced volume, and the loss against a reference on the same grid, where one is given.
  ///
  /// - Throws: `NetworkError` where there is not enough memory.
  package func labels(of sliced: SlicedVolume, reference: LabelMap?) throws -> SliceLabels {
    let framing = framing(of: sliced)
    var loss = LossSum()
    var firstNotFinite: Int?
    let predictor = try predictor(for: framing.window, slices: sliced.sliceCount)
    var labels = [UInt8](repeating: 0, count: sliced.volume.grid.size.count)
    var window = [UInt8](repeating: 0, count: framing.window.count)
    predictor.predict(
      count: sliced.sliceCount,
      write: { frame($0, of: sliced, framing, into: $1) },
      read: { slice, probabilities in
        if firstNotFinite == nil, !Self.areFinite(probabilities) { firstNotFinite = slice }
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
    return SliceLabels(
      labels: LabelMap(grid: sliced.volume.grid, labels: labels), loss: loss, firstNotFinite: firstNotFinite)
  }

  /// The probabilities of the classes, a channel each, on the grid of a normalised, sliced volume.
  ///
  /// - Throws: `JobError.outputNotFinite`, with `name` for the scan; `NetworkError` where there is not enough memory.
  func probabilities(of sliced: SlicedVolume, name: String) throws -> Volume {
    let framing = framing(of: sliced)
    let classes = card.classes.count
    let grid = sliced.volume.grid
    var firstNotFinite: Int?
    let predictor = try predictor(for: framing.window, slices: sliced.sliceCount)
    var values = [Float](repeating: 0, count: grid.size.count * classes)
    predictor.predict(
      count: sliced.sliceCount,
      write: { frame($0, of: sliced, framing, into: $1) },
      read: { slice, probabilities in
        if firstNotFinite == nil, !Self.areFinite(probabilities) { firstNotFinite = slice }
        values.withUnsafeMutableBufferPointer {
          framing.unframe(
            probabilities, channels: classes, fill: 0, layout: sliced.layout(ofSlice: slice), into: $0)
        }
      })
    if let slice = firstNotFinite { throw JobError.outputNotFinite(file: name, slice: slice) }
    return Volume(grid: grid, channels: classes, voxels: values)
  }

  // MARK: Slices and windows

  private func framing(of sliced: SlicedVolume) -> Framing {
    Framing(plane: sliced.planeSize, least: card.window, multiple: network.extentMultiple)
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
    let made = try Predictor(models: [(network, parameters)], extent: extent, batch: batch)
    predictor = (extent, batch, made)
    return made
  }

  // MARK: Probabilities

  /// Whether no value is infinite or not a number.
  private static func areFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
    // 0 times a finite number is 0; 0 times any other is not a number, and so is a sum with it.
    var sum = SIMD8<Float>.zero
    let whole = values.count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) {
      for lane in 0..<8 { sum[lane] += values[index &+ lane] * 0 }
    }
    for index in whole..<values.count { sum[0] += values[index] * 0 }
    return sum.sum() == 0
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
  ) -> LossSum {
    let classes = probabilities.count / truth.count
    var sum = LossSum()
    for pixel in truth.indices where truth[pixel] != LabelMap.ignored {
      let probability = probabilities[pixel &* classes &+ Int(truth[pixel])]
      sum.loss -= log(Double(max(probability, .leastNormalMagnitude)))
      sum.count &+= 1
    }
    return sum
  }
}
