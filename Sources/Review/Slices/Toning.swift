import Volumes

/// The range of values that a picture shows from black to white.
public struct GreyWindow: Hashable, Sendable {
  /// The value shown as black, and everything below it.
  public var lower: Float
  /// The value shown as white, and everything above it; at least `lower`.
  public var upper: Float

  /// Makes a window.
  public init(lower: Float, upper: Float) {
    precondition(lower <= upper, "the upper end of a window is not below its lower end")
    (self.lower, self.upper) = (lower, upper)
  }

  /// The brightness of a value, in 0...255; a window without width shows everything as mid grey, NaN is black.
  public func brightness(of value: Float) -> Float {
    guard upper > lower else { return value.isNaN ? 0 : 127.5 }
    guard !value.isNaN else { return 0 }
    return 255 * (min(max(value, lower), upper) - lower) / (upper - lower)
  }

  /// The window between two percentiles, in 0...100, of the finite values of one channel of a volume.
  ///
  /// Where the two are equal (an image that is nearly all background) it reaches from the smallest to the largest value;
  /// a volume without finite values has the window 0...0.
  public init(
    of volume: Volume, channel: Int = 0, percentiles: ClosedRange<Double> = 0.5...99.5
  ) {
    let statistics = OrderStatistics(of: volume, channel: channel)
    self.init(
      lower: statistics.value(atPercentile: percentiles.lowerBound),
      upper: statistics.value(atPercentile: percentiles.upperBound))
    if lower == upper {
      self.init(lower: statistics.value(atPercentile: 0), upper: statistics.value(atPercentile: 100))
    }
  }
}

/// How the values of a volume become the tones of a picture.
public enum Toning: Hashable, Sendable {
  /// One channel as grey.
  case grey(GreyWindow, channel: Int)
  /// Three channels as red, green and blue, from 0 to `maximum`.
  case colour(maximum: Float)

  /// The usual toning of a volume: a plain picture of three channels of whole numbers, 0...255 or 0...65535 without
  /// physical size, in its own colours; everything else as the grey of its first channel between robust percentiles.
  public init(of volume: Volume) {
    if volume.channels == 3, volume.grid.unit == .pixels,
      volume.voxels.allSatisfy({ $0 >= 0 && $0 <= 65535 && $0 == $0.rounded() })
    {
      let isEightBit = volume.voxels.allSatisfy { $0 <= 255 }
      self = .colour(maximum: isEightBit ? 255 : 65535)
    } else {
      self = .grey(GreyWindow(of: volume), channel: 0)
    }
  }
}

/// The ordered finite values of one channel, looked up without sorting: counts of the upper, then the lower 16 bits.
private struct OrderStatistics {
  private let voxels: [Float]
  private let channels: Int
  private let channel: Int
  private var upperCounts = [Int](repeating: 0, count: 65536)
  private var total = 0

  init(of volume: Volume, channel: Int) {
    (voxels, channels, self.channel) = (volume.voxels, volume.channels, channel)
    for index in stride(from: channel, to: voxels.count, by: channels) where voxels[index].isFinite {
      upperCounts[Int(Self.key(of: voxels[index]) >> 16)] += 1
      total += 1
    }
  }

  /// The value whose rank is nearest to a percentile; 0 where there is none.
  func value(atPercentile percentile: Double) -> Float {
    guard total > 0 else { return 0 }
    var rank = Int((min(max(percentile, 0), 100) / 100 * Double(total - 1)).rounded())
    let upper = Self.bin(holding: &rank, in: upperCounts)
    var lowerCounts = [Int](repeating: 0, count: 65536)
    for index in stride(from: channel, to: voxels.count, by: channels) where voxels[index].isFinite {
      let key = Self.key(of: voxels[index])
      if Int(key >> 16) == upper { lowerCounts[Int(key & 0xffff)] += 1 }
    }
    return Self.value(of: UInt32(upper) << 16 | UInt32(Self.bin(holding: &rank, in: lowerCounts)))
  }

  /// The bin that holds the value of a rank, and in `rank` its rank within the bin.
  private static func bin(holding rank: inout Int, in counts: [Int]) -> Int {
    for (bin, count) in counts.enumerated() {
      if rank < count { return bin }
      rank -= count
    }
    return counts.count - 1
  }

  /// A whole number that orders as the value does.
  private static func key(of value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
  }

  private static func value(of key: UInt32) -> Float {
    Float(bitPattern: key >> 31 == 1 ? key & 0x7fff_ffff : ~key)
  }
}
