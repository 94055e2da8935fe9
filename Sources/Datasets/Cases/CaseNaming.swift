import Foundation

/// How a case's name is told from the name of its image file, where the images pattern has no `{case}`.
public enum CaseNaming: String, Codable, Hashable, Sendable {
  /// The file's name without its extension.
  case fileName = "file_name"
  /// As nnU-Net names images: the file's name without its extension and without the channel number `_0000`, provided
  /// that every image has that number.
  case nnUNet = "nnunet"

  /// The number of an image's first channel at the end of its name, as nnU-Net writes it.
  public static let firstChannelSuffix = "_0000"

  /// The extensions of scans, the longer before the shorter.
  static let extensions = [".nii.gz", ".nii", ".png"]

  /// A file's name without a scan's extension, in upper or lower case; other extensions stay.
  public static func stem(of fileName: String) -> String {
    let lowercased = fileName.lowercased()
    for ending in extensions where lowercased.hasSuffix(ending) && fileName.count > ending.count {
      return String(fileName.dropLast(ending.count))
    }
    return fileName
  }
}
