import CDICOM
import Foundation

/// A DICOM file's header, read up to the pixels.
final class DICOMFile {
  /// The file's name in messages.
  let path: String
  /// The file's length.
  let byteCount: Int
  /// Where the pixels stand, and how they are compressed.
  let info: cdicom_info
  private let header: OpaquePointer
  private var buffer = [CChar](repeating: 0, count: 4096)

  /// Opens a file and reads its header; nil where it is no DICOM file.
  ///
  /// - Throws: `ScanError`.
  init?(path: String) throws {
    let input = try RegularFile(path: path)
    var header: OpaquePointer?
    var info = cdicom_info()
    var message = [CChar](repeating: 0, count: Int(CDICOM_MESSAGE_BYTES))
    let status = cdicom_open(input.descriptor, Int64(input.byteCount), &header, &info, &message)
    if status == CDICOM_NOT_DICOM { return nil }
    guard status == CDICOM_OK, let header else {
      throw Self.failure(status, message.text, file: path, byteCount: input.byteCount)
    }
    (self.path, byteCount, self.info, self.header) = (path, input.byteCount, info, header)
  }

  deinit { cdicom_close(header) }

  /// Whether the header has an element.
  func has(_ tag: DICOMTag) -> Bool { cdicom_has(header, tag.number) != 0 }

  /// Whether one of the first files beside it is of the same series; `url` is the file itself.
  func hasNeighbour(beside url: URL) -> Bool {
    guard let series = text(.seriesUID) else { return false }
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? []
    let alike = names.filter { name in
      name != url.lastPathComponent && URL(filePath: name).pathExtension == url.pathExtension
    }
    return alike.prefix(Self.neighbours).contains { name in
      (try? DICOMFile(path: folder.appending(path: name).path))?.text(.seriesUID) == series
    }
  }

  /// How many files are looked at: in the folder of a series nearly all files belong to it.
  private static let neighbours = 8

  /// An element's text without spaces around it; nil where it is missing or empty.
  ///
  /// - Parameters:
  ///   - group: The functional group to look in first.
  ///   - frame: The frame whose group it is, from 0.
  func text(_ tag: DICOMTag, in group: DICOMTag? = nil, frame: Int = 0) -> String? {
    if let group, let text = found(tag, sequence: group.number, frame: frame) { return text }
    return found(tag, sequence: 0, frame: 0)
  }

  /// An element's numbers; nil where it is missing, empty or no list of numbers.
  func numbers(_ tag: DICOMTag, in group: DICOMTag? = nil, frame: Int = 0) -> [Double]? {
    guard let text = text(tag, in: group, frame: frame) else { return nil }
    let numbers = text.split(separator: "\\", omittingEmptySubsequences: false)
      .map { Double($0.trimmingCharacters(in: .whitespaces)) }
    guard numbers.allSatisfy({ $0?.isFinite == true }) else { return nil }
    return numbers.compactMap { $0 }
  }

  /// An element's number, which is `count` numbers long; nil where it is missing or empty.
  ///
  /// - Throws: `ScanError.headerInvalid`.
  func vector(_ tag: DICOMTag, count: Int, in group: DICOMTag? = nil, frame: Int = 0) throws -> [Double]? {
    guard let text = text(tag, in: group, frame: frame) else { return nil }
    guard let numbers = numbers(tag, in: group, frame: frame), numbers.count == count else {
      throw invalid(tag, text, "\(count) finite number\(count == 1 ? "" : "s")")
    }
    return numbers
  }

  /// An element's whole number; nil where it is missing or empty.
  ///
  /// - Throws: `ScanError.headerInvalid`.
  func whole(_ tag: DICOMTag) throws -> Int? {
    guard let text = text(tag) else { return nil }
    guard let number = Int(text) else { throw invalid(tag, text, "a whole number") }
    return number
  }

  /// The error for an element that has a value that cannot be.
  func invalid(_ tag: DICOMTag, _ found: String, _ expected: String) -> ScanError {
    .headerInvalid(file: path, field: tag.name, found: String(found.prefix(80)), expected: expected)
  }

  private func found(_ tag: DICOMTag, sequence: UInt32, frame: Int) -> String? {
    let count = cdicom_text(header, Int64(frame), sequence, tag.number, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let bytes = buffer[..<Int(count)].map { UInt8(bitPattern: $0) }
    // Text that is not UTF-8 is of an older encoding, of which Latin 1 is the likeliest.
    let text = String(validating: bytes, as: UTF8.self) ?? String(bytes: bytes, encoding: .isoLatin1) ?? ""
    let trimmed = text.trimmingCharacters(in: .whitespaces.union(.controlCharacters))
    return trimmed.isEmpty ? nil : trimmed
  }

  private static func failure(_ status: cdicom_status, _ message: String, file: String, byteCount: Int) -> ScanError {
    switch status {
    case CDICOM_TRUNCATED: .truncated(file: file, expectedBytes: nil, foundBytes: byteCount)
    case CDICOM_DEFLATED: .dicom(file: file, .transferSyntax("Deflated Explicit VR Little Endian"))
    case CDICOM_EXCESSIVE: .dicom(file: file, .excessive(message))
    case CDICOM_NO_MEMORY: .unreadable(file: file, reason: "not enough memory")
    default: .damaged(file: file, reason: message.isEmpty ? "DCMTK cannot read the file" : message)
    }
  }
}

extension [CChar] {
  /// The text before the first 0.
  var text: String { String(decoding: prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
