import Networks

/// Where a trained network is cut in two for transfer learning: part 1 keeps its weights, part 2 is new.
///
/// In the order of the forward pass the blocks of a U-Net are `encoder.0` (the full resolution) to `encoder.D` (the lowest),
/// `decoder.D-1` to `decoder.0`, and the head. A cut is named by the last block of part 1.
public enum CutPoint: Hashable, Sendable, CustomStringConvertible {
  /// Everything is part 1: the training of the same classes goes on.
  case whole
  /// Only the last 1x1 convolution is new.
  case head
  /// The encoder is part 1.
  case encoder
  /// Part 1 ends with this block, such as `encoder.2` or `decoder.1`.
  case block(String)

  /// Reads a cut as pipeline files name it; nil: it cannot be one of any network.
  public init?(_ text: String) {
    switch text {
    case "whole": self = .whole
    case "head": self = .head
    case "encoder": self = .encoder
    default:
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, ["encoder", "decoder"].contains(parts[0]), let level = Int(parts[1]), level >= 0,
        "\(level)" == parts[1]
      else { return nil }
      self = .block(text)
    }
  }

  /// The name in pipeline files.
  public var name: String {
    switch self {
    case .whole: "whole"
    case .head: "head"
    case .encoder: "encoder"
    case .block(let name): name
    }
  }

  /// The name.
  public var description: String { name }

  /// The blocks of a network of this depth, in the order of the forward pass; without the head.
  public static func blocks(depth: Int) -> [String] {
    (0...depth).map { "encoder.\($0)" } + (0..<depth).reversed().map { "decoder.\($0)" }
  }

  /// The blocks of part 1, from the input to the cut; the head too where nothing is new.
  ///
  /// - Throws: `TransferError.unknownCut` where the network has no such block.
  public func firstPart(depth: Int) throws(TransferError) -> [String] {
    let blocks = Self.blocks(depth: depth)
    switch self {
    case .whole: return blocks + ["head"]
    case .head: return blocks
    case .encoder: return Array(blocks[...depth])
    case .block(let name):
      guard let index = blocks.firstIndex(of: name) else {
        throw .unknownCut(name, known: ["whole", "head", "encoder"] + blocks)
      }
      return Array(blocks[...index])
    }
  }
}

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
