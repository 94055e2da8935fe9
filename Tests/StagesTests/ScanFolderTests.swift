import Datasets
import Foundation
import Jobs
import Testing

/// A folder for one test, removed when the test lets it go.
private final class ScratchFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "scans-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: url) }
}

/// Which files of a folder a prediction takes as scans.
@Suite struct ScanFolderTests {
  private let folder = ScratchFolder()

  init() throws {
    for file in ["a.nii", "sub/b.nii", "labelsTr/a.nii", "Masks/b.nii", "seg/a.nii.gz", "made/c.nii"] {
      try write("", to: file)
    }
    try record("predict", name: "a.nii.gz", in: "seg")
    try record("convert", name: "c.nii", in: "made")
  }

  private func write(_ text: String, to name: String) throws {
    let file = folder.url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func record(_ command: String, name: String, in place: String) throws {
    let origin = #"{"command":"\#(command)","inputs":{},"settings":{},"version":1}"#
    try write(
      #"{"hash":"00","name":"\#(name)","origin":\#(origin)}"# + "\n", to: "\(place)/.segment-outputs.jsonl")
  }

  private func names(_ place: String, of content: ScanFolder.Content = .images) throws -> [String] {
    try ScanFolder.listing(folder.url.appending(path: place).path, of: content).items.map(\.name)
  }

  @Test("Folders of labels and of earlier predictions are skipped with a warning, converted scans are read")
  func skipped() throws {
    let listing = try ScanFolder.listing(folder.url.path)
    #expect(listing.items.map(\.name) == ["a.nii", "made/c.nii", "sub/b.nii"])
    #expect(
      listing.leftOut.warnings == [
        "1 folder contains predictions of segment, not searched: 'seg'. To read it, give the path of the folder itself.",
        "2 folders contain labels by their names, not segmented: 'Masks', 'labelsTr'. To read one, give the path of the "
          + "folder itself.",
      ])
  }

  @Test("Folders that are named are read, also in patterns")
  func named() throws {
    #expect(try names("labelsTr") == ["a.nii"])
    #expect(try names("seg") == ["a.nii.gz"])
    #expect(try names("*/*.nii") == ["made/c.nii", "sub/b.nii"])
    #expect(try names("**/labelsTr/*.nii") == ["labelsTr/a.nii"])
  }

  @Test("References and predictions of an evaluation are read from all folders")
  func labels() throws {
    #expect(
      try names(".", of: .labels) == [
        "Masks/b.nii", "a.nii", "labelsTr/a.nii", "made/c.nii", "seg/a.nii.gz", "sub/b.nii",
      ])
  }
}
