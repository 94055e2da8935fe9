import CKernels
import Foundation
import Volumes

/// The ranges of a bias field.
public struct BiasFieldRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "bias_field"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("coefficient", .number(\.coefficient, within: 0...5)),
    RangeParameter("order", .count(\.order, within: 1...CK_HIGHEST_ORDER)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// The largest coefficient of the polynomial, either way. Source of the default: TorchIO's RandomBiasField.
  public var coefficient = 0.5
  /// The order of the polynomial.
  public var order = 3

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> BiasField {
    BiasField(order: order, coefficients: BiasField.exponents(order: order).map { _ in draw.magnitude(coefficient) })
  }
}

/// Multiplies the values, above each channel's least, by a smooth field of mean 1, the same for all channels: the
/// exponential of a polynomial of the place, which goes from -1 to 1 along each axis.
///
/// Source: Van Leemput et al., IEEE Transactions on Medical Imaging 18(10), 1999, section II.
public struct BiasField: IntensityTransform {
  /// The order of the polynomial, 0...8.
  public var order: Int
  /// The coefficients of the polynomial's terms but for the constant, by their exponents along k, j and i, that of i varying
  /// fastest; missing ones are 0.
  public var coefficients: [Double]

  /// Makes a change of what is stated.
  public init(order: Int, coefficients: [Double]) { (self.order, self.coefficients) = (order, coefficients) }

  /// The exponents along i, j and k of the terms of an order, in the order of the coefficients.
  static func exponents(order: Int) -> [SIMD3<Int>] {
    let each = 0...order
    let all = each.flatMap { k in each.flatMap { j in each.map { i in SIMD3(i, j, k) } } }
    return all.filter { $0 != .zero && $0.wrappedSum() <= order }
  }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    let floors = window.statistics().map(\.minimum)
    withField(of: window) { field in
      withScratch(ck_field_scratch(&field)) { scratch in
        let mean = ck_field_mean(&field, scratch)
        ck_apply_field(
          &field, Float(1 / mean), floors, Int32(window.channels), window.values.baseAddress, scratch)
      }
    }
  }

  private func withField(of window: ImageWindow, _ body: (inout ck_field) -> Void) {
    let (size, order) = (window.grid.counts, min(max(order, 0), CK_HIGHEST_ORDER))
    var places: [Float] = []
    for count in [size.x, size.y, size.z] {
      places += (0..<count).map { count > 1 ? 2 * Float($0) / Float(count - 1) - 1 : 0 }
    }
    var cube = [Double](repeating: 0, count: (order + 1) * (order + 1) * (order + 1))
    for (exponents, coefficient) in zip(Self.exponents(order: order), coefficients) {
      cube[(exponents.z * (order + 1) + exponents.y) * (order + 1) + exponents.x] = coefficient
    }
    places.withUnsafeBufferPointer { places in
      cube.withUnsafeBufferPointer { cube in
        var field = ck_field()
        field.size = (Int32(size.x), Int32(size.y), Int32(size.z))
        field.order = Int32(order)
        field.coefficients = cube.baseAddress
        field.workers = Int32(window.workers)
        let i = places.baseAddress!
        field.places = (i, i + size.x, i + size.x + size.y)
        body(&field)
      }
    }
  }

  /// The change in a phrase.
  public var description: String {
    let largest = coefficients.map(abs).max() ?? 0
    return String(format: "bias field %.2f, order %ld", largest, order)
  }
}
