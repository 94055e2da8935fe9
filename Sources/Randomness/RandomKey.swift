/// What a random draw belongs to.
///
/// Every draw of the program is a function of its key alone, so that batch size, workers, threads and the point of a
/// resume never change a result.
public struct RandomKey: Hashable, Sendable {
  /// The run's seed, from the pipeline file.
  public var seed: UInt64
  /// The name of the stage that draws.
  public var stage: String
  /// The epoch, from 0.
  public var epoch: Int
  /// The index of the draw within the epoch, from 0.
  public var draw: Int
  /// What is drawn, such as `rotation`.
  public var operation: String

  /// Makes a key; outside a training, `epoch` and `draw` are usually 0.
  public init(seed: UInt64, stage: String, epoch: Int = 0, draw: Int = 0, operation: String) {
    self.seed = seed
    self.stage = stage
    self.epoch = epoch
    self.draw = draw
    self.operation = operation
  }

  /// The same key for another operation.
  public func operation(_ operation: String) -> RandomKey {
    var key = self
    key.operation = operation
    return key
  }

  /// A 64-bit digest of the stage, the epoch, the draw and the operation: FNV-1a over their bytes, numbers as eight
  /// from the lowest, each text followed by the number 255, which no UTF-8 holds.
  package var digest: UInt64 {
    var digest = FowlerNollVo()
    digest.mix(text: stage)
    digest.mix(number: epoch)
    digest.mix(number: draw)
    digest.mix(text: operation)
    return digest.hash
  }
}

/// The hash FNV-1a of 64 bits.
private struct FowlerNollVo {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func mix(byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

  mutating func mix(number: Int) {
    let bits = UInt64(bitPattern: Int64(number))
    for shift in stride(from: UInt64(0), to: 64, by: 8) { mix(byte: UInt8(truncatingIfNeeded: bits >> shift)) }
  }

  mutating func mix(text: String) {
    for byte in text.utf8 { mix(byte: byte) }
    mix(number: 0xff)
  }
}
