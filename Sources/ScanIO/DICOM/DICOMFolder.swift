import Files
import Foundation

/// The DICOM files of a folder.
struct DICOMFolder {
  /// The images of the one series in the folder.
  let images: [DICOMImage]
  /// The names of the files that are no images.
  let leftOut: [String]
  /// The files that cannot be read, any of which may be an image of the series; empty unless they are skipped.
  let unreadable: [UnreadableFile]

  /// Reads the headers of all files directly in a folder.
  ///
  /// - Parameters:
  ///   - skipsUnreadable: Whether files that cannot be read are left out; else they are an error.
  ///   - advice: What messages advise to change.
  /// - Throws: `ScanError`: `.dicom` with `.noImages`, `.severalSeries` or `.unreadableFiles`; of the images what their
  ///   headers give.
  init(_ url: URL, skipsUnreadable: Bool, advice: Advice) throws {
    var series: [String: [Found]] = [:]
    var others: [DICOMStranger] = []
    let entries = try Self.entries(in: url)
    for entry in entries.unnameable where entry.kind == .file || entry.kind == nil {
      others.append(DICOMStranger(unnameable: entry))
    }
    for path in Self.files(among: entries.names, in: url) {
      switch try Self.look(at: path) {
      case .image(let found): series[found.seriesUID, default: []].append(found)
      case .stranger(let stranger): others.append(stranger)
      }
    }
    let found = series.values.joined()
    let names = Set(found.map(\.path.fileName))
    // Another object of DICOM is no slice; of a file that cannot be read only its name tells whether it may be one.
    var unreadable = others.filter { $0.mayBeSlice(among: names) }.map(\.file)
    unreadable += found.compactMap(\.damage)
    unreadable.sort { $0.name < $1.name }
    guard skipsUnreadable || unreadable.isEmpty else {
      throw ScanError.dicom(file: url.path, .unreadableFiles(unreadable, advice: advice))
    }
    guard let only = series.values.first else {
      throw ScanError.dicom(file: url.path, .noImages(fileCount: others.count))
    }
    guard series.count == 1 else {
      let all = series.values.map(\.summary).sorted {
        ($0.description, $0.modality, $0.sliceCount) < ($1.description, $1.modality, $1.sliceCount)
      }
      throw ScanError.dicom(file: url.path, .severalSeries(all))
    }
    images = try only.filter { $0.damage == nil }.map { try $0.image.get() }
    guard !images.isEmpty else {
      throw ScanError.dicom(file: url.path, .noImages(fileCount: others.count + only.count))
    }
    self.unreadable = unreadable
    leftOut = others.map(\.file.name).filter { name in !unreadable.contains { $0.name == name } }
  }

  /// Whether a path is a folder, or a file that begins as DICOM files do.
  static func isDICOM(_ url: URL) -> Bool {
    if RegularFile.isFolder(url.path) { return true }
    guard let input = try? RegularFile(path: url.path), let head = try? input.read(at: 0, count: 132) else {
      return false
    }
    return beginsAsDICOM(head)
  }

  /// Whether the first 132 bytes of a file are those of DICOM.
  static func beginsAsDICOM(_ head: [UInt8]) -> Bool { head.dropFirst(128).prefix(4).elementsEqual("DICM".utf8) }

  /// The files of the series in a folder, sorted by path; the folder itself where it holds none or several.
  static func parts(of url: URL) -> [URL] {
    guard let images = try? DICOMFolder(url, skipsUnreadable: true, advice: .loadKeys).images else { return [url] }
    return images.map { URL(filePath: $0.path) }
  }

  private enum Look {
    case image(Found)
    case stranger(DICOMStranger)
  }

  /// Reads the header of a file; what is wrong with it is part of the result.
  private static func look(at path: String) throws -> Look {
    do {
      guard let file = try DICOMFile(path: path) else { return .stranger(try DICOMStranger(notDICOM: path)) }
      let kind = DICOMKind(file)
      if kind.lacksPixels {
        return .stranger(DICOMStranger(path, reason: "no pixel data", isDICOM: true))
      }
      return kind.refusal == nil ? .image(Found(file)) : .stranger(DICOMStranger(otherObject: path))
    } catch let error as ScanError where error.isDamage {
      return .stranger(DICOMStranger(path, reason: error.shortReason, isDICOM: error.isAboutContent))
    }
  }

  private static func entries(in url: URL) throws -> FolderEntries {
    do {
      return try FileSystem.entries(in: url.path)
    } catch {
      throw ScanError.unreadable(file: url.path, reason: "the folder cannot be listed")
    }
  }

  /// The files directly in a folder, sorted by path: regular ones, and links that lead nowhere.
  private static func files(among names: [String], in url: URL) -> [String] {
    names.sorted().map { url.appending(path: $0, directoryHint: .notDirectory).path }
      .filter { RegularFile.isRegular($0) || RegularFile.isDanglingLink($0) }
  }
}

/// An image of a folder, and which series it belongs to; its own error waits until the series is known to be wanted.
private struct Found {
  let path: String
  let seriesUID: String
  let image: Result<DICOMImage, ScanError>
  let description: String
  let modality: String

  init(_ file: DICOMFile) {
    path = file.path
    seriesUID = file.text(.seriesUID) ?? ""
    image = Result { () throws(ScanError) in
      do {
        return try DICOMImage(file)
      } catch let error as ScanError {
        throw error
      } catch {
        throw .unreadable(file: file.path, reason: "\(error)")
      }
    }
    description = file.text(.seriesDescription) ?? ""
    modality = file.text(.modality) ?? ""
  }

  /// What is wrong with the image where its file is damaged.
  var damage: UnreadableFile? {
    guard case .failure(let error) = image, error.isDamage else { return nil }
    return UnreadableFile(name: path.fileName, reason: error.shortReason)
  }
}

extension [Found] {
  fileprivate var summary: DICOMProblem.Series {
    DICOMProblem.Series(
      description: first?.description ?? "", modality: first?.modality ?? "",
      sliceCount: map { (try? $0.image.get().slices.count) ?? 1 }.reduce(0, +))
  }
}

extension String {
  /// The last part of a path.
  var fileName: String { split(separator: "/").last.map(String.init) ?? self }
}
