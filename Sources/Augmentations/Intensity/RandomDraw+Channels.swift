import Foundation
import Volumes

extension RandomDraw {
  /// Draws for each channel: whether it is changed, and how, so that no channel's coin changes another's value; nil where
  /// it is not.
  mutating func perChannel<Value>(
    _ channels: Int, probability: Double, _ value: (inout RandomDraw) -> Value
  ) -> [Value?] {
    (0..<channels).map { _ in
      let isChanged = happens(probability)
      let drawn = value(&self)
      return isChanged ? drawn : nil
    }
  }

  /// A whole number drawn evenly from those of a range; at a strength, so far from the lower end.
  mutating func count(in range: ClosedRange<Double>) -> Int {
    let (lower, upper) = (range.lowerBound.rounded(), range.upperBound.rounded())
    return Int(min(number(in: lower...upper + 1).rounded(.down), upper))
  }

  /// One of some axes along which a grid has more than one voxel; i, where there is none.
  mutating func axis(among axes: [GridAxis], of grid: Grid) -> GridAxis {
    let possible = axes.filter { grid.counts[$0.index] > 1 }
    let drawn = position()
    return possible.isEmpty ? .i : possible[Int(drawn * Double(possible.count))]
  }
}

extension Array {
  /// What was drawn for a channel; those beyond begin again with the first, as the channels of neighbouring planes do.
  subscript<Value>(channel channel: Int) -> Value? where Element == Value? {
    isEmpty ? nil : self[channel % count]
  }
}

extension Array where Element == Double? {
  /// A number for each channel, a dash where it is left as it is.
  func text(_ format: String) -> String {
    map { $0.map { String(format: format, $0) } ?? "-" }.joined(separator: ", ")
  }
}
