import Foundation
import Volumes

/// The ranges of a shift of the histogram.
public struct HistogramShiftRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "histogram_shift"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("channel_probability", .number(\.channelProbability, within: 0...1)),
    RangeParameter("control_points", .count(\.controlPoints, within: 3...100)),
    RangeParameter("shift", .number(\.shift, within: 0...0.5)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The probability that a channel is changed, once the image is, 0...1.
  public var channelProbability = 1.0
  /// The number of control points over a channel's range, its ends among them.
  public var controlPoints = 10
  /// How far a control point may move, either way, as a share of their spacing; at 0.5, two may meet.
  public var shift = 0.25

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> HistogramShift {
    HistogramShift(
      moves: draw.perChannel(channels, probability: channelProbability) { draw in
        // Both ways in turn, where a strength is stated.
        (0..<controlPoints - 2).map { ($0 % 2 == 0 ? 1 : -1) * draw.magnitude(shift) }
      })
  }
}

/// Maps the values of each channel by a monotone polyline from its range onto the same range.
///
/// Source: MONAI's RandHistogramShift, whose control points move between their neighbours.
public struct HistogramShift: IntensityTransform {
  /// How far each control point between the ends moves, as a share of their spacing, -0.5...0.5, for each channel, nil to
  /// leave it as it is; those beyond begin again with the first.
  public var moves: [[Double]?]

  /// Makes a change of what is stated.
  public init(moves: [[Double]?]) { self.moves = moves }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let statistics = window.statistics()
    for points in Set(moves.compactMap { $0?.count }) {
      let spacing = 1 / Double(points + 1)
      let corners = (0..<window.channels).map { channel -> [Double]? in
        guard let moves = moves[channel: channel], moves.count == points, !statistics[channel].isConstant else {
          return nil
        }
        return [0] + moves.enumerated().map { (Double($0 + 1) + $1) * spacing } + [1]
      }
      window.map(statistics, corners: corners)
    }
  }

  /// The change in a phrase.
  public var description: String {
    let largest = moves.compactMap { $0?.map(abs).max() }.max() ?? 0
    return String(format: "histogram shift up to %.2f", largest)
  }
}
