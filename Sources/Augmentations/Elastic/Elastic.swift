import Foundation
import Randomness
import Volumes

/// The ranges of a smooth local deformation.
public struct ElasticRanges: TransformRanges {
  /// How the displacements are drawn.
  public enum Field: String, CaseIterable, Hashable, Sendable, Codable {
    /// Control points so far apart are displaced, each evenly over the ball of the largest displacement; the field is
    /// the cubic B-spline that they control.
    case controlPoints = "control_points"
    /// So many points along each axis are displaced, each component normally distributed; the field is the cubic
    /// spline through them. Source: Ronneberger et al., "U-Net", MICCAI 2015, section 3.1.
    case coarseGrid = "coarse_grid"
    /// Noise smoothed by a Gaussian of standard deviation sigma, times alpha.
    /// Source: Simard et al., "Best Practices for Convolutional Neural Networks", ICDAR 2003.
    case noise
  }

  /// The key in pipeline files.
  public static let name = "elastic"
  /// What the configuration consists of.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("field", .word(\.fieldName, among: Field.allCases.map(\.rawValue))),
    RangeParameter("displacement", .length(\.displacement)),
    RangeParameter("control_point_spacing", .positiveLength(\.controlPointSpacing)),
    RangeParameter("points", .count(\.points, within: 2...64)),
    RangeParameter("standard_deviation", .length(\.standardDeviation)),
    RangeParameter("alpha", .interval(\.alpha, within: 0...1e6)),
    RangeParameter("sigma", .lengthInterval(\.sigma)),
    RangeParameter("maximal_displacement", .optionalLength(\.maximalDisplacement)),
    RangeParameter("minimal_jacobian", .number(\.minimalJacobian, within: 0...0.95)),
  ]

  /// The probability that the image is deformed, 0...1.
  public var probability = 0.0
  /// How the displacements are drawn.
  public var field = Field.controlPoints
  /// Control points: the largest displacement; no point moves farther.
  public var displacement = Length.zero
  /// Control points: the distance between neighbours along each axis. It is the scale of the deformation: structures
  /// much smaller than this are moved, not bent.
  public var controlPointSpacing = Length.preset(millimetres: 16, share: 0.125)
  /// Coarse grid: the points along each axis, from rim to rim of the window.
  public var points = 3
  /// Coarse grid: the standard deviation of each component of a displacement.
  public var standardDeviation = Length.pixels(10)
  /// Noise: the factors of the smoothed noise, in sigma's unit; the noise is of one value a cubic unit, drawn evenly from
  /// -1...1.
  public var alpha: ClosedRange<Double> = 0...0
  /// Noise: the standard deviations of the Gaussian.
  public var sigma = LengthInterval(9...13, .pixels)
  /// What no point moves farther than: a field that would is scaled back as a whole.
  public var maximalDisplacement: Length?
  /// What the determinant of the deformation's Jacobian does not fall below anywhere: a field that breaks it is scaled back
  /// as a whole. At 0 it all but folds; 1 is where nothing moves.
  public var minimalJacobian = 0.2

  /// Makes ranges that do nothing.
  public init() {}

  /// Makes ranges of displaced control points.
  public init(
    displacement: Length, controlPointSpacing: Length, minimalJacobian: Double = 0.2, probability: Double = 0
  ) {
    self.displacement = displacement
    self.controlPointSpacing = controlPointSpacing
    self.minimalJacobian = minimalJacobian
    self.probability = probability
  }

  var fieldName: String {
    get { field.rawValue }
    set { field = Field(rawValue: newValue) ?? field }
  }

  /// A field as it is drawn for a window, before anything restrains it; nil where the coin of its probability falls so.
  public func drawnField(using key: RandomKey, for window: Grid, planarRatio: Double = 3) -> ElasticField? {
    draw(using: key, strength: nil, for: window, along: ActiveAxes(of: window, planarRatio: planarRatio))
  }

  func draw(using key: RandomKey, strength: Double?, for grid: Grid, along active: ActiveAxes) -> ElasticField? {
    var draw = RandomDraw(key.operation("elastic"), strength: strength)
    guard draw.happens(probability) else { return nil }
    let drawn =
      switch field {
      case .controlPoints: controlPoints(&draw, grid, active)
      case .coarseGrid: coarseGrid(&draw, grid, active)
      case .noise: noise(&draw, grid, active)
      }
    return drawn.largestDisplacement > 0 ? drawn : nil
  }

  private func controlPoints(_ draw: inout RandomDraw, _ grid: Grid, _ active: ActiveAxes) -> ElasticField {
    let lattice = ElasticLattice(covering: grid, spacing: controlPointSpacing.onAxes(of: grid), along: active.axes)
    let reach = displacement.onAxes(of: grid) * draw.share
    let displacements = (0..<lattice.count).map { _ in draw.pointOfBall(along: active.axes) * reach }
    return ElasticField(lattice, displacements)
  }

  private func coarseGrid(_ draw: inout RandomDraw, _ grid: Grid, _ active: ActiveAxes) -> ElasticField {
    let lattice = ElasticLattice(points: points, across: grid, along: active.axes)
    var inner = SIMD3(1, 1, 1)
    for axis in active.axes { inner[axis] = points }
    let deviation = standardDeviation.onAxes(of: grid) * draw.share
    let displacements = (0..<inner.x * inner.y * inner.z).map { _ in draw.normals(along: active.axes) * deviation }
    var array = ControlPointArray(inner, displacements)
    for axis in active.axes { array.interpolate(along: axis) }
    return ElasticField(lattice, array.values)
  }

  /// Normal noise over a lattice of three quarters of sigma, smoothed by what a cubic B-spline, which is about a Gaussian
  /// of variance 1/3 cell, leaves of the Gaussian.
  private func noise(_ draw: inout RandomDraw, _ grid: Grid, _ active: ActiveAxes) -> ElasticField {
    let cellsOfSigma = 4.0 / 3
    let (alpha, sigma) = (draw.number(in: alpha), draw.number(in: sigma.bounds))
    let unit = self.sigma.length(1).onAxes(of: grid)
    let lattice = ElasticLattice(covering: grid, spacing: unit * (sigma / cellsOfSigma), along: active.axes)
    let kernel = Self.gaussian(variance: cellsOfSigma * cellsOfSigma - 1.0 / 3)
    var padded = SIMD3(1, 1, 1)
    for axis in active.axes { padded[axis] = lattice.controlPoints[axis] + kernel.count - 1 }
    // Of the noise of one value a cubic unit, a cell holds the mean of so many.
    let cell = pow(sigma / cellsOfSigma, Double(active.axes.count))
    let scale = unit * (alpha / (3 * cell).squareRoot())
    var array = ControlPointArray(
      padded, (0..<padded.x * padded.y * padded.z).map { _ in draw.normals(along: active.axes) * scale })
    for axis in active.axes { array.smooth(along: axis, kernel: kernel) }
    return ElasticField(lattice, array.values)
  }

  private static func gaussian(variance: Double) -> [Double] {
    let reach = Int((4 * variance.squareRoot()).rounded(.up))
    let weights = (-reach...reach).map { exp(-Double($0 * $0) / (2 * variance)) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

extension RandomDraw {
  /// A point drawn evenly from the unit ball of some axes.
  fileprivate mutating func pointOfBall(along axes: [Int]) -> SIMD3<Double> {
    while true {
      var point = SIMD3<Double>.zero
      for axis in axes { point[axis] = 2 * position() - 1 }
      if (point * point).sum() <= 1 { return point }
    }
  }

  /// Normally distributed components along some axes.
  fileprivate mutating func normals(along axes: [Int]) -> SIMD3<Double> {
    var point = SIMD3<Double>.zero
    for axis in axes { point[axis] = normal() }
    return point
  }
}
