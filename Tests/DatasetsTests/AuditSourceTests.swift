import Datasets
import Foundation
import Testing

/// Where an audit finds images and labels, by the names of their files alone.
@Suite struct AuditSourceTests {
  /// The lines of the load stage, with the folder's path written `~`.
  private func lines(_ files: [String], suffixes: [String]? = nil) throws -> [String] {
    let folder = try ScratchFolder(files: files)
    return try AuditSource(folder.url, suffixes: suffixes).loadLines.map {
      $0.yaml(relativeTo: nil).replacing(folder.url.path, with: "~")
    }
  }

  private func message(_ files: [String]) throws -> String {
    let folder = try ScratchFolder(files: files)
    return folder.message { _ = try AuditSource(folder.url) }
  }

  @Test(
    "Labels beside their images are known by a word in their names",
    arguments: [
      (["a.nii.gz", "a_mask.nii.gz", "b.nii.gz", "b_mask.nii.gz"], ["~/*.nii.gz"], "~/{case}_mask.nii.gz"),
      (["a.nii.gz", "a_seg.nii.gz", "b.nii.gz", "b_seg.nii.gz"], ["~/*.nii.gz"], "~/{case}_seg.nii.gz"),
      (["a.nii", "a-label.nii", "b.nii", "b-label.nii"], ["~/*.nii"], "~/{case}-label.nii"),
      (
        ["sub-01_T1w.nii.gz", "sub-01_dseg.nii.gz", "sub-02_T1w.nii.gz", "sub-02_dseg.nii.gz"],
        ["~/{case}_T1w.nii.gz"], "~/{case}_dseg.nii.gz"
      ),
      (
        ["volume-1.nii", "segmentation-1.nii", "volume-11.nii", "segmentation-11.nii"], ["~/volume-{case}.nii"],
        "~/segmentation-{case}.nii"
      ),
      (
        ["x_0000.nii", "x_0001.nii", "x_seg.nii", "y_0000.nii", "y_0001.nii", "y_seg.nii"],
        ["~/{case}_0000.nii", "~/{case}_0001.nii"], "~/{case}_seg.nii"
      ),
      (
        ["p1/t1.nii", "p1/label.nii", "p2/t1.nii", "p2/label.nii"], ["~/{case}/t1.nii"], "~/{case}/label.nii"
      ),
      (
        ["p1/p1_t1.nii", "p1/p1_seg.nii", "p2/p2_t1.nii", "p2/p2_seg.nii"], ["~/**/{case}_t1.nii"],
        "~/**/{case}_seg.nii"
      ),
      (["a.png", "a_tumour_mask.tif", "b.png", "b_tumour_mask.tif"], ["~/*.png"], "~/{case}_tumour_mask.tif"),
    ])
  func beside(files: [String], images: [String], labels: String) throws {
    let folder = try ScratchFolder(files: files)
    let source = try AuditSource(folder.url)
    let expected = [LoadLine.patterns(key: "images", images), .patterns(key: "labels", [labels])]
    #expect(
      source.loadLines.map { $0.yaml(relativeTo: nil).replacing(folder.url.path, with: "~") }
        == expected.map { $0.yaml(relativeTo: nil) })
    #expect(source.found.cases.count == 2 && source.found.cases.allSatisfy { $0.label != nil })
    #expect(source.warnings.isEmpty && source.found.labelsWithoutImage.isEmpty)
  }

  @Test("Other images of a case are named, and --suffix chooses them as channels")
  func kinds() throws {
    let files = ["a", "b"].flatMap { ["\($0)_t1.nii", "\($0)_t2.nii", "\($0)_seg.nii"] }
    #expect(
      try lines(files) == [
        "# images named '{case}_t1'; other images of the same cases: '{case}_t2' (2 cases). "
          + "Choose with --suffix; several are the channels of a case",
        "images: \"~/{case}_t1.nii\"", "labels: \"~/{case}_seg.nii\"",
      ])
    #expect(
      try lines(files, suffixes: ["t2", "t1"]) == [
        "images: [\"~/{case}_t2.nii\", \"~/{case}_t1.nii\"]", "labels: \"~/{case}_seg.nii\"",
      ])
  }

  @Test("A channel that a case lacks is an error that names the file")
  func missingChannel() throws {
    let text = try message(["x_0000.nii", "x_0001.nii", "x_seg.nii", "y_0000.nii", "y_seg.nii"])
    #expect(text.hasPrefix("1 image is missing: of case 'y' (expected '~/y_0001.nii')."), "\(text)")
  }

  @Test("Files that may be labels, but have no image, give a warning that says what to do")
  func doubtful() throws {
    let unpaired = try ScratchFolder(files: ["a.nii", "b.nii", "c_mask.nii"])
    #expect(
      try AuditSource(unpaired.url).warnings == [
        "no labels found. 1 file looks like a label by its name, but has no image of the same case: 'c_mask.nii'. "
          + "They are taken for images. Give patterns with --images and --labels."
      ])
    let companions = try ScratchFolder(files: ["a.nii", "a_tumour.nii", "b.nii", "b_tumour.nii"])
    #expect(
      try AuditSource(companions.url).warnings == [
        "no labels found. 2 files have the name of another one and '_tumour': 'a_tumour.nii', 'b_tumour.nii'. "
          + "If these are labels, add --images '*' --labels '{case}_tumour.*'."
      ])
  }

  @Test(
    "A folder of images and one of labels are paired by the text around the names of the cases",
    arguments: [
      ("images/{case}.nii", "labels/{case}.nii", "images/*", "labels/{case}.nii"),
      ("images/{case}.nii", "labels/{case}_seg.nii", "images/{case}.nii", "labels/{case}_seg.nii"),
      ("images/img_{case}.nii", "masks/{case}_mask.nii", "images/img_{case}.nii", "masks/{case}_mask.nii"),
      ("scans/scan{case}.png", "gt/mask{case}.png", "scans/scan{case}.png", "gt/mask{case}.png"),
      ("{case}.nii", "labels/{case}.nii", "*", "labels/{case}.nii"),
    ])
  func folders(images: String, labels: String, imagePattern: String, labelPattern: String) throws {
    let names = ["1", "2", "11"]
    let files = names.flatMap { [images.replacing("{case}", with: $0), labels.replacing("{case}", with: $0)] }
    #expect(
      try lines(files) == ["images: \"~/\(imagePattern)\"", "labels: \"~/\(labelPattern)\""])
  }

  @Test("Labels of which none belongs to an image are an error that names both sides, and what could pair them")
  func noPairs() throws {
    #expect(
      try message(["images/a.nii", "images/b.nii", "labels/x.nii", "labels/y.nii"])
        == """
        no label belongs to an image: no name of a label is that of an image.
          2 images: 'a.nii', 'b.nii'
          2 labels: 'x.nii', 'y.nii'
        A label needs the name of its image. Rename the files, or give patterns with {case} in place of the name of the \
        case: --images 'images/img_{case}.nii.gz' --labels 'labels/{case}_seg.nii.gz'.
        """)
    // Numbers that agree by chance are advice at most.
    let text = try message((1...4).flatMap { ["images/scan\($0).nii", "labels/patient\($0 + 2).nii"] })
    #expect(
      text.hasSuffix(
        "The names 'scan{case}.nii' and 'patient{case}.nii' would pair 2 cases, but may pair different ones: other "
          + "patients, visits or sides. If that is right, give them with --images and --labels; otherwise rename the files."
      ), "\(text)")
    let folder = try ScratchFolder(files: ["i/a.nii", "l/b.nii"])
    let error = thrown { _ = try AuditSource(images: "i/*.nii", labels: "l/{case}.nii", in: folder.url) }
    #expect(error?.category == .data)
    #expect(error?.description.contains("  1 image: 'a.nii'\n  1 label: 'b.nii'\n") == true)
  }

  @Test("Labels without an image, and images without a label, are counted and named")
  func orphans() throws {
    let names = (10..<22).map(String.init)
    let folder = try ScratchFolder(files: ["images/10.nii", "images/9.nii"] + names.map { "labels/\($0).nii" })
    let source = try AuditSource(folder.url)
    #expect(source.found.labelsWithoutImage == names.dropFirst().map { "\($0).nii" })
    #expect(source.found.cases.filter { $0.label == nil }.map(\.id) == ["9"])
    let report = source.found.report.joined(separator: "\n")
    #expect(report.contains("1 image has no label: '9'"))
    #expect(
      report.contains("11 labels have no image: '11'") && report.contains("'20'") && report.contains("and 1 more."))
    let numbered = try ScratchFolder(files: ["imagesTr/a_0000.nii", "labelsTr/a.nii", "labelsTr/b.nii"])
    try numbered.write(
      #"{"channel_names": {"0": "T1"}, "labels": {"background": 0, "a": 1}, "file_ending": ".nii"}"#,
      to: "dataset.json")
    #expect(try AuditSource(numbered.url).found.labelsWithoutImage == ["b.nii"])
    let bids = try ScratchFolder(
      files: ["sub-1/anat/sub-1_T1w.nii"]
        + ["sub-1", "sub-2"].map { "derivatives/labels/\($0)/anat/\($0)_dseg.nii" })
    let report2 = try AuditSource(bids.url).found
    #expect(report2.labelsWithoutImage == ["sub-2/anat/sub-2_dseg.nii"])
    #expect(report2.report.last == "1 label has no image: 'sub-2/anat/sub-2_dseg.nii'.")
  }

  @Test("Paths can be relative to the folder of the pipeline file")
  func relative() {
    let line = LoadLine.patterns(key: "images", ["/a/b/images/*.nii"])
    #expect(line.yaml(relativeTo: "/a/b") == "images: \"images/*.nii\"")
    #expect(line.yaml(relativeTo: "/a/c/d") == "images: \"../../b/images/*.nii\"")
    #expect(line.yaml(relativeTo: "/x") == "images: \"/a/b/images/*.nii\"")
    #expect(LoadLine.path(key: "dataset", "/a/b").yaml(relativeTo: "/a/b") == "dataset: \".\"")
  }
}
