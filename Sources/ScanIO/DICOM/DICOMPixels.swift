import CDICOM
import Foundation

/// The frames of a DICOM image, read one at a time.
final class DICOMPixels {
  private let image: DICOMImage
  private let input: RegularFile
  private let compression: DICOMCompression?
  /// For each frame the pieces of the file that it is compressed in.
  private let pieces: [[Range<Int>]]

  /// Opens an image's file.
  ///
  /// - Throws: `ScanError`.
  init(_ image: DICOMImage) throws {
    self.image = image
    input = try RegularFile(path: image.path)
    compression = image.info.is_encapsulated == 0 ? nil : DICOMCompression(image.info)
    pieces =
      compression == nil
      ? [] : try DICOMFragments(input, offset: Int(image.info.pixel_offset)).frames(image.slices.count)
    let isInWords = image.info.is_big_endian != 0 && image.form.bitsAllocated == 8 && image.info.pixelType == "OW"
    guard !isInWords else {
      throw ScanError.dicom(
        file: image.path, .pixels(field: "BitsAllocated", found: "8 in big-endian words (OW)", expected: "OB"))
    }
  }

  /// Scales a frame's values into `values`, `stride` apart; returns how many are not finite.
  ///
  /// - Throws: `ScanError.truncated`, `.damaged`, `.unreadable`.
  func load<Value: BinaryFloatingPoint>(
    _ slice: DICOMSlice, into values: UnsafeMutablePointer<Value>, stride: Int
  ) throws -> Int {
    let form = image.form
    let isPlain = compression == nil
    var isByPlane = isPlain && form.isByPlane
    let bytes: [UInt8]
    switch compression {
    case nil:
      bytes = try input.read(at: Int(image.info.pixel_offset) + slice.frame * form.byteCount, count: form.byteCount)
    case .runs:
      bytes = try DICOMRuns.decode(try compressed(slice.frame), form, file: image.path)
      isByPlane = false
    case .jpeg, .jpegLS:
      bytes = try decode(try compressed(slice.frame))
    }
    guard bytes.count >= form.byteCount else {
      throw ScanError.truncated(
        file: image.path, expectedBytes: Int(image.info.pixel_offset) + (slice.frame + 1) * form.byteCount,
        foundBytes: input.byteCount)
    }
    let samples = DICOMSamples(form, isByPlane: isByPlane, isBigEndian: isPlain && image.info.is_big_endian != 0)
    return samples.load(bytes, slope: slice.slope, intercept: slice.intercept, into: values, stride: stride)
  }

  private func compressed(_ frame: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces[frame] { bytes += try input.read(at: piece.lowerBound, count: piece.count) }
    return bytes
  }

  private func decode(_ bytes: [UInt8]) throws -> [UInt8] {
    let form = image.form
    let bytes = try JPEGFrame(bytes, file: image.path)
      .check(bytes, form, isLS: compression == .jpegLS, file: image.path)
    let capacity = form.byteCount + form.byteCount % 2
    var message = [CChar](repeating: 0, count: Int(CDICOM_MESSAGE_BYTES))
    var colours = [CChar](repeating: 0, count: 24)
    var pixels = [UInt8](repeating: 0, count: capacity)
    let status = form.withForm { form in
      cdicom_decode(image.info.syntax, form, bytes, bytes.count, &pixels, capacity, &colours, &message)
    }
    guard status != CDICOM_NO_MEMORY else { throw ScanError.unreadable(file: image.path, reason: "not enough memory") }
    guard status == CDICOM_OK else { throw ScanError.damaged(file: image.path, reason: message.text) }
    let model = colours.text
    guard form.samples == 1 || model == "RGB" else {
      throw ScanError.dicom(
        file: image.path, .pixels(field: "PhotometricInterpretation", found: model, expected: "RGB"))
    }
    return pixels
  }
}
