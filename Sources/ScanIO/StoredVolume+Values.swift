import Volumes

/// Some of a stored volume's values, scaled, in the type that stores them exactly.
enum ExactValues {
  case signed([Int64])
  case unsigned([UInt64])
  case real([Double])
}

extension StoredVolume {
  private static let pieceCount = 1 << 16

  /// Calls `body` with the values, piece by piece.
  ///
  /// Whole numbers whose slope and intercept are whole are scaled as whole numbers; others in double precision.
  func forEachPiece(_ body: (ExactValues) throws -> Void) rethrows {
    let count = bytes.count / datatype.byteCount
    for start in stride(from: 0, to: count, by: Self.pieceCount) {
      try body(values(start..<min(start + Self.pieceCount, count)))
    }
  }

  private func values(_ places: Range<Int>) -> ExactValues {
    switch datatype {
    case .uint8: whole(places, UInt8.self)
    case .int8: whole(places, Int8.self)
    case .uint16: whole(places, UInt16.self)
    case .int16: whole(places, Int16.self)
    case .uint32: whole(places, UInt32.self)
    case .int32: whole(places, Int32.self)
    case .uint64: whole(places, UInt64.self)
    case .int64: whole(places, Int64.self)
    case .float32: .real(load(places, Float.self).map { scaled(Double($0)) })
    case .float64: .real(load(places, Double.self).map { scaled($0) })
    }
  }

  private func load<Number: BitwiseCopyable>(_ places: Range<Int>, _ type: Number.Type) -> [Number] {
    bytes.withUnsafeBytes { bytes in
      places.map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self) }
    }
  }

  private func scaled(_ value: Double) -> Double { isScaled ? value * slope + intercept : value }

  private func whole<Number: FixedWidthInteger & BitwiseCopyable>(
    _ places: Range<Int>, _ type: Number.Type
  ) -> ExactValues {
    let stored = load(places, type)
    guard isScaled else {
      if Number.self == UInt64.self { return .unsigned(stored.map { UInt64($0) }) }
      return .signed(stored.map { Int64($0) })
    }
    if let slope = Int64(exactly: slope), let intercept = Int64(exactly: intercept) {
      var isExact = true
      let values = stored.map { stored -> Int64 in
        guard let value = Int64(exactly: stored) else {
          isExact = false
          return 0
        }
        let product = value.multipliedReportingOverflow(by: slope)
        let sum = product.partialValue.addingReportingOverflow(intercept)
        isExact = isExact && !product.overflow && !sum.overflow
        return sum.partialValue
      }
      if isExact { return .signed(values) }
    }
    return .real(stored.map { scaled(Double($0)) })
  }
}

extension StoredVolume {
  /// Which types hold all values exactly.
  public func survey() -> ValueSurvey { ValueSurvey(self) }

  /// The first value that is no number of a range, and the place of its voxel in the order of storage; nil where all are.
  public func firstWhole(outside range: ClosedRange<Int>) -> (value: String, voxel: Int)? {
    var result: (value: String, voxel: Int)?
    var start = 0
    forEachPiece { piece in
      guard result == nil else { return }
      let count: Int
      switch piece {
      case .signed(let values):
        count = values.count
        if let place = values.firstIndex(where: { !range.contains(Int($0)) }) {
          result = ("\(values[place])", (start + place) / channels)
        }
      case .unsigned(let values):
        count = values.count
        if let place = values.firstIndex(where: { $0 > UInt64(Int.max) || !range.contains(Int($0)) }) {
          result = ("\(values[place])", (start + place) / channels)
        }
      case .real(let values):
        count = values.count
        let low = Double(range.lowerBound), high = Double(range.upperBound)
        if let place = values.firstIndex(where: { $0.isFinite && !($0 >= low && $0 <= high) }) {
          result = (ScanError.text(of: values[place]), (start + place) / channels)
        }
      }
      start += count
    }
    return result
  }

  /// The values stored as another type, unscaled.
  ///
  /// - Parameter rounding: Whether fractions may become the nearest whole numbers, halves to even. Fractions that become
  ///   32-bit floats are rounded always.
  /// - Returns: The volume, and how many values were rounded to whole numbers, or from 64-bit to 32-bit floats.
  /// - Throws: `ValueProblem` for the first value that the type does not hold.
  public func converted(
    to target: ScanDatatype, rounding: Bool
  ) throws(ValueProblem) -> (volume: StoredVolume, roundedCount: Int) {
    if target == datatype, !isScaled { return (self, 0) }
    var conversion = ValueConversion(
      target: target, rounds: rounding, countsFractions: datatype == .float64 && !isScaled)
    conversion.bytes.reserveCapacity(bytes.count / datatype.byteCount * target.byteCount)
    var problem: ValueProblem?
    forEachPiece { piece in
      guard problem == nil else { return }
      do throws(ValueProblem) { try conversion.append(piece) } catch { problem = error }
    }
    if let problem { throw problem }
    return (
      StoredVolume(grid: grid, channels: channels, datatype: target, bytes: conversion.bytes), conversion.roundedCount
    )
  }
}
