import Foundation
import Randomness
import Volumes

/// The ranges of zoom, stretch and shear.
public struct StretchRanges: TransformRanges {
  /// The key in pipeline files.
  public static let name = "stretch"
  /// What the configuration consists of.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("zoom", .interval(\.zoom, within: 0.1...10)),
    RangeParameter("stretch", .interval(\.stretch, within: 0.1...10)),
    RangeParameter("shear_degrees", .number(\.shearDegrees, within: 0...60)),
  ]

  /// The probability that the image is stretched, 0...1.
  public var probability = 0.0
  /// The factors of a zoom, the same along every axis; above 1 the content grows. Drawn evenly in 1/zoom: in the distance
  /// between the points of the input that are looked at, as nnU-Net draws it.
  public var zoom: ClosedRange<Double> = 1...1
  /// The factors of a stretch, drawn for each axis alone, evenly in the logarithm.
  public var stretch: ClosedRange<Double> = 1...1
  /// The largest shear, either way, in degrees, 0...60.
  public var shearDegrees = 0.0

  /// Makes ranges that do nothing.
  public init() {}

  /// Makes ranges; those left out do nothing.
  public init(
    zoom: ClosedRange<Double>, stretch: ClosedRange<Double> = 1...1, shearDegrees: Double = 0, probability: Double = 0
  ) {
    self.zoom = zoom
    self.stretch = stretch
    self.shearDegrees = shearDegrees
    self.probability = probability
  }

  func draw(using key: RandomKey, strength: Double?, along active: ActiveAxes) -> StretchTransform {
    var drawn = StretchTransform()
    var coin = RandomDraw(key.operation("stretch"), strength: strength)
    guard coin.happens(probability) else { return drawn }
    var draw = RandomDraw(key.operation("zoom"), strength: strength.map { 1 - $0 })
    let factor = 1 / draw.number(in: 1 / zoom.upperBound...1 / zoom.lowerBound)
    drawn.zoom = min(max(factor, zoom.lowerBound), zoom.upperBound)
    draw = RandomDraw(key.operation("axis_stretch"), strength: strength)
    for axis in active.axes {
      drawn.stretch[axis] = draw.logarithmicFactor(in: stretch)
      // Shown at a strength, what grows along one axis shrinks along the others.
      if let strength { draw = RandomDraw(key, strength: 1 - strength) }
    }
    if active.isStack {
      for axis in active.axes { drawn.stretch[axis] *= drawn.zoom }
      drawn.zoom = 1
    }
    draw = RandomDraw(key.operation("shear"), strength: strength)
    for (pair, axes) in StretchTransform.shearedAxes.enumerated() where !axes.contains(active.normal ?? -1) {
      drawn.shearDegrees[pair] = draw.magnitude(shearDegrees)
    }
    return drawn
  }
}

/// A zoom, a stretch and a shear, about the centre of the window that is sampled.
public struct StretchTransform: Hashable, Sendable, Codable {
  /// The factor along every axis; above 1 the content grows. Above 0.
  public var zoom: Double
  /// The further factors along i, j and k. Above 0.
  public var stretch: SIMD3<Double>
  /// The angles in degrees by which j leans towards i, k towards i, and k towards j, after the stretch.
  public var shearDegrees: SIMD3<Double>

  /// The axes that each angle of a shear concerns.
  static let shearedAxes = [[0, 1], [0, 2], [1, 2]]

  /// Makes a transform; without arguments, the identity.
  public init(
    zoom: Double = 1, stretch: SIMD3<Double> = SIMD3(repeating: 1), shearDegrees: SIMD3<Double> = .zero
  ) {
    self.zoom = zoom
    self.stretch = stretch
    self.shearDegrees = shearDegrees
  }

  /// Where the content goes, from the window's centre, in the grid's unit along its axes.
  var affine: Affine {
    let tangent = { (degrees: Double) in tan(degrees * .pi / 180) }
    let shear = Affine(
      i: [1, 0, 0], j: [tangent(shearDegrees.x), 1, 0], k: [tangent(shearDegrees.y), tangent(shearDegrees.z), 1])
    return shear.after(Affine(scale: stretch * zoom))
  }
}
