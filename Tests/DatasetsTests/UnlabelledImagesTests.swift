import Datasets
import Foundation
import Testing

/// Images without a label in data sets that list them, names in two Unicode forms, and several files of one case.
@Suite struct UnlabelledImagesTests {
  private static let description =
    #"{"channel_names": {"0": "T1"}, "labels": {"background": 0, "a": 1}}"#

  private func numbered(_ files: [String]) throws -> ScratchFolder {
    let folder = try ScratchFolder(files: files)
    try folder.write(Self.description, to: "dataset.json")
    return folder
  }

  /// Checks that an audit keeps the case without a label, and that a load stage needs it excluded.
  private func check(_ data: URL, _ source: CaseSource, without id: String) throws {
    let audit = try AuditSource(data).found
    #expect(audit.cases.count == 3 && audit.cases.filter { $0.label == nil }.map(\.id) == [id])
    #expect(thrown { _ = try source.found(needsClasses: false) } != nil)
    let loaded = try source.found(needsClasses: false, excluding: [id]).excluding([id])
    #expect(loaded.cases.count == 2 && loaded.cases.allSatisfy { $0.label != nil })
    for item in loaded.cases { #expect(item.label?.url.path.contains(item.id) == true) }
  }

  @Test("nnU-Net, BIDS, the Decathlon and tables: an audit reads all images, and a load stage can exclude some")
  func layouts() throws {
    let folder = try numbered(
      ["a", "b", "c"].map { "imagesTr/\($0)_0000.nii" } + ["labelsTr/a.nii", "labelsTr/c.nii"])
    try check(folder.url, .layout(LayoutSource(folder.url)), without: "b")
    let bids = try ScratchFolder(
      files: ["sub-1", "sub-2", "sub-3"].map { "\($0)/anat/\($0)_T1w.nii" }
        + ["sub-1", "sub-3"].map { "derivatives/labels/\($0)/anat/\($0)_dseg.nii" })
    try check(bids.url, .layout(LayoutSource(bids.url)), without: "sub-2")
    let decathlon = try ScratchFolder(files: ["i/a.nii", "i/b.nii", "i/c.nii", "l/b.nii", "l/c.nii"])
    let items = ["a", "b", "c"].map { #"{"image": "i/\#($0).nii", "label": "l/\#($0).nii"}"# }.joined(separator: ", ")
    try decathlon.write(
      #"{"modality": {"0": "T1"}, "labels": {"0": "background", "1": "a"}, "training": [\#(items)]}"#,
      to: "dataset.json")
    try check(decathlon.url, .layout(LayoutSource(decathlon.url)), without: "a")
    let table = decathlon.url.appending(path: "cases.csv")
    try decathlon.write("case,image,label\na,i/a.nii,\nb,i/b.nii,l/b.nii\nc,i/c.nii,l/c.nii\n", to: "cases.csv")
    try check(table, .table(table), without: "a")
  }

  @Test("Two files of one case are an error that names both, for labels and for images")
  func severalFiles() throws {
    let labels = try numbered(["imagesTr/a_0000.nii", "labelsTr/a.nii", "labelsTr/a.nii.gz"])
    #expect(
      labels.message { _ = try AuditSource(labels.url) }
        == "'labelsTr/a' has 2 files: 'a.nii', 'a.nii.gz'. Expected one; remove the others, or set 'file_ending' in "
        + "dataset.json.")
    let images = try numbered(["imagesTr/a_0000.nii", "imagesTr/a_0000.nii.gz", "labelsTr/a.nii"])
    #expect(images.message { _ = try AuditSource(images.url) }.hasPrefix("'imagesTr/a_0000' has 2 files: "))
  }

  @Test("Names that differ in their Unicode form alone are an error that shows the difference")
  func equalNames() throws {
    let folder = try ScratchFolder(files: ["i/\u{e9}.nii", "i/e\u{301}.nii", "i/z.nii"])
    let expected =
      "the folder '~/i' contains names that look the same, in different Unicode forms: "
      + #"'e\u{0301}.nii', '\u{00E9}.nii'. Rename one of the files."#
    #expect(folder.message { _ = try CasePairing(images: ["i/*.nii"], in: folder.url) } == expected)
    #expect(folder.message { _ = try AuditSource(folder.url) } == expected)
  }
}
