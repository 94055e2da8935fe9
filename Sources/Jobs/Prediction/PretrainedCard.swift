import Configurations
import Datasets
import Foundation
import Networks
import Volumes

/// The card of a file of pre-trained weights: what they were trained to do, and how images were prepared. Such a network
/// segments nothing; `fine-tune` starts from it.
package struct PretrainedCard: NetworkCard, Equatable, Sendable {
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

  /// How a scan becomes what the network sees.
  package var preparation: Preparation {
    Preparation(normalisation: normalisation, spacing: commonSpacing, sliceAxis: sliceAxis)
  }

  package static let key = "segment_pretraining"

  package func check() throws { try network.check() }
}
