import CNIfTI

/// How a file stores a number.
public enum ScanDatatype: String, Sendable, Codable, CaseIterable {
  /// Whole numbers from 0 to 255.
  case uint8
  /// Whole numbers from -128 to 127.
  case int8
  /// Whole numbers from 0 to 65535.
  case uint16
  /// Whole numbers from -32768 to 32767.
  case int16
  /// Whole numbers from 0 to 4294967295.
  case uint32
  /// Whole numbers of 32 bits.
  case int32
  /// Whole numbers from 0, of 64 bits.
  case uint64
  /// Whole numbers of 64 bits.
  case int64
  /// Numbers of 32 bits with a fraction.
  case float32
  /// Numbers of 64 bits with a fraction.
  case float64

  /// The number of bytes a stored number takes.
  public var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// The code that NIfTI gives the type, and the C boundary with it.
  var sample: cnifti_sample {
    switch self {
    case .uint8: CNIFTI_UINT8
    case .int8: CNIFTI_INT8
    case .uint16: CNIFTI_UINT16
    case .int16: CNIFTI_INT16
    case .uint32: CNIFTI_UINT32
    case .int32: CNIFTI_INT32
    case .uint64: CNIFTI_UINT64
    case .int64: CNIFTI_INT64
    case .float32: CNIFTI_FLOAT32
    case .float64: CNIFTI_FLOAT64
    }
  }
}

extension ScanDatatype {
  /// Stores values as this type, in the machine's byte order; integers are rounded to nearest, halves to even.
  ///
  /// - Throws: `ScanError.valueOutOfRange`, naming `file`, for the first value that the type cannot hold.
  func stored(_ values: UnsafeBufferPointer<Float>, file: String) throws -> [UInt8] {
    var firstBad = values.count
    let bytes = [UInt8](unsafeUninitializedCapacity: values.count * byteCount) { bytes, initialized in
      guard let source = values.baseAddress, let destination = bytes.baseAddress else { return }
      firstBad = cnifti_store_samples(source, values.count, sample, destination)
      initialized = firstBad == values.count ? values.count * byteCount : 0
    }
    guard firstBad == values.count else {
      throw ScanError.valueOutOfRange(file: file, value: Double(values[firstBad]), datatype: self)
    }
    return bytes
  }
}
