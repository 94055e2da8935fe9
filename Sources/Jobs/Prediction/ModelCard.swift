import Configurations
import Datasets
import Foundation
import Inference
import Networks
import Volumes

/// The model card of a model file: everything that prediction needs, and the origin of the weights.
public struct ModelCard: Codable, Equatable, Sendable {
  /// The network's shape.
  public var network: UNetConfiguration
  /// The classes, in the order of the network's outputs, and their values in label files.
  public var classes: ClassMap
  /// The normalisation of images.
  public var normalisation: Normalisation
  /// How scans are read where their files leave a choice, as in the training.
  public var reading: ScanReading
  /// The spacing that images are resampled to; nil: they stay as they are.
  public var commonSpacing: CommonSpacing?
  /// What the channels are called, in order; nil where nobody named them.
  public var channelNames: [String]?
  /// The axis along which volumes are cut into slices.
  public var sliceAxis: BodyAxis
  /// The number of slices before and behind each that the network sees with it, as further channels (2.5-D).
  public var sliceContext: Int
  /// The extent of the windows it was trained on; smaller slices are padded to it.
  public var window: Extent
  /// The stage that trained it.
  public var stage: String
  /// The epoch (from 1) whose weights it has.
  public var epoch: Int
  /// The mean foreground Dice on the validation part in that epoch; nil without one.
  public var validationDice: Double?
  /// The steps of its training; nil in models of earlier versions.
  public var steps: Int?
  /// Whether the weights are the moving average of a training's weights; nil: they are not.
  public var isAveraged: Bool?

  package init(
    network: UNetConfiguration, classes: ClassMap, dataset: Dataset, preparation: Preparation, sliceContext: Int = 0,
    window: Extent, stage: String
  ) {
    self.network = network
    self.classes = classes
    normalisation = preparation.normalisation
    reading = dataset.reading
    commonSpacing = preparation.spacing
    channelNames = dataset.channelNames
    sliceAxis = preparation.sliceAxis
    self.sliceContext = sliceContext
    self.window = window
    self.stage = stage
    epoch = 0
  }

  enum CodingKeys: String, CodingKey {
    case network, classes, normalisation, reading, window, stage, epoch, steps
    case commonSpacing = "common_spacing"
    case channelNames = "channel_names"
    case sliceAxis = "slice_axis"
    case sliceContext = "slice_context"
    case validationDice = "validation_dice"
    case isAveraged = "averaged_weights"
    case laterNetwork = "network_since_0.3"
  }

  /// Reads a card; one of an earlier version, without a reading, was trained on scans read without choices.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    network = try values.decode(
      UNetConfiguration.self, forKey: values.contains(.laterNetwork) ? .laterNetwork : .network)
    classes = try values.decode(ClassMap.self, forKey: .classes)
    normalisation = try values.decode(Normalisation.self, forKey: .normalisation)
    reading = try values.decodeIfPresent(ScanReading.self, forKey: .reading) ?? ScanReading()
    commonSpacing = try values.decodeIfPresent(CommonSpacing.self, forKey: .commonSpacing)
    channelNames = try values.decodeIfPresent([String].self, forKey: .channelNames)
    sliceAxis = try values.decode(BodyAxis.self, forKey: .sliceAxis)
    sliceContext = try values.decodeIfPresent(Int.self, forKey: .sliceContext) ?? 0
    window = try values.decode(Extent.self, forKey: .window)
    stage = try values.decode(String.self, forKey: .stage)
    epoch = try values.decode(Int.self, forKey: .epoch)
    validationDice = try values.decodeIfPresent(Double.self, forKey: .validationDice)
    steps = try values.decodeIfPresent(Int.self, forKey: .steps)
    isAveraged = try values.decodeIfPresent(Bool.self, forKey: .isAveraged)
  }

  /// Writes what `init(from:)` reads. A network that the programs before version 0.3 would compute otherwise has a key of its
  /// own, without which they refuse the file.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    let usual = UNetConfiguration()
    let isLater =
      network.downsampling != usual.downsampling || network.convolutions != usual.convolutions
      || network.kernels != nil || network.pooling != nil || network.maxChannels != nil || sliceContext > 0
    try values.encode(network, forKey: isLater ? .laterNetwork : .network)
    try values.encode(classes, forKey: .classes)
    try values.encode(normalisation, forKey: .normalisation)
    try values.encode(reading, forKey: .reading)
    try values.encodeIfPresent(commonSpacing, forKey: .commonSpacing)
    try values.encodeIfPresent(channelNames, forKey: .channelNames)
    try values.encode(sliceAxis, forKey: .sliceAxis)
    if sliceContext > 0 { try values.encode(sliceContext, forKey: .sliceContext) }
    try values.encode(window, forKey: .window)
    try values.encode(stage, forKey: .stage)
    try values.encode(epoch, forKey: .epoch)
    try values.encodeIfPresent(validationDice, forKey: .validationDice)
    try values.encodeIfPresent(steps, forKey: .steps)
    try values.encodeIfPresent(isAveraged, forKey: .isAveraged)
  }

  /// How a scan becomes what the network sees.
  package var preparation: Preparation {
    Preparation(normalisation: normalisation, spacing: commonSpacing, sliceAxis: sliceAxis)
  }

  /// The regions in which the network sees a prepared scan.
  func tileShape(overlap: Double) -> TileShape {
    Self.tileShape(window: window, dimensions: network.dimensions, sliceContext: sliceContext, overlap: overlap)
  }

  /// The number of channels of a scan.
  package var scanChannels: Int { network.inputChannels / (2 * sliceContext + 1) }

  /// The regions in which a network sees a prepared scan, by the window of its training: whole slices, or overlapping
  /// patches of a volume.
  package static func tileShape(
    window: Extent, dimensions: Int, sliceContext: Int, overlap: Double = PredictionConfiguration().overlap
  ) -> TileShape {
    if dimensions == 3 {
      return TileShape(
        width: .part(window.width, overlap: overlap), height: .part(window.height, overlap: overlap),
        depth: .part(window.depth, overlap: overlap), weights: .gaussian(share: 1.0 / 8))
    }
    return TileShape(
      width: .whole(atLeast: window.width), height: .whole(atLeast: window.height),
      depth: .part(window.depth, overlap: 0), context: sliceContext)
  }

  private static let key = "segment"

  /// Whether a weight file has a card of this kind: the model segments.
  package static func isIn(_ file: WeightFile) -> Bool { file.metadata[key] != nil }

  /// Reads the card of a weight file, every number of it checked.
  ///
  /// - Throws: `JobError.notAModel` for a file without a card, `.damagedCard`; `name` is what messages call the file.
  package init(of file: WeightFile, name: String) throws {
    guard let text = file.metadata[Self.key] else {
      if try PretrainedCard(of: file, name: name) != nil { throw JobError.pretrained(file: name) }
      if try ScanCard(of: file, name: name) != nil { throw JobError.judgesScans(file: name) }
      throw JobError.notAModel(file: name)
    }
    do {
      self = try JSONDecoder().decode(ModelCard.self, from: Data(text.utf8))
      try check()
    } catch {
      throw JobError.damagedCard(file: name, problem: ValueProblem(decoding: error))
    }
  }

  /// Checks that the numbers are possible, and that they agree with one another.
  private func check() throws(ValueProblem) {
    do {
      try network.check()
    } catch {
      throw ValueProblem("network.\(error.key)", expected: error.expected, found: error.found)
    }
    try ValueProblem.check("network.classes", network.classes, in: classes.count...classes.count)
    try ValueProblem.check("window.width", window.width, in: 1...Self.longestWindow)
    try ValueProblem.check("window.height", window.height, in: 1...Self.longestWindow)
    let deepest = network.dimensions == 3 ? Self.longestWindow : 1
    try ValueProblem.check("window.depth", window.depth, in: 1...deepest)
    let mostContext = network.dimensions == 3 ? 0 : Self.mostContext
    try ValueProblem.check("slice_context", sliceContext, in: 0...mostContext)
    guard network.inputChannels.isMultiple(of: 2 * sliceContext + 1) else {
      throw ValueProblem(
        "network.input_channels", expected: "a multiple of the \(2 * sliceContext + 1) slices that are seen together",
        found: network.inputChannels)
    }
    try ValueProblem.check("epoch", epoch, in: 0...Int(Int32.max))
    if let steps { try ValueProblem.check("steps", steps, in: 1...Int(Int32.max)) }
    if let validationDice { try ValueProblem.check("validation_dice", validationDice, in: 0...1) }
    if let channelNames, channelNames.count != scanChannels {
      throw ValueProblem("channel_names", expected: "\(scanChannels) names", found: channelNames.count)
    }
  }

  /// The most slices before and behind each that a network sees with it.
  package static let mostContext = 16

  /// Far beyond any slice, in pixels.
  private static let longestWindow = 1 << 16

  /// The card as a weight file's metadata.
  package func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [Self.key: String(decoding: try encoder.encode(self), as: UTF8.self)]
  }
}
