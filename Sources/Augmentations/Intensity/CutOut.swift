import Foundation
import Volumes

/// The ranges of boxes that are cut out.
public struct CutOutRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "cut_out"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("boxes", .interval(\.boxes, within: 1...100)),
    RangeParameter("size", .interval(\.size, within: 0...1)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// How many boxes there are; whole numbers are drawn.
  public var boxes: ClosedRange<Double> = 1...3
  /// The side of a box along each axis, as a share of the window's.
  public var size: ClosedRange<Double> = 0.05...0.2

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> CutOut {
    CutOut(
      boxes: (0..<draw.count(in: boxes)).map { _ in
        var box = CutOut.Box(position: .zero, size: .zero)
        for axis in 0..<3 { (box.size[axis], box.position[axis]) = (draw.number(in: size), draw.position()) }
        return box
      })
  }
}

/// Fills boxes with each channel's mean. Labels are unchanged, so that the network must infer what is missing from its surroundings.
///
/// Source: DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017.
public struct CutOut: IntensityTransform {
  /// A box within a window.
  public struct Box: Hashable, Sendable, Codable {
    /// Its position along i, j and k: 0 at the window's first voxels, 1 at its last.
    public var position: SIMD3<Double>
    /// Its sides along i, j and k as shares of the window's, 0...1; at least a voxel.
    public var size: SIMD3<Double>

    /// Makes a box.
    public init(position: SIMD3<Double>, size: SIMD3<Double>) { (self.position, self.size) = (position, size) }

    /// The voxels along an axis of `count`.
    func voxels(_ axis: Int, of count: Int) -> Range<Int> {
      let length = min(max((size[axis] * Double(count)).rounded(), 1), Double(count))
      let first = min(max((position[axis] * (Double(count) - length)).rounded(), 0), Double(count) - length)
      return Int(first)..<Int(first + length)
    }
  }

  /// The boxes.
  public var boxes: [Box]

  /// Makes a change of what is stated.
  public init(boxes: [Box]) { self.boxes = boxes }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let (means, size) = (window.statistics().map { Float($0.mean) }, window.grid.counts)
    for box in boxes {
      let columns = box.voxels(0, of: size.x)
      for k in box.voxels(2, of: size.z) {
        for j in box.voxels(1, of: size.y) {
          let row = (k * size.y + j) * size.x
          for index in (row + columns.lowerBound) * window.channels..<(row + columns.upperBound) * window.channels {
            window.values[index] = means[index % window.channels]
          }
        }
      }
    }
  }

  /// The change in a phrase.
  public var description: String { "cut out \(boxes.count) box\(boxes.count == 1 ? "" : "es")" }
}
