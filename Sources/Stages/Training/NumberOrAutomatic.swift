/// A number that a file gives, or `automatic`: what suits a network that is known later.
struct NumberOrAutomatic<Number: LosslessStringConvertible & Comparable & Sendable>: Sendable, CustomStringConvertible {
  /// Nil: automatic.
  let number: Number?

  init(_ number: Number?) { self.number = number }

  /// Reads a number in a range, or the word.
  init?(_ text: String, in range: ClosedRange<Number>) {
    if text == "automatic" {
      number = nil
    } else {
      guard let value = Number(text), range.contains(value) else { return nil }
      number = value
    }
  }

  /// As files have it.
  var description: String { number.map { "\($0)" } ?? "automatic" }
}
