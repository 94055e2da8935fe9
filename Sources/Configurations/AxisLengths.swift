/// A length along each of three axes, such as those of a kernel; in files a list of three numbers.
public struct AxisLengths: Hashable, Sendable, CustomStringConvertible {
  /// Along the first axis: the width of what a network sees.
  public var width: Int
  /// Along the second axis.
  public var height: Int
  /// Along the third axis; 1 in a 2-D network.
  public var depth: Int

  /// Makes lengths.
  public init(width: Int, height: Int, depth: Int) {
    (self.width, self.height, self.depth) = (width, height, depth)
  }

  /// The lengths, in the order of the axes.
  public var list: [Int] { [width, height, depth] }

  /// `[width, height, depth]`.
  public var description: String { "[\(width), \(height), \(depth)]" }
}

extension AxisLengths: Codable {
  /// Reads a list of three numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let list = try container.decode([Int].self)
    guard list.count == 3 else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected a list of 3 numbers")
    }
    self.init(width: list[0], height: list[1], depth: list[2])
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(list)
  }
}
