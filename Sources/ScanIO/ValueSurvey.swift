/// Which types hold all values of a stored volume exactly.
public struct ValueSurvey: Sendable {
  /// Whether all values are whole numbers of at most 64 bits.
  public private(set) var isWhole = true
  /// The smallest of the finite values, rounded to double precision; nil where there is none.
  public private(set) var minimum: Double?
  /// The largest of the finite values.
  public private(set) var maximum: Double?
  private var sum = 0.0
  private var finiteCount = 0
  private var lowest = Int64.max
  private var highest = UInt64.min
  private var fitsFloat32 = true
  /// Whether 32-bit floats hold every whole number exactly, and the fractions to their precision.
  private var isNearFloat32 = true
  private var fitsFloat64 = true

  init(_ volume: StoredVolume) {
    volume.forEachPiece { piece in
      switch piece {
      case .signed(let values): for value in values { add(value) }
      case .unsigned(let values): for value in values { add(value) }
      case .real(let values): for value in values { add(value) }
      }
    }
  }

  /// Whether a type holds every value exactly.
  public func holds(_ datatype: ScanDatatype) -> Bool {
    func within(_ low: Int64, _ high: UInt64) -> Bool { isWhole && lowest >= low && highest <= high }
    return switch datatype {
    case .uint8: within(0, UInt64(UInt8.max))
    case .int8: within(Int64(Int8.min), UInt64(Int8.max))
    case .uint16: within(0, UInt64(UInt16.max))
    case .int16: within(Int64(Int16.min), UInt64(Int16.max))
    case .uint32: within(0, UInt64(UInt32.max))
    case .int32: within(Int64(Int32.min), UInt64(Int32.max))
    case .uint64: within(0, .max)
    case .int64: within(.min, UInt64(Int64.max))
    case .float32: fitsFloat32
    case .float64: fitsFloat64
    }
  }

  /// The narrowest type of whole numbers that holds every value; nil where none does.
  public var narrowestInteger: ScanDatatype? {
    [.uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64].first { holds($0) }
  }

  /// The mean of the finite values; nil where there is none.
  public var mean: Double? { finiteCount > 0 ? sum / Double(finiteCount) : nil }

  /// The type for values that are not of their own type: the narrowest of whole numbers, else float32 where that rounds
  /// fractions alone, else float64.
  public var narrowestType: ScanDatatype { narrowestInteger ?? (isNearFloat32 ? .float32 : .float64) }

  /// The narrowest type that holds every value exactly, whole numbers first; nil where none does.
  public var bestType: ScanDatatype? { narrowestInteger ?? [.float32, .float64].first { holds($0) } }

  private mutating func add<Number: FixedWidthInteger>(_ value: Number) {
    lowest = min(lowest, Int64(clamping: value))
    highest = max(highest, UInt64(clamping: value))
    isNearFloat32 = isNearFloat32 && (value.magnitude <= 1 << 24 || Float(exactly: value) != nil)
    fitsFloat32 = fitsFloat32 && (value.magnitude <= 1 << 24 || Float(exactly: value) != nil)
    fitsFloat64 = fitsFloat64 && (value.magnitude <= 1 << 53 || Double(exactly: value) != nil)
    count(Double(value))
  }

  private mutating func add(_ value: Double) {
    if let whole = Int64(exactly: value) {
      lowest = min(lowest, whole)
      highest = max(highest, UInt64(clamping: whole))
    } else if let whole = UInt64(exactly: value) {
      lowest = min(lowest, .max)
      highest = max(highest, whole)
    } else {
      isWhole = false
    }
    guard value.isFinite else { return }
    let near = Double(Float(value))
    fitsFloat32 = fitsFloat32 && near == value
    isNearFloat32 = isNearFloat32 && near.isFinite && (near == value || value != value.rounded())
    count(value)
  }

  private mutating func count(_ value: Double) {
    minimum = min(minimum ?? value, value)
    maximum = max(maximum ?? value, value)
    sum += value
    finiteCount += 1
  }
}
