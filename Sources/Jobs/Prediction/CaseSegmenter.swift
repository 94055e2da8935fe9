import Datasets
import Foundation
import Volumes

/// What a scan is segmented into.
package struct Segmentation: Sendable {
  /// The labels, on the scan's own grid.
  package let labels: LabelMap
  /// The probabilities that they were chosen by; nil where nobody asks for them. Not a `Sendable` type, but nothing adds to
  /// them any more, and they are only read.
  nonisolated(unsafe) let probabilities: ProbabilitySum?
}

/// Segments scans with a trained network, or with several whose probabilities are averaged (an ensemble).
///
/// The models of an ensemble share their classes and input channels. Each sees the scan with its own reading, window,
/// slice axis, spacing and normalisation; the probabilities are averaged on the scan's own grid. The order in which the
/// models are given changes nothing.
package final class CaseSegmenter {
  /// The card whose classes all models share.
  package let card: ModelCard
  /// How it predicts.
  let configuration: PredictionConfiguration
  private let members: [ScanSegmenter]
  /// Whether a network sees windows of volumes, not whole slices.
  var seesWindows: Bool { members.contains { $0.card.network.dimensions == 3 } }

  /// - Parameter models: At least one.
  /// - Throws: `JobError.modelsDiffer`.
  package init(
    _ models: [TrainedModel], configuration: PredictionConfiguration = PredictionConfiguration()
  ) throws {
    try Self.check(models)
    // Sums of floats depend on their order: that of the files' contents is the same however they are listed.
    let ordered = models.sorted { $0.contentHash < $1.contentHash }
    members = ordered.map {
      ScanSegmenter(
        card: $0.card, network: $0.network, parameters: $0.parameters, configuration: configuration)
    }
    self.configuration = configuration
    card = members[0].card
  }

  private static func check(_ models: [TrainedModel]) throws {
    func check(_ isEqual: Bool, _ models: (TrainedModel, TrainedModel), _ what: String) throws {
      guard isEqual else { throw JobError.modelsDiffer(first: models.0.file, other: models.1.file, what: what) }
    }
    for (index, model) in models.enumerated() {
      for other in models[..<index] {
        let (a, b) = (other.card, model.card)
        try check(a.classes == b.classes, (other, model), "list of classes")
        try check(a.scanChannels == b.scanChannels, (other, model), "number of channels")
        let isSameOrder = a.channelNames == nil || b.channelNames == nil || a.channelNames == b.channelNames
        try check(isSameOrder, (other, model), "list of channel names")
      }
    }
  }

  /// The labels of a scan, on its own grid, and the probabilities where they are to be written.
  ///
  /// One model's probabilities are held for some planes alone. Those of several, and those to be written, are added up in a
  /// temporary file.
  /// - Parameters:
  ///   - scan: The scan; its memory is free for the prediction where nobody else holds it.
  ///   - reading: How it was read.
  ///   - name: What messages call it.
  ///   - folder: An existing folder for the temporary file.
  ///   - check: Called after each tile; what it throws ends the work.
  ///   - read: Reads the scan in another way, for a model of an ensemble that was trained so.
  /// - Throws: `JobError` where the scan does not fit a model or its probabilities are not finite, `DatasetError` where
  ///   the values cannot be normalised, `MachineError` where memory or disk is short, and what `check` and `read` throw.
  package func segmentation(
    of scan: consuming Volume, reading: ScanReading, name: String, folder: URL, check: () throws -> Void = {},
    read: (ScanReading) throws -> Volume
  ) throws -> Segmentation {
    if members.count == 1, configuration.probabilities == .none {
      let labels = try members[0].labels(of: consume scan, name: name, check: check)
      return Segmentation(labels: labels, probabilities: nil)
    }
    let sum = try probabilities(
      of: consume scan, reading: reading, name: name, folder: folder, check: check, read: read)
    return Segmentation(labels: sum.labels(), probabilities: configuration.probabilities == .none ? nil : sum)
  }

  /// The sum of all models' probabilities.
  private func probabilities(
    of scan: Volume, reading: ScanReading, name: String, folder: URL, check: () throws -> Void,
    read: (ScanReading) throws -> Volume
  ) throws -> ProbabilitySum {
    let sum = try ProbabilitySum(on: scan.grid, classes: card.classes.count, in: folder, name: name)
    for member in members {
      // What messages advise is no difference in what is read.
      var choice = member.card.reading
      choice.choices.advice = reading.choices.advice
      let own = choice == reading ? scan : try read(choice)
      guard own.grid.size == scan.grid.size else {
        throw JobError.scanDoesNotFit(
          file: name, expected: "\(scan.grid.size) voxels, as another model of the ensemble reads it",
          found: "\(own.grid.size)")
      }
      try sum.addModel(by: member.reorientation(of: own.grid)) { add in
        try member.forEachOwnPlane(of: own, name: name, check: check, add)
      }
    }
    return sum
  }
}
