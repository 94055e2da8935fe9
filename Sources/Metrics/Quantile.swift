/// Percentiles with linear interpolation between ranks: rank (n - 1) p / 100 of the sorted values, as NumPy's default.
///
/// Source: Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50(4), 1996, type 7.
enum Quantile {
  /// A percentile of values in any order, in expected linear time; infinite where there are none.
  static func percentile(_ percent: Double, of values: [Double]) -> Double {
    guard !values.isEmpty else { return .infinity }
    var values = values
    return values.withUnsafeMutableBufferPointer { values in
      let position = percent / 100 * Double(values.count - 1)
      let rank = min(Int(position), values.count - 1)
      let lower = select(rank, in: values)
      guard position > Double(rank), rank + 1 < values.count else { return lower }
      let upper = values[(rank + 1)...].min() ?? lower
      return interpolated(lower, upper, position - Double(rank))
    }
  }

  /// A percentile of sorted values; infinite where there are none.
  static func percentile(_ percent: Double, ofSorted values: [Double]) -> Double {
    guard !values.isEmpty else { return .infinity }
    let position = percent / 100 * Double(values.count - 1)
    let rank = min(Int(position), values.count - 1)
    return interpolated(values[rank], values[min(rank + 1, values.count - 1)], position - Double(rank))
  }

  private static func interpolated(_ lower: Double, _ upper: Double, _ share: Double) -> Double {
    lower == upper ? lower : lower + (upper - lower) * share
  }

  /// Brings the value of a rank to its place, smaller ones before it, larger ones after it. Source: Hoare, "Algorithm 65:
  /// Find", Communications of the ACM 4(7), 1961.
  private static func select(_ rank: Int, in values: UnsafeMutableBufferPointer<Double>) -> Double {
    var (first, last) = (0, values.count - 1)
    while first < last {
      let ends = (values[first], values[first + (last - first) / 2], values[last])
      let pivot = max(min(ends.0, ends.1), min(max(ends.0, ends.1), ends.2))
      var (left, right) = (first, last)
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        if left <= right {
          values.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right {
        last = right
      } else if rank >= left {
        first = left
      } else {
        break
      }
    }
    return values[rank]
  }
}
