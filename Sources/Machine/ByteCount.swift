import Foundation

/// Numbers of bytes, computed without overflow: what does not fit an `Int` counts as `Int.max`.
public enum ByteCount {
  /// The product of factors that are not negative.
  public static func product(_ factors: Int...) -> Int { product(of: factors) }

  /// The product of factors that are not negative.
  public static func product(of factors: [Int]) -> Int {
    guard !factors.contains(0) else { return 0 }
    return factors.reduce(1) { result, factor in
      let (product, overflows) = result.multipliedReportingOverflow(by: factor)
      return overflows ? .max : product
    }
  }

  /// The sum of terms that are not negative.
  public static func sum(_ terms: Int...) -> Int { sum(of: terms) }

  /// The sum of terms that are not negative.
  public static func sum(of terms: [Int]) -> Int {
    terms.reduce(0) { result, term in
      let (sum, overflows) = result.addingReportingOverflow(term)
      return overflows ? .max : sum
    }
  }

  /// The whole part of a number that is not negative; `Int.max` where it is larger or no number.
  public static func whole(_ count: Double) -> Int { count < 0x1p62 ? Int(max(count, 0)) : .max }

  /// A number of bytes for people: `741 MiB`, `12.4 GiB`.
  public static func text(_ bytes: Int) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(max(bytes, 0)) / 1024
    var unit = 0
    while value >= (unit == 1 ? 10_240 : 1024), unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return String(format: unit < 2 ? "%.0f %@" : "%.1f %@", value, units[unit])
  }
}
