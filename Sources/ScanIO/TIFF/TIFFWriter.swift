import CTIFF
import Foundation
import Volumes

/// Encodes TIFF files, compressed by deflate; the bytes depend on what is written alone.
///
/// Each slice is a page, or one for each channel; 3 channels of 8 or 16 bits are RGB. The first page's description, in
/// ImageJ's words, counts the pages and gives the distances of voxels where the grid is in millimetres; where the grid
/// lies and how it is turned is lost.
struct TIFFWriter {
  /// The file's name in messages.
  let file: String
  let grid: Grid
  let datatype: ScanDatatype
  let channels: Int

  /// Encodes a volume's values.
  ///
  /// - Throws: `ScanError.valueOutOfRange`, `FileError`.
  func encode(_ values: [Float]) throws -> Data {
    let perPage = grid.size.width * grid.size.height
    return try encode { slice, channel in
      let start = slice * perPage * channels
      let page =
        isRGB || channels == 1
        ? Array(values[start..<start + perPage * channels])
        : (0..<perPage).map { values[start + $0 * channels + channel] }
      return try page.withUnsafeBufferPointer { try datatype.stored($0, file: file) }
    }
  }

  /// Encodes stored values, those of a voxel side by side.
  ///
  /// - Throws: `FileError`.
  func encode(stored bytes: [UInt8]) throws -> Data {
    let size = datatype.byteCount
    let pixels = grid.size.width * grid.size.height
    return try encode { slice, channel in
      let start = slice * pixels * channels * size
      guard pagesPerSlice > 1 else { return Array(bytes[start..<start + pixels * channels * size]) }
      return (0..<pixels).flatMap { pixel in
        let place = start + (pixel * channels + channel) * size
        return bytes[place..<place + size]
      }
    }
  }

  private var isRGB: Bool { channels == 3 && (datatype == .uint8 || datatype == .uint16) }
  private var pagesPerSlice: Int { isRGB ? 1 : channels }

  /// Encodes pages in ImageJ's order, channels fastest.
  private func encode(_ samples: (_ slice: Int, _ channel: Int) throws -> [UInt8]) throws -> Data {
    precondition(grid.size.width <= Int(Int32.max) && grid.size.height <= Int(Int32.max), "a page has TIFF's sizes")
    let pageCount = grid.size.depth * pagesPerSlice
    let byteCount = grid.size.count * channels * datatype.byteCount + 1024 * pageCount
    guard let writer = ctiff_begin(byteCount > Self.largestClassic ? 1 : 0) else {
      throw ScanError.cannotEncode(file: file, reason: "not enough memory")
    }
    defer { ctiff_free(writer) }
    var form = form
    for index in 0..<pageCount {
      let bytes = try samples(index / pagesPerSlice, index % pagesPerSlice)
      try check(ctiff_write_page(writer, &form, index == 0 ? description : nil, bytes), writer)
    }
    var encoded: UnsafePointer<UInt8>?
    var count = 0
    try check(ctiff_finish(writer, &encoded, &count), writer)
    return encoded.map { Data(bytes: $0, count: count) } ?? Data()
  }

  /// The bytes that a file with offsets of 32 bits holds safely, even where deflate makes them more.
  private static let largestClassic = 4_200_000_000

  private var form: ctiff_form {
    var form = ctiff_form()
    (form.width, form.height) = (UInt32(grid.size.width), UInt32(grid.size.height))
    form.samples = isRGB ? 3 : 1
    form.bits = UInt32(8 * datatype.byteCount)
    switch datatype {
    case .uint8, .uint16, .uint32, .uint64: form.sample_format = 1
    case .int8, .int16, .int32, .int64: form.sample_format = 2
    case .float32, .float64: form.sample_format = 3
    }
    if grid.unit == .millimetres {
      (form.x_resolution, form.y_resolution) = (Float(1 / grid.spacing.x), Float(1 / grid.spacing.y))
    }
    return form
  }

  /// What ImageJ writes; nil for a single page in pixels, of which there is nothing to say.
  private var description: String? {
    let isPhysical = grid.unit == .millimetres
    guard grid.size.depth * pagesPerSlice > 1 || isPhysical else { return nil }
    var lines = ["ImageJ=1.11a", "images=\(grid.size.depth * pagesPerSlice)"]
    if pagesPerSlice > 1 { lines.append("channels=\(pagesPerSlice)") }
    lines.append("slices=\(grid.size.depth)")
    if pagesPerSlice > 1 { lines += ["hyperstack=true", "mode=grayscale"] }
    if isPhysical { lines += ["unit=mm", "spacing=\(grid.spacing.z)"] }
    return lines.joined(separator: "\n") + "\n"
  }

  private func check(_ status: ctiff_status, _ writer: OpaquePointer) throws {
    guard status != CTIFF_OK else { return }
    let message = status == CTIFF_NO_MEMORY ? "not enough memory" : String(cString: ctiff_writer_message(writer))
    throw ScanError.cannotEncode(file: file, reason: message)
  }
}
