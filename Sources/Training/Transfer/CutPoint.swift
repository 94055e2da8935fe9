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

  /// The blocks of part 1, from the input to the cut; the heads too where nothing is new.
  ///
  /// - Throws: `TransferError.unknownCut` where the network has no such block.
  public func firstPart(depth: Int) throws(TransferError) -> [String] {
    let blocks = Self.blocks(depth: depth)
    switch self {
    case .whole: return blocks + ["head", "scan"]
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
