import Machine
import Networks

/// The axes along which an image is mirrored.
struct Mirroring: OptionSet {
  let rawValue: Int

  static let width = Mirroring(rawValue: 1)
  static let height = Mirroring(rawValue: 2)
  static let depth = Mirroring(rawValue: 4)

  /// Every combination of the axes of an extent that are longer than a pixel, none first: their number is a power of 2.
  static func all(of extent: Extent) -> [Mirroring] {
    var axes: Mirroring = []
    if extent.width > 1 { axes.insert(.width) }
    if extent.height > 1 { axes.insert(.height) }
    if extent.depth > 1 { axes.insert(.depth) }
    return (0..<8).map(Mirroring.init).filter(axes.isSuperset)
  }

  /// Mirrors an image in place; once more makes it as it was. Shape: (depth, height, width, channel).
  func apply(to values: UnsafeMutableBufferPointer<Float>, extent: Extent, channels: Int) {
    guard !isEmpty, let start = values.baseAddress else { return }
    let length = extent.width * channels
    Threads.forEach(extent.depth * extent.height) { row in
      let (plane, line) = (row / extent.height, row % extent.height)
      let other =
        (contains(.depth) ? extent.depth - 1 - plane : plane) * extent.height
        + (contains(.height) ? extent.height - 1 - line : line)
      // Of two rows that take each other's place, the first one's thread swaps them.
      guard row <= other else { return }
      swap(start + row * length, start + other * length, isSame: row == other, width: extent.width, channels)
    }
  }

  /// Swaps the pixels of two rows, or of the two halves of one.
  private func swap(
    _ row: UnsafeMutablePointer<Float>, _ other: UnsafeMutablePointer<Float>, isSame: Bool, width: Int, _ channels: Int
  ) {
    if isSame, !contains(.width) { return }
    for pixel in 0..<(isSame ? width / 2 : width) {
      let (place, partner) = (pixel &* channels, (contains(.width) ? width &- 1 &- pixel : pixel) &* channels)
      for channel in 0..<channels {
        (row[place &+ channel], other[partner &+ channel]) = (other[partner &+ channel], row[place &+ channel])
      }
    }
  }
}
