import Files
import Foundation

/// A file in the folder of a DICOM series that could not be read as an image.
///
/// Such a file may be a damaged slice, without which the volume is cut short. Or it has nothing to do with the series, as a
/// README has not.
struct DICOMStranger {
  /// Its name, and what is wrong with it.
  let file: UnreadableFile
  private let content: Content

  private enum Content {
    /// Another object of DICOM, such as a structure set: no slice.
    case otherObject
    /// A file of DICOM that is damaged.
    case damagedDICOM
    /// Text.
    case text
    /// Nothing, zeros, or bytes that begin as no file of DICOM does.
    case bytes
  }

  /// A file that cannot be read.
  init(_ path: String, reason: String, isDICOM: Bool) {
    file = UnreadableFile(name: path.fileName, reason: reason)
    content = isDICOM ? .damagedDICOM : .bytes
  }

  /// A DICOM file with another object than an image.
  init(otherObject path: String) {
    file = UnreadableFile(name: path.fileName, reason: "not an image")
    content = .otherObject
  }

  /// A file whose name is not UTF-8, so that it cannot be read as a slice: unless it is a text, it may be one.
  init(unnameable entry: UnnameableEntry) {
    file = UnreadableFile(name: entry.name, reason: "its name is not in UTF-8: rename the file")
    content = Self.isText(entry.head(4096)) ? .text : .damagedDICOM
  }

  /// A file that does not begin as those of DICOM do.
  ///
  /// - Throws: `ScanError.unreadable`.
  init(notDICOM path: String) throws {
    let input = try RegularFile(path: path)
    let head = try input.read(at: 0, count: 4096)
    let reason =
      head.isEmpty
      ? "empty" : head.allSatisfy { $0 == 0 } ? "it begins with zeros" : "not a DICOM file"
    file = UnreadableFile(name: path.fileName, reason: reason)
    content = Self.isText(head) ? .text : .bytes
  }

  /// Whether bytes are printable, and in UTF-8 or nearly all of ASCII.
  private static func isText(_ head: [UInt8]) -> Bool {
    guard !head.isEmpty, head.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || [0x09, 0x0a, 0x0d].contains($0) }) else {
      return false
    }
    // The last character may be cut.
    let isUTF8 = (0...min(3, head.count - 1)).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
    return isUTF8 || head.count { $0 >= 0x80 } * 10 < head.count
  }

  /// Whether the file may be a damaged slice of a series of images with these names.
  ///
  /// A damaged file of DICOM may be one, and so may every file with an ending of DICOM. Other files may be one where they
  /// are named as the images are: the same ending, and a number where all images have one. A text without an ending of
  /// DICOM, and a hidden file, are none.
  func mayBeSlice(among names: Set<String>) -> Bool {
    guard !file.name.hasPrefix(".") else { return false }
    switch content {
    case .otherObject: return false
    case .damagedDICOM: return true
    case .text, .bytes: break
    }
    let parts = file.name.lowercased().split(separator: ".").dropFirst()
    if parts.contains(where: { Self.endings.contains(String($0)) }) { return true }
    guard case .bytes = content, names.contains(where: { Self.ending($0) == Self.ending(file.name) }) else {
      return false
    }
    return file.name.contains(where: \.isNumber) || !names.allSatisfy { $0.contains(where: \.isNumber) }
  }

  private static let endings: Set<String> = ["dcm", "dicom", "ima", "dc3", "dic"]

  /// The ending of a name in lower case; numbers behind a point, as in identifiers, are none.
  private static func ending(_ name: String) -> String {
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return "" }
    let ending = name[name.index(after: point)...].lowercased()
    return ending.contains(where: \.isLetter) && ending.count <= 8 ? ending : ""
  }
}

extension ScanError {
  /// Whether a file is damaged or cannot be read, rather than of a kind that is not read.
  var isDamage: Bool {
    switch self {
    case .notFound, .unreadable, .truncated, .damaged, .headerInvalid, .tooLarge, .dicom(_, .excessive): true
    default: false
    }
  }

  /// Whether the file's bytes were read and are damaged, so that it is known to be of its format.
  var isAboutContent: Bool {
    switch self {
    case .notFound, .unreadable: false
    default: true
    }
  }

  /// What is wrong, in a few words.
  var shortReason: String {
    switch self {
    case .notFound: "a link to a missing file"
    case .unreadable(_, let reason): reason
    case .truncated: "truncated"
    case .damaged(_, let reason): reason
    case .headerInvalid(_, let field, let found, _): "header field \(field) is \(found)"
    case .tooLarge: "its header declares more data than the file has"
    case .dicom(_, .excessive(let reason)): reason
    default: "\(self)"
    }
  }
}
