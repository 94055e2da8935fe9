import Files
import Foundation
import ScanIO

/// The layout of the Medical Segmentation Decathlon: `dataset.json` lists the images and labels of the training, and the
/// images of the test; an image of several modalities has them along a fourth dimension.
///
/// Source: Antonelli et al., "The Medical Segmentation Decathlon", Nature Communications 13, 4128 (2022).
struct MSDLayout {
  let folder: String
  let description: DatasetDescription

  /// The training cases.
  func found(_ policy: UnlabelledImages) throws(DatasetError) -> FoundCases {
    let items = description.training
    guard !items.isEmpty else { throw .layout(.noTrainingCases(.msd, place: description.file)) }
    let images = items.map { url($0.image) }
    let ids = images.map { ScanFormat.baseName(of: $0.lastPathComponent) }
    let unlabelled = zip(items, ids).filter { $0.label == nil && !policy.allow($1) }.map(\.0.image)
    guard unlabelled.isEmpty else {
      throw .pairing(
        .imagesWithoutLabel(ids: unlabelled, expected: unlabelled.map { _ in "a 'label' in the same entry" }))
    }
    // The label of each image; nil where it may be missing, and is.
    let labels = zip(items, ids).map { item, id in
      item.label.map(url).flatMap { policy.allow(id) && FilePath.kind(of: $0.path) != .file ? nil : $0 }
    }
    let missing = (images + labels.compactMap { $0 }).map(\.path).filter { FilePath.kind(of: $0) != .file }.map {
      path in
      LeftOutFile.reason(for: path).map { "\(path) (\(LeftOutFile(path: path, name: path, reason: $0).words))" } ?? path
    }
    guard missing.isEmpty else { throw .layout(.missingFiles(listedIn: description.file, paths: missing)) }
    let imageFiles = CaseFile.named(images)
    var labelFiles = CaseFile.named(labels.compactMap { $0 })[...]
    var report = ["\(Layout.msd.title): dataset.json, \(Wording.counted(items.count, "training case"))."]
    if description.testCount > 0 {
      report.append(
        "\(Wording.counted(description.testCount, "test case")) without labels "
          + "\(description.testCount == 1 ? "is" : "are") not loaded.")
    }
    var found = try FoundCases(
      items.indices.map { index in
        CaseFiles(
          id: ids[index], images: [imageFiles[index]], label: labels[index].flatMap { _ in labelFiles.popFirst() })
      }, report: report)
    let names = description.channelNames
    if !names.isEmpty { found.names = names }
    if names.count > 1 { found.furtherDimension = .channels }
    return found
  }

  private func url(_ listed: String) -> URL {
    let path = SystemPath.resolvingParents(FilePath.joined(folder, listed))
    return URL(filePath: path, directoryHint: .notDirectory).standardized
  }
}
