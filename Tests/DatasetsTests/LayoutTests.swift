import Datasets
import Foundation
import ScanIO
import Testing

/// Data sets as the Decathlon and nnU-Net publish them.
@Suite struct LayoutTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ json: String, files: [String]) throws {
    try folder.write(json, to: "dataset.json")
    for file in files { try folder.write("", to: file) }
  }

  private func found(_ layout: Layout? = nil, path: String = "", needsClasses: Bool = true) throws -> FoundCases {
    try CaseSource.layout(LayoutSource(folder.url.appending(path: path), layout: layout)).found(
      needsClasses: needsClasses)
  }

  private func message(_ layout: Layout? = nil) -> String { folder.message { _ = try found(layout) } }

  private static let msd = """
    {"labels": {"0": "background", "2": "tumour", "10": "edema"}, "modality": {"0": "FLAIR", "1": "T1w"},
     "training": [{"image": "./imagesTr/b.nii.gz", "label": "./labelsTr/b.nii.gz"},
                  {"image": "./imagesTr/._b.nii.gz", "label": "./labelsTr/._b.nii.gz"},
                  {"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"}],
     "test": ["./imagesTs/c.nii.gz", "./imagesTs/d.nii.gz"]}
    """
  private static let msdFiles = ["a", "b"].flatMap { ["imagesTr/\($0).nii.gz", "labelsTr/\($0).nii.gz"] }

  @Test(
    "The Decathlon's list names cases, classes and channels; test cases are left out", arguments: ["", "dataset.json"])
  func msd(path: String) throws {
    try write(Self.msd, files: Self.msdFiles)
    let found = try found(path: path)
    #expect(found.cases.map(\.id) == ["a", "b"])
    #expect(found.cases.map { $0.images[0].name } == ["a.nii.gz", "b.nii.gz"])
    #expect(found.cases[0].label?.url.path == folder.url.path + "/labelsTr/a.nii.gz")
    #expect(found.classes?.valueDescription == "0 background, 2 tumour, 10 edema")
    #expect(found.names == ["FLAIR", "T1w"])
    #expect(found.furtherDimension == .channels)
    #expect(
      found.report == ["MSD: dataset.json, 2 training cases.", "2 test cases without labels are not loaded."])
    #expect(found.descriptions.map(\.lastPathComponent) == ["dataset.json"])
  }

  @Test("With one modality nothing is said of a fourth dimension")
  func oneModality() throws {
    try write(Self.msd.replacing(", \"1\": \"T1w\"", with: ""), files: Self.msdFiles)
    #expect(try found().furtherDimension == nil)
    #expect(try found().names == ["FLAIR"])
  }

  @Test("Files that the list names and that are not there are named")
  func missingFiles() throws {
    try write(Self.msd, files: ["imagesTr/a.nii.gz", "imagesTr/b.nii.gz", "labelsTr/a.nii.gz"])
    #expect(
      message()
        == "1 file listed in '~/dataset.json' does not exist: '~/labelsTr/b.nii.gz'. Download the data, or correct the "
        + "list.")
  }

  private static let nnunet = """
    {"channel_names": {"0": "T1", "1": "T2"}, "labels": {"background": 0, "whole": 1, "core": 2}, "numTraining": 2,
     "file_ending": ".nii.gz"}
    """
  private static let nnunetFiles = [
    "imagesTr/a_0000.nii.gz", "imagesTr/a_0001.nii.gz", "imagesTr/b_0000.nii.gz", "imagesTr/b_0001.nii.gz",
    "imagesTr/._a_0000.nii.gz", "labelsTr/a.nii.gz", "labelsTr/b.nii.gz", "imagesTs/c_0000.nii.gz",
    "imagesTs/c_0001.nii.gz",
  ]

  @Test("nnU-Net's files make cases of numbered channels; dataset.json names channels and classes")
  func nnUNet() throws {
    try write(Self.nnunet, files: Self.nnunetFiles + ["splits_final.json"])
    let found = try found()
    #expect(found.cases.map(\.id) == ["a", "b"])
    #expect(found.cases[1].images.map(\.name) == ["b_0000.nii.gz", "b_0001.nii.gz"])
    #expect(found.cases[1].label?.name == "b.nii.gz")
    #expect(found.classes?.valueDescription == "0 background, 1 whole, 2 core")
    #expect(found.names == ["T1", "T2"])
    #expect(
      found.report == [
        "nnU-Net: dataset.json, 2 training cases.", "1 test case in imagesTs is not loaded.",
        "splits_final.json found; to use it, set 'split: {file: ...}'.",
      ])
  }

  @Test("nnU-Net's first version lists images without their channel numbers, and is told from the Decathlon by that")
  func firstVersion() throws {
    let files = Self.msdFiles.map { $0.hasPrefix("images") ? $0.replacing(".nii", with: "_0000.nii") : $0 }
    try write(Self.msd, files: files + files.filter { $0.hasPrefix("im") }.map { $0.replacing("_0000", with: "_0001") })
    let found = try found()
    #expect(found.report[0] == "nnU-Net: dataset.json, 2 training cases.")
    #expect(found.cases[0].images.map(\.name) == ["a_0000.nii.gz", "a_0001.nii.gz"])
    #expect(found.classes?.names == ["background", "tumour", "edema"])
  }

  @Test("One file with all channels, such as a coloured picture, needs no others")
  func colours() throws {
    try write(
      #"{"channel_names": {"0": "R", "1": "G", "2": "B"}, "labels": {"background": 0, "a": 1}, "file_ending": ".png"}"#,
      files: ["imagesTr/a_0000.png", "labelsTr/a.png"])
    let found = try found()
    #expect(try found.channelNames(ofCase: "a", channelCounts: [3]) == ["R", "G", "B"])
    #expect(
      DatasetsTests.message { _ = try found.channelNames(ofCase: "a", channelCounts: [1]) }
        == "case 'a': its images have 1 channel, but there are 3 channel names: 'R', 'G', 'B'. "
        + "Expected one name for each channel; correct the names or the images.")
  }

  @Test("A missing channel, a missing label and an image without number are named")
  func incomplete() throws {
    try write(Self.nnunet, files: Self.nnunetFiles.filter { $0 != "imagesTr/b_0001.nii.gz" })
    #expect(
      message()
        == "1 image is missing: of case 'b' (expected 'imagesTr/b_0001.nii.gz'). "
        + "Expected every channel of every case; add the images, correct their patterns, or move these cases elsewhere."
    )
    try folder.write("", to: "imagesTr/x.nii.gz")
    #expect(
      message()
        == "1 image in '~/imagesTr' has no channel number: 'x.nii.gz'. "
        + "Expected names such as case_0000.nii.gz; rename them, or use 'images' and 'labels'.")
    try folder.remove("imagesTr/x.nii.gz")
    try folder.remove("labelsTr/a.nii.gz")
    #expect(
      message()
        == "1 image has no label: 'a' (expected 'labelsTr/a.nii.gz'). "
        + "Add the labels, correct their names, or list these cases in 'exclude'.")
  }

  @Test("Labels that cannot be trained on are refused by name, unless classes are stated")
  func labels() throws {
    try write(Self.nnunet.replacing("\"whole\": 1", with: "\"whole\": [1, 2]"), files: Self.nnunetFiles)
    #expect(
      message()
        == "'~/dataset.json': 1 label combines several values (regions): 'whole'. "
        + "Overlapping regions are not supported; set 'classes' with each value in one class.")
    #expect(try found(needsClasses: false).classes == nil)
    try write(Self.nnunet.replacing("\"core\"", with: "\"ignore\""), files: [])
    let classes = try found().classes
    #expect(classes?.names == ["background", "whole"] && classes?.ignored == [.number(2)])
    try write(Self.nnunet.replacing("\"background\": 0, ", with: ""), files: [])
    #expect(
      message()
        == "'~/dataset.json': no label has the value 0 (background): 'core', 'whole'. Set 'classes'."
    )
    try write(#"{"channel_names": {"0": "a", "1": "b"}}"#, files: [])
    #expect(message() == "'~/dataset.json' lists no labels. Set 'classes', such as {background: 0, tumour: 1}.")
  }

  @Test("A description that is none is refused, with the place where it departs")
  func descriptions() throws {
    try write("{", files: [])
    #expect(
      message()
        == "'~/dataset.json' is not JSON. Expected a dataset.json of the Medical Segmentation Decathlon or of nnU-Net.")
    try write(#"{"labels": {"a": {"b": 1}}}"#, files: [])
    #expect(
      message()
        == "'~/dataset.json': 'labels.a' is missing or has the wrong type. Expected the format of the Medical "
        + "Segmentation Decathlon or nnU-Net.")
    try write(Self.nnunet.replacing(".nii.gz", with: ".mha"), files: [])
    #expect(
      message()
        == "'~/dataset.json': files that end in '.mha' are not supported. Convert them, for example to .nii.gz.")
    try write(#"{"training": []}"#, files: [])
    #expect(message(.msd) == "MSD: '~/dataset.json' contains no training cases. Correct the path or the layout.")
  }

  @Test("A folder of no layout, a file of none and a missing folder are told apart")
  func recognition() throws {
    try folder.write("", to: "scans/a.nii")
    #expect(
      message()
        == "the layout of folder '~' is unknown; it contains 'scans'. Expected dataset.json (MSD, nnU-Net) or subject "
        + "folders such as sub-01 (BIDS). Otherwise use 'images' and 'labels', or a 'table'.")
    #expect(
      message(.nnunet)
        == "'~/dataset.json' not found; the layout nnU-Net needs it. Correct the path or the layout.")
    #expect(
      folder.message { _ = try found(path: "scans/a.nii") }
        == "'~/scans/a.nii' is not a dataset.json. Expected the folder of a data set, or its dataset.json.")
    #expect(
      folder.message { _ = try found(path: "nowhere") }
        == "folder '~/nowhere' not found ('~' exists); the pattern is '~/nowhere'. Correct the path, or download the "
        + "data.")
  }
}

extension ClassMap {
  fileprivate var valueDescription: String {
    classes.map { "\($0.values.map(String.init).joined(separator: " or ")) \($0.name)" }.joined(separator: ", ")
  }
}
