/// Why a type does not hold a value.
public struct ValueProblem: Error, Equatable, Sendable {
  /// The value, in full.
  public let value: String
  /// The type that does not hold it.
  public let datatype: ScanDatatype
}

/// Stores values as one type.
struct ValueConversion {
  let target: ScanDatatype
  let rounds: Bool
  let countsFractions: Bool
  var bytes: [UInt8] = []
  var roundedCount = 0

  mutating func append(_ piece: ExactValues) throws(ValueProblem) {
    switch target {
    case .uint8: try append(piece, UInt8.self)
    case .int8: try append(piece, Int8.self)
    case .uint16: try append(piece, UInt16.self)
    case .int16: try append(piece, Int16.self)
    case .uint32: try append(piece, UInt32.self)
    case .int32: try append(piece, Int32.self)
    case .uint64: try append(piece, UInt64.self)
    case .int64: try append(piece, Int64.self)
    case .float32: try appendFloats(piece, Float.self)
    case .float64: try appendFloats(piece, Double.self)
    }
  }

  private mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(
    _ piece: ExactValues, _ type: Number.Type
  ) throws(ValueProblem) {
    switch piece {
    case .signed(let values): try append(values) { Number(exactly: $0) }
    case .unsigned(let values): try append(values) { Number(exactly: $0) }
    case .real(let values):
      let rounds = rounds
      var rounded = 0
      try append(values) { value in
        let whole = value.rounded(.toNearestOrEven)
        guard whole != value else { return Number(exactly: value) }
        rounded += 1
        return rounds ? Number(exactly: whole) : nil
      }
      roundedCount += rounded
    }
  }

  private mutating func appendFloats<Number: BinaryFloatingPoint & BitwiseCopyable>(
    _ piece: ExactValues, _ type: Number.Type
  ) throws(ValueProblem) {
    switch piece {
    case .signed(let values): try append(values) { Number(exactly: $0) }
    case .unsigned(let values): try append(values) { Number(exactly: $0) }
    case .real(let values):
      let counts = countsFractions
      var rounded = 0
      try append(values) { value in
        let stored = Number(value)
        guard value.isFinite, Double(stored) != value else { return stored }
        if counts { rounded += 1 }
        // Whole numbers stay what they are; of fractions the nearest is meant.
        return value == value.rounded() || !stored.isFinite ? nil : stored
      }
      roundedCount += rounded
    }
  }

  private mutating func append<Value, Number: BitwiseCopyable>(
    _ values: [Value], _ store: (Value) -> Number?
  ) throws(ValueProblem) {
    var numbers: [Number] = []
    numbers.reserveCapacity(values.count)
    for value in values {
      guard let number = store(value) else {
        throw ValueProblem(value: (value as? Double).map(ScanError.text(of:)) ?? "\(value)", datatype: target)
      }
      numbers.append(number)
    }
    numbers.withUnsafeBytes { bytes += $0 }
  }
}
