import Datasets
import Foundation
import Networks
import Volumes

/// What a weight file says about itself: enough to predict with it, and where it comes from.
public struct ModelCard: Codable, Equatable, Sendable {
  /// The network's shape.
  public var network: UNetConfiguration
  /// The classes, in the order of the network's outputs, and their values in label files.
  public var classes: ClassMap
  /// How an image's values are brought to a common scale.
  public var normalisation: Normalisation
  /// How scans are read where their files leave a choice, as in the training.
  public var reading: ScanReading
  /// The spacing that images are resampled to; nil: they stay as they are.
  public var commonSpacing: CommonSpacing?
  /// What the channels are called, in order; nil where nobody named them.
  public var channelNames: [String]?
  /// The axis along which volumes are cut into slices.
  public var sliceAxis: BodyAxis
  /// The extent of the windows it was trained on; smaller slices are padded to it.
  public var window: Extent
  /// The stage that trained it.
  public var stage: String
  /// The epoch (from 1) whose weights it has.
  public var epoch: Int
  /// The mean foreground Dice on the validation part in that epoch; nil without one.
  public var validationDice: Double?

  package init(
    network: UNetConfiguration, classes: ClassMap, dataset: Dataset, sliceAxis: BodyAxis, window: Extent, stage: String
  ) {
    self.network = network
    self.classes = classes
    normalisation = dataset.normalisation
    reading = dataset.reading
    commonSpacing = dataset.commonSpacing
    channelNames = dataset.channelNames
    self.sliceAxis = sliceAxis
    self.window = window
    self.stage = stage
    epoch = 0
  }

  enum CodingKeys: String, CodingKey {
    case network, classes, normalisation, reading, window, stage, epoch
    case commonSpacing = "common_spacing"
    case channelNames = "channel_names"
    case sliceAxis = "slice_axis"
    case validationDice = "validation_dice"
  }

  /// Reads a card; one of an earlier version, without a reading, was trained on scans read without choices.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    network = try values.decode(UNetConfiguration.self, forKey: .network)
    classes = try values.decode(ClassMap.self, forKey: .classes)
    normalisation = try values.decode(Normalisation.self, forKey: .normalisation)
    reading = try values.decodeIfPresent(ScanReading.self, forKey: .reading) ?? ScanReading()
    commonSpacing = try values.decodeIfPresent(CommonSpacing.self, forKey: .commonSpacing)
    channelNames = try values.decodeIfPresent([String].self, forKey: .channelNames)
    sliceAxis = try values.decode(BodyAxis.self, forKey: .sliceAxis)
    window = try values.decode(Extent.self, forKey: .window)
    stage = try values.decode(String.self, forKey: .stage)
    epoch = try values.decode(Int.self, forKey: .epoch)
    validationDice = try values.decodeIfPresent(Double.self, forKey: .validationDice)
  }

  private static let key = "segment"

  package init(of file: WeightFile, name: String) throws {
    guard let text = file.metadata[Self.key],
      let card = try? JSONDecoder().decode(ModelCard.self, from: Data(text.utf8))
    else { throw JobError.notAModel(file: name) }
    self = card
  }

  /// The card as a weight file's metadata.
  package func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [Self.key: String(decoding: try encoder.encode(self), as: UTF8.self)]
  }
}

/// A network with its weights, as a file has them.
public struct TrainedModel {
  /// What the file says about itself.
  public let card: ModelCard
  /// The file's path, for messages.
  public let file: String
  package let network: Network
  package let parameters: ParameterBuffer

  /// Reads a model.
  ///
  /// - Throws: `NetworkError`, `JobError.notAModel`.
  public init(contentsOf url: URL) throws {
    let weights = try WeightFile(contentsOf: url)
    file = url.path
    card = try ModelCard(of: weights, name: file)
    network = try card.network.network()
    try weights.check(against: network.layout, file: file)
    parameters = try network.makeParameters()
    try weights.load(into: parameters, file: file)
  }

  /// The number of learnt numbers.
  public var parameterCount: Int { network.layout.parameterCount }
}
