import Configurations
import Datasets
import Foundation
import Networks
import Volumes

/// The card of a file of pre-trained weights: what they were trained to do, and how images were prepared. Such a network
/// segments nothing; `fine-tune` starts from it.
package struct PretrainedCard: Codable, Equatable, Sendable {
  /// The shape of the U-Net whose blocks the network has.
  package var network: UNetConfiguration
  /// What the network was trained for.
  package var task: NetworkTask
  /// The normalisation of images.
  package var normalisation: Normalisation
  /// The spacing that images were resampled to; nil: they stayed as they were.
  package var commonSpacing: CommonSpacing?
  /// The axis along which volumes were cut into slices.
  package var sliceAxis: BodyAxis
  /// The extent of the windows it was trained on.
  package var window: Extent
  /// The stage that trained it.
  package var stage: String
  /// The steps of its training.
  package var steps: Int

  /// Makes a card.
  package init(
    network: UNetConfiguration, task: NetworkTask, preparation: Preparation, window: Extent, stage: String, steps: Int
  ) {
    (self.network, self.task, self.window, self.stage, self.steps) = (network, task, window, stage, steps)
    (normalisation, commonSpacing) = (preparation.normalisation, preparation.spacing)
    sliceAxis = preparation.sliceAxis
  }

  private static let key = "segment_pretraining"

  /// Reads the card of a weight file; nil where it has none.
  ///
  /// - Throws: `JobError.damagedCard`.
  package init?(of file: WeightFile, name: String) throws {
    guard let text = file.metadata[Self.key] else { return nil }
    do {
      self = try JSONDecoder().decode(PretrainedCard.self, from: Data(text.utf8))
      try network.check()
    } catch let error as ConfigurationProblem {
      throw JobError.damagedCard(
        file: name, problem: ValueProblem("network.\(error.key)", expected: error.expected, found: error.found))
    } catch {
      throw JobError.damagedCard(file: name, problem: ValueProblem(decoding: error))
    }
  }

  /// The card as a weight file's metadata.
  package func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [Self.key: String(decoding: try encoder.encode(self), as: UTF8.self)]
  }
}

/// A model that a training starts from: one that segments or judges whole scans, or pre-trained weights.
package struct StartingModel {
  /// The weights.
  package let weights: WeightFile
  /// The shape of the network's U-Net.
  package let network: UNetConfiguration
  /// The classes of a model that segments; nil of others.
  package let classes: ClassMap?
  /// The channels of a scan.
  package let scanChannels: Int
  /// The axis along which volumes are cut into slices.
  package let sliceAxis: BodyAxis
  /// The slices before and behind each that the network sees with it.
  package let sliceContext: Int
  /// The extent of the windows it was trained on; nil where another training may see others.
  package let window: Extent?
  /// How a scan becomes what the network sees.
  package let preparation: Preparation?

  /// Reads a file, its card and its weights checked.
  ///
  /// - Throws: As `TrainedModel.read`.
  package init(contentsOf url: URL) throws {
    let file = try WeightFile(contentsOf: url)
    if let card = try ScanCard(of: file, name: url.path) {
      try file.check(for: card.network.network(for: .scan(card.head)).layout, file: url.path)
      try file.requireFinite(file: url.path)
      weights = file
      (network, classes, scanChannels) = (card.network, nil, card.network.inputChannels)
      (sliceAxis, sliceContext, window, preparation) = (card.sliceAxis, 0, nil, nil)
      return
    }
    guard let card = try PretrainedCard(of: file, name: url.path) else {
      let (weights, card) = try TrainedModel.read(url)
      self.weights = weights
      (network, classes, scanChannels) = (card.network, card.classes, card.scanChannels)
      (sliceAxis, sliceContext, window) = (card.sliceAxis, card.sliceContext, card.window)
      preparation = card.preparation
      return
    }
    let layout = try card.network.network(for: card.task).layout
    try file.check(for: layout, file: url.path)
    try file.requireFinite(file: url.path)
    weights = file
    (network, classes, scanChannels) = (card.network, nil, card.network.inputChannels)
    (sliceAxis, sliceContext, window, preparation) = (card.sliceAxis, 0, nil, nil)
  }
}
