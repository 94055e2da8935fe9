import Datasets
import Foundation
import Testing

@Suite struct CasePairingTests {
  @Test("Each image gets the label of its name, whatever the extensions, sorted by name")
  func byName() throws {
    let folder = try ScratchFolder(files: [
      "i/b.nii.gz", "i/a.nii", "i/c.v2.PNG", "l/a.nii.gz", "l/b.nii.gz", "l/c.v2.png",
    ])
    let pairing = try CasePairing(images: ["i/*"], labels: "l/*", in: folder.url)
    #expect(pairing.cases.map(\.id) == ["a", "b", "c.v2"])
    #expect(pairing.cases.map { $0.images[0].name } == ["a.nii", "b.nii.gz", "c.v2.PNG"])
    #expect(pairing.cases.map(\.label?.name) == ["a.nii.gz", "b.nii.gz", "c.v2.png"])
    #expect(pairing.cases[0].images[0].url.path == folder.url.path + "/i/a.nii")
    try pairing.requireLabels()
    #expect(pairing.report == "3 images match 'i/*'; 3 of them have a label in 'l/*'.")
  }

  @Test("{case} in the labels pattern stands for the image's name")
  func labelPattern() throws {
    let folder = try ScratchFolder(files: ["i/a.nii", "i/ab.nii", "l/ab/ab_seg.nii", "l/a/a_seg.nii"])
    let pairing = try CasePairing(images: ["i/*.nii"], labels: "l/{case}/{case}_seg.nii", in: folder.url)
    #expect(pairing.cases.map(\.label?.name) == ["a/a_seg.nii", "ab/ab_seg.nii"])
  }

  @Test("{case} in the images pattern defines the name")
  func imagePattern() throws {
    let folder = try ScratchFolder(files: ["sub-1/t1.nii", "sub-2/t1.nii", "truth/sub-1.nii", "truth/sub-2.nii"])
    let pairing = try CasePairing(images: ["{case}/t1.nii"], labels: "truth/{case}.nii", in: folder.url)
    #expect(pairing.cases.map(\.id) == ["sub-1", "sub-2"])
  }

  @Test("Images and labels without partner are listed, named in the report, and the images refused on demand")
  func unmatched() throws {
    let images = (1...8).map { "i/c\($0).nii" }
    let folder = try ScratchFolder(files: images + ["l/c1.nii", "l/x.nii"])
    let pairing = try CasePairing(images: ["i/*.nii"], labels: "l/{case}.nii", in: folder.url)
    #expect(pairing.cases.map(\.id) == ["c1"])
    #expect(pairing.imagesWithoutLabel.map(\.id) == ["c2", "c3", "c4", "c5", "c6", "c7", "c8"])
    #expect(pairing.labelsWithoutImage.map(\.id) == ["x"])
    let report = pairing.report.replacingOccurrences(of: folder.url.path, with: "~")
    #expect(
      report == """
        8 images match 'i/*.nii'; 1 of them has a label in 'l/{case}.nii'.
        7 images have no label: 'c2' (expected 'l/c2.nii'), 'c3' (expected 'l/c3.nii'), 'c4' (expected 'l/c4.nii'), \
        'c5' (expected 'l/c5.nii'), 'c6' (expected 'l/c6.nii'), 'c7' (expected 'l/c7.nii'), 'c8' (expected 'l/c8.nii').
        1 label has no image: 'x' (~/l/x.nii).
        """)
    let error = thrown { try pairing.requireLabels() }
    #expect(
      error?.description
        == "7 images have no label: 'c2' (expected 'l/c2.nii'), 'c3' (expected 'l/c3.nii'), 'c4' (expected 'l/c4.nii'), "
        + "'c5' (expected 'l/c5.nii'), 'c6' (expected 'l/c6.nii'), 'c7' (expected 'l/c7.nii'), "
        + "'c8' (expected 'l/c8.nii'). Add the labels, correct their names, or list these cases in 'exclude'.")
    #expect(error?.category == .data)

    let byName = try CasePairing(images: ["i/c[12].nii"], labels: "l/*.nii", in: folder.url)
    #expect(
      message { try byName.requireLabels() }
        == "1 image has no label: 'c2' (expected a file named 'c2' that matches 'l/*.nii'). Add the labels, correct "
        + "their names, or list these cases in 'exclude'.")
  }

  @Test("Without a labels pattern every image is a case")
  func prediction() throws {
    let folder = try ScratchFolder(files: ["b.nii", "a.nii"])
    let pairing = try CasePairing(images: ["*.nii"], in: folder.url)
    #expect(pairing.cases.map(\.id) == ["a", "b"])
    #expect(pairing.cases.allSatisfy { $0.label == nil })
    #expect(pairing.report == "2 images match '*.nii'.")
    try pairing.requireLabels()
  }

  @Test("A pattern for each image of a case pairs them by what {case} stands for, in the order of the patterns")
  func channels() throws {
    let folder = try ScratchFolder(files: [
      "a_t1.nii", "a_flair.nii", "ab_t1.nii", "ab_flair.nii", "l/a.nii", "l/ab.nii",
    ])
    let pairing = try CasePairing(
      images: ["{case}_t1.nii", "{case}_flair.nii"], labels: "l/{case}.nii", in: folder.url)
    #expect(pairing.cases.map(\.id) == ["a", "ab"])
    #expect(pairing.cases[1].images.map(\.name) == ["ab_t1.nii", "ab_flair.nii"])
    #expect(
      pairing.report
        == "2 cases have an image for each of '{case}_t1.nii', '{case}_flair.nii'; "
        + "2 of them have a label in 'l/{case}.nii'.")
  }

  @Test("A case that lacks a channel is named, with the file that was expected, whichever channel it is")
  func missingChannels() throws {
    let folder = try ScratchFolder(files: ["a_t1.nii", "a_flair.nii", "b_t1.nii", "c_flair.nii"])
    let error = thrown { _ = try CasePairing(images: ["{case}_t1.nii", "{case}_flair.nii"], in: folder.url) }
    #expect(
      error?.description
        == "2 images are missing: of case 'b' (expected 'b_flair.nii'), of case 'c' (expected 'c_t1.nii'). "
        + "Expected every channel of every case; add the images, correct their patterns, or move these cases elsewhere."
    )
    #expect(error?.category == .data)
    #expect(
      message { _ = try CasePairing(images: ["{case}_t1.nii", "*_flair.nii"], in: folder.url) }
        == "the images pattern '*_flair.nii' has no {case}. With several patterns, each needs {case} in place of the "
        + "case name, so that files of a case can be matched."
    )
  }

  @Test("Of a pair of header and image the image counts, and a header alone stays")
  func pairs() throws {
    let folder = try ScratchFolder(files: [
      "i/a.hdr", "i/a.img", "i/b.hdr.gz", "i/b.img.gz", "i/c.hdr", "l/a.hdr", "l/a.img",
    ])
    let pairing = try CasePairing(images: ["i/*"], labels: "l/{case}.*", in: folder.url)
    #expect((pairing.cases + pairing.imagesWithoutLabel).map { $0.images[0].name } == ["a.img", "b.img.gz", "c.hdr"])
    #expect(pairing.cases.map(\.label?.name) == ["a.img"])
    #expect(try CasePairing(images: ["i/*.hdr"], in: folder.url).cases.map(\.id) == ["a", "c"])
  }

  @Test("nnU-Net's channel number is four digits behind an underscore")
  func channelNumbers() {
    #expect(ChannelNumber(fileName: "a_b_0012.nii.gz") == ChannelNumber(fileName: "a_b_0012.png"))
    #expect(ChannelNumber(fileName: "a_b_0012.nii.gz")?.caseName == "a_b")
    #expect(ChannelNumber(fileName: "a_b_0012.nii.gz")?.number == 12)
    for name in ["a.nii", "a_000.nii", "a0000.nii", "_0000.nii", "a_00x0.nii", "a_0000.txt"] {
      #expect(ChannelNumber(fileName: name) == nil, "\(name)")
    }
    #expect(ChannelNumber.suffix(3) == "_0003" && ChannelNumber.suffix(12345) == "_12345")
  }

  @Test("Two files of one case are refused by name")
  func duplicates() throws {
    let folder = try ScratchFolder(files: ["i/x/t1.nii", "i/y/t1.nii", "l/t1.nii", "l/t1.nii.gz", "j/t1.nii"])
    let images = folder.message { _ = try CasePairing(images: ["i/*/*.nii"], in: folder.url) }
    #expect(
      images
        == "2 image files have the same case name 't1': '~/i/x/t1.nii', '~/i/y/t1.nii'. Expected one; make the images "
        + "pattern more specific, or put {case} where the names differ.")
    let labels = folder.message { _ = try CasePairing(images: ["j/*"], labels: "l/*", in: folder.url) }
    #expect(
      labels
        == "2 label files have the same case name 't1': '~/l/t1.nii', '~/l/t1.nii.gz'. Expected one; make the labels "
        + "pattern more specific, or put {case} where the names differ.")
  }

  @Test("A label that fits two cases is refused")
  func ambiguousLabel() throws {
    let folder = try ScratchFolder(files: ["i/a1.nii", "i/a10.nii", "l/a10_seg.nii"])
    let text = folder.message { _ = try CasePairing(images: ["i/*"], labels: "l/{case}*.nii", in: folder.url) }
    #expect(
      text == "the label '~/l/a10_seg.nii' matches 2 cases: 'a10', 'a1'. Expected one; make the labels pattern more "
        + "specific around {case}.")
  }

  @Test("In one folder of images and labels, what both patterns match is a label")
  func oneFolder() throws {
    let folder = try ScratchFolder(files: ["a.nii", "a_seg.nii", "b.nii", "b_seg.nii"])
    let pairing = try CasePairing(images: ["*.nii"], labels: "{case}_seg.nii", in: folder.url)
    #expect(pairing.cases.map(\.id) == ["a", "b"])
    #expect(pairing.labelsWithoutImage.isEmpty)
    #expect(
      pairing.report
        == "2 images match '*.nii'; 2 of them have a label in '{case}_seg.nii'.\n2 files match both patterns; used as "
        + "labels.")
    #expect(
      message { _ = try CasePairing(images: ["*.nii"], labels: "*.nii", in: folder.url) }
        == "all files match both the images pattern '*.nii' and the labels pattern '*.nii'. Make one of the patterns "
        + "more specific.")
  }
}
