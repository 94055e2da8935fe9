import Datasets
import Foundation
import TestSupport
import Testing

/// What lies among scans and cannot be one: each is named, none is opened, none is left out in silence.
@Suite struct LeftOutTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder(files: ["images/a.nii", "images/b.nii", "labels/a.nii", "labels/b.nii"])
  }

  private func link(_ name: String, to target: String = "/nowhere/object") throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appending(path: name).path, withDestinationPath: target)
  }

  private func pairing(_ images: String = "images/*.nii", labels: String? = "labels/{case}.nii") throws -> CasePairing {
    try CasePairing(images: [images], labels: labels, in: folder.url)
  }

  @Test("Dangling links, formats that are not read and pipes are left out and named by what they are")
  func kinds() throws {
    try link("images/c.nii")
    try folder.write("", to: "images/d.nrrd")
    try folder.write("", to: "images/e.MHA")
    try #require(mkfifo(folder.url.appending(path: "images/f.nii").path, 0o600) == 0)
    let pairing = try pairing()
    #expect(pairing.cases.map(\.id) == ["a", "b"])
    #expect(pairing.leftOut.map(\.name) == ["c.nii", "d.nrrd", "e.MHA", "f.nii"])
    #expect(pairing.leftOut.map(\.caseNames) == [["c"], ["d"], ["e"], ["f"]])
    #expect(
      pairing.leftOut.warnings
        == [
          "1 link leads to a missing file, skipped: 'c.nii'. Download the files (git annex get, datalad get), or "
            + "remove the links.",
          "2 images have an unsupported format, skipped: 'd.nrrd', 'e.MHA'. Convert them, for example to .nii.gz.",
          "1 path is not a regular file, skipped: 'f.nii' (a pipe).",
        ])
  }

  @Test("Names that are not UTF-8 are left out and shown by their bytes, files, folders and labels alike")
  func otherEncodings() throws {
    let latin1 = [0xE9] + Array(".nii".utf8)
    for part in ["images", "labels"] {
      write(Data(), toFileNamed: latin1, in: folder.url.appending(path: part))
    }
    write(Data(), toFileNamed: [0xE9] + Array(".txt".utf8), in: folder.url.appending(path: "images"))
    let pairing = try pairing()
    #expect(pairing.cases.map(\.id) == ["a", "b"])
    #expect(pairing.leftOut.map(\.name) == ["\\xe9.nii", "\\xe9.nii"])
    #expect(
      pairing.leftOut.warnings
        == [
          #"2 names are not in UTF-8, skipped: '\xe9.nii', '\xe9.nii'. Rename to UTF-8, for example with "#
            + "'convmv -f latin1 -t utf8 -r --notest FOLDER'."
        ])
    try folder.write("", to: "links/.keep")
    write(Data(), toFileNamed: latin1, in: folder.url.appending(path: "links"))
    #expect(folder.message { _ = try Glob("links/*.png").listing(in: folder.url) }.contains(#"1 entry: '\xe9.nii'"#))
    #expect(
      folder.message { _ = try Glob("links/*.nii").listing(in: folder.url) }
        .hasPrefix("no file that matches 'links/*.nii' can be used. 1 name is not in UTF-8"))
  }

  @Test("A warning names the first ten and counts the others")
  func many() throws {
    for number in 10..<22 { try link("images/c\(number).nii") }
    let warning = try #require(try pairing().leftOut.warnings.first)
    #expect(warning.hasPrefix("12 links lead to a missing file, skipped: 'c10.nii', "))
    #expect(warning.contains("'c19.nii' and 2 more"))
  }

  @Test("Files of a pattern without an ending that are no scans are left out")
  func noScans() throws {
    try folder.write("text", to: "images/README.txt")
    try folder.write("", to: "images/d.jpg")
    let pairing = try pairing("images/*")
    #expect(pairing.cases.map(\.id) == ["a", "b"])
    #expect(Set(pairing.leftOut.map(\.reason)) == [.noScan, .unreadFormat])
  }

  @Test("Where nothing that matches can be used, the error says why")
  func nothingLeft() throws {
    try folder.write("", to: "links/.keep")
    try link("links/a.nii")
    #expect(
      folder.message { _ = try pairing("links/*.nii", labels: nil) }
        == "no file that matches 'links/*.nii' can be used. 1 link leads to a missing file, skipped: 'a.nii'. Download "
        + "the files (git annex get, datalad get), or remove the links.")
  }

  @Test("A case of which another file is a dangling link is named with it")
  func danglingLabel() throws {
    try folder.write("", to: "images/c.nii")
    try link("labels/c.nii")
    let pairing = try pairing()
    #expect(
      folder.message { try pairing.requireLabels() }
        .hasPrefix(
          "1 image has no label: 'c' (expected '~/labels/c.nii', which is a link to a missing file)."))
  }

  @Test("A folder of a case whose image has another format is named")
  func caseFolders() throws {
    for file in ["study/a/t1.nii", "study/b/t1.mgz", "study/b/photo.jpg"] { try folder.write("", to: file) }
    let pairing = try pairing("study/{case}/t1.nii", labels: nil)
    #expect(pairing.cases.map(\.id) == ["a"])
    #expect(pairing.leftOut.map(\.name) == ["b/t1.mgz"])
    #expect(pairing.leftOut[0].caseNames == ["b"])
  }

  @Test("A search through all folders says which links and which runs it did not enter")
  func folders() throws {
    for file in ["all/x.nii", "all/run/resolved.yaml", "all/run/stages/predict/y.nii", "other/z.nii"] {
      try folder.write("", to: file)
    }
    try link("all/linked", to: folder.url.appending(path: "other").path)
    let listing = try Glob("all/**/*.nii").listing(in: folder.url)
    #expect(listing.matches.map(\.relativePath) == ["x.nii"])
    #expect(listing.leftOut.map(\.reason) == [.linkedFolder, .runFolder])
  }

  @Test("A wildcard enters no folder of a run; one that is named is searched, but for the results of the run")
  func runs() throws {
    for file in ["study/a/t1.nii", "study/run/t1.nii", "study/run/resolved.yaml", "study/run/stages/predict/b.nii"] {
      try folder.write("", to: file)
    }
    try link("study/run/plot.png", to: "stages/plot.png")
    try folder.write("", to: "study/run/stages/plot.png")
    let study = try Glob("study/{case}/t1.nii").listing(in: folder.url)
    #expect(study.matches.map(\.relativePath) == ["a/t1.nii"])
    #expect(study.leftOut.map(\.reason) == [.runFolder])
    #expect(
      study.leftOut.warnings == [
        "1 folder belongs to a run, not searched: 'run'. To read it, give the path of the folder itself."
      ])
    let run = try Glob("study/run/*").listing(in: folder.url)
    #expect(run.matches.map(\.relativePath) == ["resolved.yaml", "t1.nii"])
    #expect(
      run.leftOut.warnings == [
        "2 entries are of a run that was written into this folder, skipped: 'plot.png', 'stages'. Move the results of the "
          + "run to a folder of their own."
      ])
    #expect(
      try Glob("study/run/stages/*/*.nii").listing(in: folder.url).matches.map(\.relativePath) == ["predict/b.nii"])
  }

  @Test("A split that names such a case is refused, and says why the case is missing")
  func splits() throws {
    try link("images/c.nii")
    let pairing = try pairing()
    let cases = pairing.cases.map { GroupedCase(id: $0.id, group: $0.id) }
    #expect(
      folder.message { try Split(train: ["a", "c"]).requireUsable(pairing.leftOut, among: cases) }
        == "split: the training part lists 1 case that cannot be loaded: 'c' ('~/images/c.nii' is a link to a missing "
        + "file). Download or convert the files, or remove the cases from the list.")
    try Split(train: ["a", "b"]).requireUsable(pairing.leftOut, among: cases)
  }

  @Test("nnU-Net's folders are searched in the same way, scans of another ending included")
  func nnUNet() throws {
    try folder.write(
      #"{"channel_names": {"0": "T1"}, "labels": {"background": 0, "a": 1}, "file_ending": ".nii.gz"}"#,
      to: "set/dataset.json")
    for file in ["imagesTr/a_0000.nii.gz", "imagesTr/b_0000.nii", "imagesTr/d_0000.nrrd", "labelsTr/a.nii.gz"] {
      try folder.write("", to: "set/" + file)
    }
    try link("set/imagesTr/c_0000.nii.gz")
    let found = try CaseSource.layout(LayoutSource(folder.url.appending(path: "set"))).found(needsClasses: true)
    #expect(found.cases.map(\.id) == ["a"])
    #expect(found.leftOut.map(\.caseNames) == [["b"], ["c"], ["d"]])
    #expect(found.leftOut.map(\.reason) == [.otherEnding, .danglingLink, .unreadFormat])
  }

  @Test("A table that names a pipe or a dangling link is refused with its line")
  func tables() throws {
    try link("images/c.nii")
    let table = try folder.write("case,image\na,images/a.nii\nc,images/c.nii\n", to: "cases.csv")
    #expect(
      folder.message { _ = try CaseSource.table(table).found(needsClasses: false) }
        == "table '~/cases.csv': line 3: image '~/images/c.nii' is a link to a missing file. Expected a regular file; "
        + "download it, or correct the path.")
  }

  @Test("Images without label can be excluded, and need none then")
  func excludedWithoutLabel() throws {
    try folder.write("", to: "images/c.nii")
    let root = folder.url.path
    let source = CaseSource.patterns(images: [root + "/images/*.nii"], names: nil, labels: root + "/labels/{case}.nii")
    #expect(thrown { _ = try source.found(needsClasses: false) } != nil)
    let found = try source.found(needsClasses: false, excluding: ["c"]).excluding(["c"])
    #expect(found.cases.map(\.id) == ["a", "b"])
  }
}
