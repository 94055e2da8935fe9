import Files
import Foundation

/// Folders of results of this program, in which a search for data does not look unless they are named.
enum ResultFolder {
  /// Why a folder that a wildcard met is skipped; nil for a folder of data.
  ///
  /// Folders that `convert`, `phantom` and `augment` wrote are folders of data.
  /// - Parameter entersPredictions: Whether folders of predictions are searched all the same.
  static func reason(toSkip folder: String, entersPredictions: Bool) -> LeftOutFile.Reason? {
    if isRun(folder) { return .runFolder }
    return !entersPredictions && OutputFolder.hasPredictions(folder) ? .predictionFolder : nil
  }

  /// Whether a name in a folder is the folder of stages of a run, or one of the links into it; `false` in other folders.
  static func isResult(_ name: String, inRun folder: String) -> Bool {
    guard isRun(folder) else { return false }
    if name == stages { return true }
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: FilePath.joined(folder, name))
    return target?.hasPrefix(stages + "/") ?? false
  }

  private static let stages = "stages"

  /// Whether a folder is that of a run of this program.
  private static func isRun(_ folder: String) -> Bool {
    FilePath.kind(of: FilePath.joined(folder, stages)) == .folder
      && FilePath.kind(of: FilePath.joined(folder, "resolved.yaml")) == .file
  }
}
