import Foundation
import Volumes

/// The ranges of ghosts.
public struct GhostingRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "ghosting"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("ghosts", .interval(\.ghosts, within: 2...100)),
    RangeParameter("intensity", .interval(\.intensity, within: 0...1)),
    RangeParameter("centre", .number(\.centre, within: 0...1)),
    RangeParameter("axes", .axes(\.axes)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// How many ghosts there are; whole numbers are drawn.
  public var ghosts: ClosedRange<Double> = 4...10
  /// How much of the lines concerned is lost, 0...1.
  public var intensity: ClosedRange<Double> = 0.5...1
  /// The share of the lines of k-space, in its middle, that is kept whole, 0...1.
  public var centre = 0.02
  /// The axes among which that of the ghosts is drawn.
  public var axes = GridAxis.allCases

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Ghosting {
    let axis = draw.axis(among: axes, of: grid)
    return Ghosting(
      axis: axis, ghosts: draw.count(in: ghosts), intensity: draw.number(in: intensity), centre: centre)
  }
}

/// Faint copies of the image along an axis, as a periodic motion makes them: every n-th line of k-space is attenuated but
/// for those in its middle.
///
/// The result's real part is taken. Source: TorchIO's RandomGhosting (Pérez-García et al., 2021); Axel et al., 1986.
public struct Ghosting: IntensityTransform {
  /// The axis along which the copies lie.
  public var axis: GridAxis
  /// How many copies there are: every so-manieth line is attenuated.
  public var ghosts: Int
  /// How much of these lines is lost, 0...1.
  public var intensity: Double
  /// The share of all lines, in the middle, that is kept whole, 0...1; the middle line itself always is.
  public var centre: Double

  /// Makes a change of what is stated.
  public init(axis: GridAxis, ghosts: Int, intensity: Double, centre: Double) {
    (self.axis, self.ghosts, self.intensity, self.centre) = (axis, ghosts, intensity, centre)
  }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let count = window.grid.counts[axis.index]
    guard count > 1, intensity != 0 else { return }
    let kept = centre * Double(count) / 2
    window.weighLines(along: axis.index) { line in
      line % max(ghosts, 1) == 0 && Double(abs(line)) > kept ? 1 - intensity : 1
    }
  }

  /// The change in a phrase.
  public var description: String {
    String(format: "%ld ghosts along \(axis.rawValue), %.2f", ghosts, intensity)
  }
}
