import Foundation

// Which files of a list are scans, and which look like scans that cannot be read, by their names alone.

extension ScanFile {
  /// Whether a path is a scan by its name, a file that begins as DICOM files do, or a folder of such files.
  public static func isScan(_ url: URL) -> Bool {
    if RegularFile.isFolder(url.path) { return isSeriesFolder(url) }
    return ScanFormat(fileName: url.lastPathComponent) != nil || DICOMFolder.isDICOM(url)
  }
}

extension ScanFormat {
  /// The extension of an image format that is not supported; nil for others.
  public static func unreadEnding(of fileName: String) -> String? {
    let name = fileName.lowercased()
    guard !name.hasPrefix(".") else { return nil }
    return unreadEndings.first { name.hasSuffix($0) && name.count > $0.count }
  }

  /// The extension of a format that can be read; nil for others.
  public static func readEnding(of fileName: String) -> String? {
    ScanFormat(fileName: fileName).map { _ in String(fileName.dropFirst(baseName(of: fileName).count)) }
  }

  /// Formats of medical, microscopic and ordinary images.
  private static let unreadEndings = [
    ".nrrd", ".nhdr", ".mha", ".mhd", ".mgz", ".mgh", ".mnc", ".mnc.gz", ".gipl", ".gipl.gz", ".ima", ".dicom", ".mif",
    ".mif.gz", ".nii.bz2", ".nii.xz", ".nii.zst", ".nii.zip", ".img.bz2", ".par", ".fdf", ".vtk", ".vti", ".jpg",
    ".jpeg", ".jp2", ".j2k", ".bmp", ".gif", ".webp", ".heic", ".pgm", ".ppm", ".czi", ".lsm", ".nd2", ".lif", ".svs",
    ".ndpi", ".ims", ".npy", ".npz", ".h5", ".hdf5", ".zarr",
  ]
}
