import Volumes

/// A length of an augmentation, in the unit that suits whoever states it.
public enum Length: Hashable, Sendable {
  /// Millimetres: only for grids that have them.
  case millimetres(Double)
  /// Voxels along the axis that it is measured along, whatever their spacing.
  case pixels(Double)
  /// A preset's: millimetres where the grid has them, and else a share of the shorter side of the window's plane.
  case preset(millimetres: Double, share: Double)

  /// No length.
  public static let zero = Length.preset(millimetres: 0, share: 0)

  /// The length along an axis of a window, in the grid's unit.
  func along(_ axis: Int, of grid: Grid) -> Double {
    switch (self, grid.unit) {
    case (.pixels(let pixels), _): pixels * grid.spacing[axis]
    case (.millimetres(let millimetres), .millimetres), (.preset(let millimetres, _), .millimetres): millimetres
    case (.preset(_, let share), .pixels): share * Double(min(grid.size.width, grid.size.height))
    case (.millimetres, .pixels): preconditionFailure("lengths in millimetres need images with a physical size")
    }
  }

  /// The length along i, j and k.
  func onAxes(of grid: Grid) -> SIMD3<Double> { SIMD3(along(0, of: grid), along(1, of: grid), along(2, of: grid)) }

  /// Whether only grids in millimetres have it.
  var isInMillimetres: Bool {
    if case .millimetres = self { true } else { false }
  }

  /// The numbers that it is stated by.
  var numbers: [Double] {
    switch self {
    case .millimetres(let number), .pixels(let number): [number]
    case .preset(let millimetres, let share): [millimetres, share]
    }
  }
}

extension Length: Codable {
  private enum CodingKeys: String, CodingKey {
    case millimetres = "mm"
    case pixels = "px"
    case share
  }

  /// Reads `{"mm": 3}`, `{"px": 3}` or `{"mm": 3, "share": 0.05}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let pixels = try container.decodeIfPresent(Double.self, forKey: .pixels) {
      self = .pixels(pixels)
      return
    }
    let millimetres = try container.decode(Double.self, forKey: .millimetres)
    let share = try container.decodeIfPresent(Double.self, forKey: .share)
    self = share.map { .preset(millimetres: millimetres, share: $0) } ?? .millimetres(millimetres)
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .millimetres(let millimetres): try container.encode(millimetres, forKey: .millimetres)
    case .pixels(let pixels): try container.encode(pixels, forKey: .pixels)
    case .preset(let millimetres, let share):
      try container.encode(millimetres, forKey: .millimetres)
      try container.encode(share, forKey: .share)
    }
  }
}

/// The smallest and the largest of the lengths that are drawn, in one unit.
public struct LengthInterval: Hashable, Sendable, Codable {
  /// The two numbers.
  public var bounds: ClosedRange<Double>
  /// Millimetres, or voxels along each axis.
  public var unit: LengthUnit

  /// Makes an interval.
  public init(_ bounds: ClosedRange<Double>, _ unit: LengthUnit) { (self.bounds, self.unit) = (bounds, unit) }

  /// A length of the interval's unit.
  func length(_ number: Double) -> Length { unit == .pixels ? .pixels(number) : .millimetres(number) }
}
