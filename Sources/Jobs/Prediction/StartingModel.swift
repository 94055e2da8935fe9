import Datasets
import Foundation
import Networks
import Volumes

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
  /// The extent of the windows it was trained on; nil where another training should see others.
  package let window: Extent?
  /// How a scan becomes what the network sees.
  package let preparation: Preparation?

  /// Reads a file, its card and its weights checked.
  ///
  /// - Throws: As `TrainedModel.read`.
  package init(contentsOf url: URL) throws {
    let file = try WeightFile(contentsOf: url)
    if !ModelCard.isIn(file), let card = try ScanCard(of: file, name: url.path) {
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
    (sliceAxis, sliceContext, preparation) = (card.sliceAxis, 0, nil)
    // Pairs of patches are much smaller than what a segmentation should see.
    window = card.task == .relativePatches ? nil : card.window
  }
}
