import Configurations
import Datasets
import Foundation
import Networks
import Volumes

/// What a network says of a whole scan.
package enum ScanOutcome: Hashable, Sendable, Codable {
  /// One of these classes, by the softmax of the network's outputs; where they are not exclusive, each has a probability of its
  /// own, by the sigmoid.
  case classes([String], areExclusive: Bool = true)
  /// A number; the network's output times `deviation`, plus `mean`.
  case number(mean: Double, deviation: Double)

  /// The names of the classes; nil of a number.
  package var classes: [String]? {
    if case .classes(let names, _) = self { names } else { nil }
  }

  /// Probabilities as they are; a network's number in the units of the table.
  package func inUnits(_ values: [Double]) -> [Double] {
    guard case .number(let mean, let deviation) = self else { return values }
    return values.map { mean + deviation * $0 }
  }
}

/// The card of a model that judges whole scans.
package struct ScanCard: NetworkCard, Equatable, Sendable {
  /// The shape of the U-Net whose encoder the network may have, and of its input.
  package var network: UNetConfiguration
  /// The rest of the network.
  package var head: ScanHead
  /// The column of the table that it was trained on.
  package var column: String
  /// What comes out.
  package var outcome: ScanOutcome
  /// The normalisation of images.
  package var normalisation: Normalisation
  /// How scans are read where their files leave a choice, as in the training.
  package var reading: ScanReading
  /// The spacing that images are resampled to; nil: they stay as they are.
  package var commonSpacing: CommonSpacing?
  /// The axis along which volumes are cut into slices.
  package var sliceAxis: BodyAxis
  /// The extent of what the network sees.
  package var window: Extent
  /// The stage that trained it.
  package var stage: String
  /// The epoch (from 1) whose weights it has.
  package var epoch = 0
  /// The steps of its training.
  package var steps = 0

  /// Makes a card.
  package init(
    network: UNetConfiguration, head: ScanHead, column: String, outcome: ScanOutcome, reading: ScanReading,
    preparation: Preparation, window: Extent, stage: String
  ) {
    (self.network, self.head, self.column, self.outcome) = (network, head, column, outcome)
    (self.reading, self.window, self.stage) = (reading, window, stage)
    (normalisation, commonSpacing) = (preparation.normalisation, preparation.spacing)
    sliceAxis = preparation.sliceAxis
  }

  /// How a scan becomes what the network sees.
  package var preparation: Preparation {
    Preparation(normalisation: normalisation, spacing: commonSpacing, sliceAxis: sliceAxis)
  }

  package static let key = "segment_scan"

  package func check() throws {
    try network.check()
    let outputs = outcome.classes?.count ?? 1
    try ValueProblem.check("head.outputs", head.outputs, in: outputs...outputs)
    try ValueProblem.check("window.width", window.width, in: 1...Self.longestWindow)
    try ValueProblem.check("window.height", window.height, in: 1...Self.longestWindow)
    try ValueProblem.check("window.depth", window.depth, in: 1...(network.dimensions == 3 ? Self.longestWindow : 1))
  }

  /// Far beyond any scan, in voxels.
  private static let longestWindow = 1 << 16
}
