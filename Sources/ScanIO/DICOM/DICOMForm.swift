import CDICOM

/// The form of the pixels of a DICOM image.
struct DICOMForm: Equatable {
  let rows: Int
  let columns: Int
  /// 1, or 3 for colours.
  let samples: Int
  let photometric: String
  /// 8, 16 or 32.
  let bitsAllocated: Int
  let bitsStored: Int
  let highBit: Int
  let isSigned: Bool
  let isFloat: Bool
  /// Whether all reds stand before all greens.
  let isByPlane: Bool

  /// The number of values of a frame.
  var count: Int { rows * columns * samples }
  /// The number of bytes of a frame.
  var byteCount: Int { count * bitsAllocated / 8 }

  /// Reads the form, and checks that such pixels are read.
  ///
  /// - Throws: `ScanError.headerInvalid`, `.dicom` with `.missing` or `.pixels`.
  init(_ file: DICOMFile) throws {
    func number(_ tag: DICOMTag, in range: ClosedRange<Int>) throws -> Int {
      guard let number = try file.whole(tag) else { throw ScanError.dicom(file: file.path, .missing(field: tag.name)) }
      guard range.contains(number) else {
        throw file.invalid(tag, String(number), "\(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    rows = try number(.rows, in: 1...65535)
    columns = try number(.columns, in: 1...65535)
    samples = try file.whole(.samples) ?? 1
    photometric = file.text(.photometric) ?? ""
    isFloat = file.info.pixel_tag == 0x7fe0_0008
    bitsAllocated = try number(.bitsAllocated, in: 1...64)
    bitsStored = isFloat ? bitsAllocated : try number(.bitsStored, in: 1...bitsAllocated)
    highBit = isFloat ? bitsAllocated - 1 : try file.whole(.highBit) ?? bitsStored - 1
    isSigned = isFloat ? true : try number(.isSigned, in: 0...1) == 1
    let planar = try file.whole(.planar) ?? 0
    isByPlane = samples > 1 && planar == 1
    guard (bitsStored - 1..<bitsAllocated).contains(highBit) else {
      throw file.invalid(.highBit, String(highBit), "\(bitsStored - 1) to \(bitsAllocated - 1)")
    }
    try check(file)
  }

  private func check(_ file: DICOMFile) throws {
    func refuse(_ tag: DICOMTag, _ found: String, _ expected: String) -> ScanError {
      .dicom(file: file.path, .pixels(field: tag.name, found: found, expected: expected))
    }
    let isJPEG = DICOMCompression(file.info)?.isJPEG == true
    let colours = ["RGB"] + (isJPEG ? ["YBR_FULL", "YBR_FULL_422"] : [])
    guard [8, 16, 32].contains(bitsAllocated), !isFloat || bitsAllocated == 32 else {
      throw refuse(.bitsAllocated, String(bitsAllocated), isFloat ? "32" : "8, 16 or 32")
    }
    switch samples {
    case 1 where photometric == "MONOCHROME1" || photometric == "MONOCHROME2": break
    case 3 where colours.contains(photometric) && bitsAllocated <= 16: break
    default:
      throw refuse(
        .photometric, "\(photometric) of \(samples) sample(s)", "MONOCHROME1 or MONOCHROME2 of 1 sample, RGB of 3")
    }
    if file.has(.modalityTable) {
      throw refuse(.modalityTable, "a lookup table (Modality LUT)", "RescaleSlope and RescaleIntercept")
    }
    if file.info.pixel_tag == 0x7fe0_0009 { throw refuse(.bitsAllocated, "64 (floats)", "8, 16 or 32") }
  }

  /// The form as the decoder is told it.
  func withForm<Result>(_ body: (UnsafePointer<cdicom_form>) throws -> Result) rethrows -> Result {
    try photometric.withCString { name in
      var form = cdicom_form(
        rows: UInt16(rows), columns: UInt16(columns), samples: UInt16(samples), bits_allocated: UInt16(bitsAllocated),
        bits_stored: UInt16(bitsStored), high_bit: UInt16(highBit), is_signed: isSigned ? 1 : 0, is_by_plane: 0,
        photometric: name)
      return try body(&form)
    }
  }
}

/// How the frames of a file are compressed.
enum DICOMCompression {
  /// Bytes in runs.
  case runs
  /// JPEG baseline, extended or lossless.
  case jpeg
  /// JPEG-LS.
  case jpegLS

  /// The compression of a transfer syntax; nil for one that is not supported.
  init?(_ info: cdicom_info) {
    switch info.syntax {
    case "1.2.840.10008.1.2.5": self = .runs
    case "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70":
      self = .jpeg
    case "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81": self = .jpegLS
    default: return nil
    }
  }

  var isJPEG: Bool { if case .jpeg = self { true } else { false } }
}

extension cdicom_info {
  /// The identifier of the transfer syntax.
  var syntax: String { Self.text(transfer_syntax) }
  /// The name of the transfer syntax, or its identifier where it has none.
  var syntaxName: String {
    let name = Self.text(transfer_syntax_name)
    return name == "unknown" ? syntax : name
  }
  /// The type of the pixels' element, such as OW; empty where the file does not tell.
  var pixelType: String { Self.text(pixel_vr) }

  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
