import Foundation

/// The DICOM files of a folder.
struct DICOMFolder {
  /// The images of the one series in the folder.
  let images: [DICOMImage]
  /// The number of files that are none.
  let leftOut: Int

  /// Reads the headers of all files directly in a folder.
  ///
  /// - Throws: `ScanError`: `.dicom` with `.noImages` or `.severalSeries`; of the images what their headers give.
  init(_ url: URL) throws {
    var series: [String: [Found]] = [:]
    var leftOut = 0
    for path in try Self.files(in: url) {
      if let file = try DICOMFile(path: path), DICOMKind(file).refusal == nil {
        series[file.text(.seriesUID) ?? "", default: []].append(Found(file))
      } else {
        leftOut += 1
      }
    }
    guard let only = series.values.first else {
      throw ScanError.dicom(file: url.path, .noImages(fileCount: leftOut))
    }
    guard series.count == 1 else {
      let all = series.values.map(\.summary).sorted {
        ($0.description, $0.modality, $0.sliceCount) < ($1.description, $1.modality, $1.sliceCount)
      }
      throw ScanError.dicom(file: url.path, .severalSeries(all))
    }
    images = try only.map { try $0.image.get() }
    self.leftOut = leftOut
  }

  /// Whether a path is a folder, or a file that begins as DICOM files do.
  static func isDICOM(_ url: URL) -> Bool {
    if RegularFile.isFolder(url.path) { return true }
    guard let input = try? RegularFile(path: url.path), let head = try? input.read(at: 128, count: 4) else {
      return false
    }
    return head == Array("DICM".utf8)
  }

  /// The files of the series in a folder, sorted by path; the folder itself where it holds none or several.
  static func parts(of url: URL) -> [URL] {
    guard let images = try? DICOMFolder(url).images else { return [url] }
    return images.map { URL(filePath: $0.path) }
  }

  /// The regular files directly in a folder, sorted by path.
  private static func files(in url: URL) throws -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: url.path)
    } catch {
      throw ScanError.unreadable(file: url.path, reason: "the folder cannot be listed")
    }
    return names.sorted().map { url.appending(path: $0, directoryHint: .notDirectory).path }
      .filter { RegularFile.isRegular($0) }
  }
}

/// An image of a folder, and which series it belongs to; its own error waits until the series is known to be wanted.
private struct Found {
  let image: Result<DICOMImage, ScanError>
  let description: String
  let modality: String

  init(_ file: DICOMFile) {
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
}

extension [Found] {
  fileprivate var summary: DICOMProblem.Series {
    DICOMProblem.Series(
      description: first?.description ?? "", modality: first?.modality ?? "",
      sliceCount: map { (try? $0.image.get().slices.count) ?? 1 }.reduce(0, +))
  }
}
