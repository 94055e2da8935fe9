/// Why weights cannot be transferred.
public enum TransferError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A cut names a block that the network does not have.
  case unknownCut(String, known: [String])
  /// No parameter of part 1 is loaded.
  case nothingLoaded(file: String, cut: String)
  /// The first layer has other channels, and there is no rule for them.
  case otherChannels(file: String, model: Int, data: Int)
  /// A 3-D model cannot begin a 2-D network.
  case otherDimensions(file: String, model: Int, asked: Int)
  /// More blocks are to be thawed than part 1 has.
  case tooManyThaws(count: Int, blocks: [String])

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .unknownCut(let name, let known):
      "cut: the network has no block '\(name)'; expected one of \(known.joined(separator: ", "))"
    case .nothingLoaded(let file, let cut):
      "\(file): no parameter of this model fits the network up to the cut '\(cut)' (names and shapes are compared; see "
        + "transfer.csv). Use the network of the model, or 'train' without a model"
    case .otherChannels(let file, let model, let data):
      "\(file): the model sees \(model) channels, the data set has \(data). Set channels: average (each new channel starts "
        + "with the mean of the model's) or channels: copy (the first ones are copied), or load other images"
    case .otherDimensions(let file, let model, let asked):
      "\(file): a model of dimensions: \(model) cannot start a network of dimensions: \(asked); only the weights of 2-D models "
        + "can be inflated into 3-D networks"
    case .tooManyThaws(let count, let blocks):
      "unfreeze: \(count) epochs for \(blocks.count) blocks of part 1 (\(blocks.joined(separator: ", "))); give at most one "
        + "epoch for each block"
    }
  }
}
