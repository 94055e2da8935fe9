import Foundation

/// A number with a fixed number of decimals.
package func decimals(_ value: Double, _ count: Int) -> String { String(format: "%.\(count)f", value) }

/// A number in four significant digits.
package func significant(_ value: Double) -> String { String(format: "%.4g", value) }

/// `1 case`, `2 cases`.
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// The first ten names, and how many more there are.
package func listed(_ names: [String]) -> String {
  names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
}

/// A time for people: `45 s`, `3 min 20 s`, `1 h 5 min`.
package func duration(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole % 3600 / 60) min"
}
