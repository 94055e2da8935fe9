/// The axes of a pipeline file over which stages are repeated, such as seeds, folds or named variants.
struct Matrix: Sendable {
  /// An axis: its name and its values.
  struct Axis: Sendable {
    let name: String
    let values: [Value]
  }

  /// A value of an axis.
  struct Value: Sendable {
    /// The value's name: that of a variant, or the text of a number.
    let name: String
    /// What is added to the name of a stage: `fold0` of a number, the name of a variant.
    let label: String
    /// What `${matrix.axis}` is replaced by.
    let content: ParameterNode.Scalar
    /// What `${matrix.axis.key}` is replaced by, by key.
    let members: [ParameterNode.Entry]
  }

  /// The most combinations of values, and the most stages.
  static let limit = 10_000

  let axes: [Axis]
  /// The combinations of a value of each axis, without the excluded ones; the last axis varies fastest.
  let points: [MatrixPoint]

  /// No axes: each stage is there once.
  static let none = Matrix(axes: [], points: [MatrixPoint()])

  /// The number of an axis, from 0; nil: there is none of this name.
  func axis(_ name: String) -> Int? { axes.firstIndex { $0.name == name } }

  /// The distinct combinations of some of the axes, in order.
  func points(along axes: Set<Int>, agreeing point: MatrixPoint = MatrixPoint()) -> [MatrixPoint] {
    var told: Set<MatrixPoint> = []
    return points.filter { $0.agrees(with: point) }.map { $0.limited(to: axes) }.filter { told.insert($0).inserted }
  }

  /// The names of the values of a combination, by the names of the axes, in the order of the axes.
  func coordinates(of point: MatrixPoint) -> Coordinates {
    Coordinates(
      axes.enumerated().compactMap { index, axis in
        point.values[index].map { .init(axis: axis.name, value: axis.values[$0].name) }
      })
  }

  /// What is added to a stage's name for a combination, such as `-fold0-scratch`.
  func suffix(of point: MatrixPoint) -> String {
    axes.enumerated().compactMap { index, axis in point.values[index].map { "-" + axis.values[$0].label } }.joined()
  }
}
