import Foundation

/// The file or the two files of a NIfTI or Analyze scan.
struct NIfTIFiles {
  /// The file that begins with the header.
  let header: URL
  private let named: URL

  /// Tells the files from the name of either.
  ///
  /// - Throws: `ScanError.pairIncomplete` where the voxels are there without their header.
  init(_ url: URL) throws {
    named = url
    guard Self.ending(of: url)?.isImage == true else {
      header = url
      return
    }
    guard FileManager.default.fileExists(atPath: url.path) else { throw ScanError.notFound(file: url.path) }
    guard let partner = Self.partner(of: url) else {
      throw ScanError.pairIncomplete(file: url.path, missing: Self.partnerName(of: url))
    }
    header = partner
  }

  /// The file of the voxels; nil where it is the header's.
  ///
  /// - Throws: `ScanError.pairIncomplete`.
  func image(for layout: NIfTIForm.Layout) throws -> URL? {
    guard layout != .single else { return nil }
    if named != header { return named }
    guard let partner = Self.partner(of: header) else {
      throw ScanError.pairIncomplete(file: header.path, missing: Self.partnerName(of: header))
    }
    return partner
  }

  /// The other file of a pair of which `url` is one, by the names: `.hdr` and `.img`, either of them with `.gz` behind it.
  static func partner(of url: URL) -> URL? {
    guard let ending = ending(of: url) else { return nil }
    let stem = String(url.lastPathComponent.dropLast(ending.text.count))
    let letters = url.lastPathComponent.dropFirst(stem.count + 1).prefix(3)
    let isUpper = letters.allSatisfy(\.isUppercase)
    let names = [ending.isCompressed, !ending.isCompressed].map { isCompressed in
      let text = (ending.isImage ? ".hdr" : ".img") + (isCompressed ? ".gz" : "")
      return stem + (isUpper ? text.uppercased() : text)
    }
    return names.map { url.deletingLastPathComponent().appending(path: $0, directoryHint: .notDirectory) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  private static func partnerName(of url: URL) -> String {
    let name = url.lastPathComponent
    guard let ending = ending(of: url) else { return "\(name.prefix { $0 != "." }).img" }
    return name.dropLast(ending.text.count) + (ending.isImage ? ".hdr" : ".img")
  }

  private static func ending(of url: URL) -> (text: String, isImage: Bool, isCompressed: Bool)? {
    let name = url.lastPathComponent.lowercased()
    return [(".hdr", false, false), (".img", true, false), (".hdr.gz", false, true), (".img.gz", true, true)]
      .first { name.hasSuffix($0.0) }
  }
}
