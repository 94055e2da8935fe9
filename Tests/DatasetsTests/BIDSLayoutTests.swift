import Datasets
import Foundation
import Testing

@Suite struct BIDSLayoutTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ files: [String]) throws {
    for file in files { try folder.write("", to: file) }
  }

  private func found(_ suffixes: [String]? = nil, derivatives: String? = nil) throws -> FoundCases {
    try CaseSource.layout(LayoutSource(folder.url, suffixes: suffixes, derivatives: derivatives)).found(
      needsClasses: false)
  }

  private func message(_ suffixes: [String]? = nil, derivatives: String? = nil) -> String {
    folder.message { _ = try found(suffixes, derivatives: derivatives) }
  }

  @Test("Subjects, sessions and labels among the derivatives are found, and a subject is a group")
  func sessions() throws {
    try write([
      "dataset_description.json", "participants.tsv", "sub-01/ses-1/anat/sub-01_ses-1_T1w.nii.gz",
      "sub-01/ses-1/anat/sub-01_ses-1_T1w.json", "sub-01/ses-2/anat/sub-01_ses-2_T1w.nii.gz",
      "sub-02/anat/sub-02_T1w.nii", "sub-02/anat/._sub-02_T1w.nii",
      "derivatives/labels/sub-01/ses-1/anat/sub-01_ses-1_dseg.nii.gz",
      "derivatives/labels/sub-01/ses-2/anat/sub-01_ses-2_desc-manual_mask.nii.gz",
      "derivatives/labels/sub-02/anat/sub-02_T1w_label-lesion_dseg.nii.gz",
      "derivatives/labels/sub-02/anat/sub-02_label-lesion_probseg.nii.gz",
    ])
    let found = try found()
    #expect(found.cases.map(\.id) == ["sub-01_ses-1", "sub-01_ses-2", "sub-02"])
    #expect(found.cases.map(\.group) == ["sub-01", "sub-01", "sub-02"])
    #expect(found.cases[2].images.map(\.name) == ["sub-02/anat/sub-02_T1w.nii"])
    #expect(
      found.cases.map(\.label?.url.lastPathComponent) == [
        "sub-01_ses-1_dseg.nii.gz", "sub-01_ses-2_desc-manual_mask.nii.gz", "sub-02_T1w_label-lesion_dseg.nii.gz",
      ])
    #expect(found.report == ["BIDS: 2 subjects, 3 cases, suffix 'T1w', labels from derivatives/labels."])
  }

  @Test("A list of suffixes makes the channels of a case; without one several suffixes are refused with their counts")
  func suffixes() throws {
    try write([
      "sub-1/anat/sub-1_T1w.nii", "sub-1/anat/sub-1_FLAIR.nii", "sub-2/anat/sub-2_T1w.nii",
      "derivatives/labels/sub-1/anat/sub-1_dseg.nii", "derivatives/labels/sub-2/anat/sub-2_dseg.nii",
    ])
    #expect(
      message()
        == "BIDS: '~' has images with several suffixes: FLAIR (1), T1w (2). Set 'suffix', such as 'suffix: T1w', or a "
        + "list for several channels.")
    #expect(
      message(["T2w"]) == "BIDS: '~' has no image with the suffix 'T2w'; found FLAIR (1), T1w (2). Correct 'suffix'.")
    #expect(
      message(["T1w", "FLAIR"])
        == "1 image is missing: of case 'sub-2' (expected 'sub-2_FLAIR.nii.gz'). "
        + "Expected every channel of every case; add the images, correct their patterns, or move these cases elsewhere."
    )
    try write(["sub-2/anat/sub-2_FLAIR.nii"])
    let channels = try found(["FLAIR", "T1w"])
    #expect(channels.names == ["FLAIR", "T1w"])
    #expect(channels.cases[1].images.map(\.url.lastPathComponent) == ["sub-2_FLAIR.nii", "sub-2_T1w.nii"])
  }

  @Test("Several labels of one image, and an image without any, are refused")
  func labels() throws {
    try write([
      "sub-1/anat/sub-1_T1w.nii", "sub-2/anat/sub-2_T1w.nii", "derivatives/labels/sub-1/anat/sub-1_dseg.nii",
    ])
    #expect(
      message()
        == "1 image has no label: 'sub-2' (expected 'sub-2_dseg.nii.gz' in derivatives/labels). "
        + "Add the labels, correct their names, or list these cases in 'exclude'.")
    try write(["derivatives/labels/sub-1/anat/sub-1_desc-b_dseg.nii"])
    #expect(
      message()
        == "BIDS: case 'sub-1' has 2 labels: '~/derivatives/labels/sub-1/anat/sub-1_desc-b_dseg.nii', "
        + "'~/derivatives/labels/sub-1/anat/sub-1_dseg.nii'. "
        + "Expected one; keep one in that folder, or list the files in a 'table'.")
  }

  @Test("Another folder of derivatives is stated; where there is none, the cases have no labels")
  func derivatives() throws {
    try write(["sub-1/anat/sub-1_T1w.nii"])
    let bare = try found()
    #expect(!bare.hasLabels && bare.report == ["BIDS: 1 subject, 1 case, suffix 'T1w', no labels."])
    #expect(
      message(derivatives: "manual")
        == "BIDS: label folder '~/derivatives/manual' not found. Correct 'derivatives', or put the labels there.")
    try write(["derivatives/manual/sub-1/anat/sub-1_dseg.nii"])
    #expect(
      message()
        == "BIDS: label folder '~/derivatives/labels' not found; the derivatives are 'manual'. Set 'derivatives' to "
        + "the folder with the labels.")
    #expect(try found(derivatives: "manual").hasLabels)
  }

  @Test("Keys of BIDS beside another layout are refused")
  func otherLayouts() throws {
    try folder.write(#"{"channel_names": {"0": "a"}}"#, to: "dataset.json")
    #expect(
      message(["T1w"])
        == "'suffix' is for BIDS only, but '~' is nnU-Net. Remove 'suffix', or set 'layout: bids'.")
    try folder.remove("dataset.json")
    try write(["sub-1/anat/readme.txt"])
    #expect(message() == "BIDS: '~' contains no training cases. Correct the path or the layout.")
  }
}
