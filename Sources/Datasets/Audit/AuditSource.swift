import Foundation
import ScanIO

/// Where an audit finds its cases: a data set in one of the layouts, a table, or a folder of any kind.
public struct AuditSource: Sendable {
  /// The cases, with what the source says of them; those without a label are among them.
  public let found: FoundCases
  /// The lines of the load stage that name these cases.
  public let loadLines: [String]

  /// Finds the cases.
  ///
  /// A folder that has none of the layouts may hold a folder of images (its name begins with `image`) and one of labels
  /// (with `label` or `mask`), whose files have the same names; else every scan in it is an image.
  /// - Throws: `DatasetError`.
  public init(_ data: URL) throws(DatasetError) {
    if data.pathExtension.lowercased() == "csv" {
      found = try CaseSource.table(data).found(needsClasses: false)
      loadLines = ["table: \(data.path)"]
      return
    }
    do {
      found = try CaseSource.layout(LayoutSource(data)).found(needsClasses: false)
      loadLines = ["dataset: \(data.path)"]
    } catch .layout(.notRecognised) {
      let (images, labels) = try Self.patterns(data.path)
      let pairing = try CasePairing(images: [images], labels: labels, in: data)
      found = try FoundCases(
        pairing.cases + pairing.imagesWithoutLabel, report: pairing.report.split(separator: "\n").map(String.init))
      loadLines = ["images: \(images)"] + (labels.map { ["labels: \($0)"] } ?? [])
    }
  }

  /// Images and labels that the user names.
  ///
  /// - Throws: `DatasetError`.
  public init(images: String, labels: String?, in folder: URL) throws(DatasetError) {
    let pairing = try CasePairing(images: [images], labels: labels, in: folder)
    found = try FoundCases(
      pairing.cases + pairing.imagesWithoutLabel, report: pairing.report.split(separator: "\n").map(String.init))
    loadLines = ["images: \(images)"] + (labels.map { ["labels: \($0)"] } ?? [])
  }

  private static func patterns(_ folder: String) throws(DatasetError) -> (images: String, labels: String?) {
    let names = try FilePath.names(in: folder).filter { FilePath.kind(of: FilePath.joined(folder, $0)) == .folder }
    func first(_ beginnings: [String]) -> String? {
      names.first { name in beginnings.contains { name.lowercased().hasPrefix($0) } }
    }
    guard let images = first(["image"]), let labels = first(["label", "mask", "segmentation"]) else {
      return (FilePath.joined(folder, "**/*"), nil)
    }
    let ending = try FilePath.names(in: FilePath.joined(folder, labels)).first { ScanFormat(fileName: $0) != nil }
      .map { String($0.dropFirst(ScanFormat.baseName(of: $0).count)) }
    return (
      FilePath.joined(folder, images) + "/*", FilePath.joined(folder, labels) + "/{case}" + (ending ?? ".*")
    )
  }
}
