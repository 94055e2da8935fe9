import Configurations

extension ParameterType where Value == AxisLengths {
  /// Lengths along three axes: a list of three whole numbers in a range.
  public static func axisLengths(in range: NumberRange<Int>) -> ParameterType {
    let list = ParameterType<[Int]>.list(of: .int(in: range), count: 3...3)
    return ParameterType(
      expectation: list.expectation, standIn: nil,
      decode: { node in
        let lengths = try list.decode(node)
        return AxisLengths(width: lengths[0], height: lengths[1], depth: lengths[2])
      }, resolve: { .list($0.list.map(ResolvedValue.int)) })
  }
}

extension ParameterType where Value == [AxisLengths] {
  /// Lengths along three axes at each of several resolutions: a list of lists of three whole numbers in a range.
  public static func levels(in range: NumberRange<Int>) -> ParameterType {
    var type = list(of: ParameterType<AxisLengths>.axisLengths(in: range), count: 1...16)
    type.standIn = []
    return type
  }
}
