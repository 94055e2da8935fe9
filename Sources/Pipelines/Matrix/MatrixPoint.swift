/// A value of some of the axes, by their numbers from 0.
struct MatrixPoint: Hashable, Sendable {
  var values: [Int: Int] = [:]

  /// Whether both have the same value of each axis that both have.
  func agrees(with other: MatrixPoint) -> Bool {
    values.allSatisfy { axis, value in other.values[axis].map { $0 == value } ?? true }
  }

  /// The same without the other axes.
  func limited(to axes: Set<Int>) -> MatrixPoint { MatrixPoint(values: values.filter { axes.contains($0.key) }) }
}
