import Files
import Foundation
import Networks

/// A network with its weights, as a file has them.
public struct TrainedModel {
  /// The file's description of the model.
  public let card: ModelCard
  /// The file's path, for messages.
  public let file: String
  /// The hash of the file's content.
  package let contentHash: String
  package let network: Network
  package let parameters: ParameterBuffer

  /// Reads a model, its card and its weights checked.
  ///
  /// - Throws: `NetworkError` for a file that cannot be read, that is damaged, or whose weights do not fit its card or are
  ///   not finite; `JobError.notAModel`, `.damagedCard`.
  public init(contentsOf url: URL) throws {
    let (weights, card) = try Self.read(url)
    self.card = card
    file = url.path
    contentHash = try ContentHash.hash(of: url)
    network = try Self.network(of: weights, card, name: url.path).mainPart
    parameters = try network.makeParameters()
    try weights.load(into: parameters, file: file)
  }

  /// Reads the file of a model and checks it, without a network.
  ///
  /// - Throws: As `init(contentsOf:)`.
  package static func read(_ url: URL) throws -> (weights: WeightFile, card: ModelCard) {
    let weights = try WeightFile(contentsOf: url)
    let card = try ModelCard(of: weights, name: url.path)
    try weights.requireFinite(file: url.path)
    // A card may ask for more memory than there is: first the file must have what it says.
    let layout = try network(of: weights, card, name: url.path).layout
    try weights.check(for: layout, file: url.path)
    try weights.requireNoOthers(than: layout, file: url.path)
    return (weights, card)
  }

  /// The network of a file, with the head that judges whole scans where it has one.
  private static func network(of weights: WeightFile, _ card: ModelCard, name: String) throws -> Network {
    let scan = try ScanCard(of: weights, name: name)
    return try card.network.network(for: scan.map { .shared($0.head) } ?? .segmentation)
  }

  /// The number of learnt numbers.
  public var parameterCount: Int { network.layout.parameterCount }
}
