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

  init(
    network: UNetConfiguration, classes: ClassMap, normalisation: Normalisation, sliceAxis: BodyAxis, window: Extent,
    stage: String
  ) {
    self.network = network
    self.classes = classes
    self.normalisation = normalisation
    self.sliceAxis = sliceAxis
    self.window = window
    self.stage = stage
    epoch = 0
  }

  enum CodingKeys: String, CodingKey {
    case network, classes, normalisation, window, stage, epoch
    case sliceAxis = "slice_axis"
    case validationDice = "validation_dice"
  }

  private static let key = "segment"

  init(of file: WeightFile, name: String) throws {
    guard let text = file.metadata[Self.key],
      let card = try? JSONDecoder().decode(ModelCard.self, from: Data(text.utf8))
    else { throw StageError.notAModel(file: name) }
    self = card
  }

  /// The card as a weight file's metadata.
  func metadata() throws -> [String: String] {
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
  let network: Network
  let parameters: ParameterBuffer

  /// Reads a model.
  ///
  /// - Throws: `NetworkError`, `StageError.notAModel`.
  public init(contentsOf url: URL) throws {
    let weights = try WeightFile(contentsOf: url)
    file = url.path
    card = try ModelCard(of: weights, name: file)
    network = try card.network.network()
    parameters = ParameterBuffer(network.layout)
    try weights.load(into: parameters, file: file)
  }

  /// The number of learnt numbers.
  public var parameterCount: Int { network.layout.parameterCount }
}
