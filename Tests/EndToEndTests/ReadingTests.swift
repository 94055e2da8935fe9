import Foundation
import Testing

/// Scans whose files leave a choice: the keys of the load stage, the model card, and the options of the commands.
@Suite struct ReadingTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A NIfTI file of int16 voxels, 16 x 16 x 4 and so many frames, that count up; frame `f` begins at 1000 f.
  ///
  /// - Parameters:
  ///   - shift: How far the qform lies from the sform along i, in millimetres.
  ///   - isColoured: Whether voxels are red, green and blue of 8 bits instead, that count up.
  private func nifti(frames: Int = 1, shift: Float = 0, isColoured: Bool = false) -> Data {
    var bytes = [UInt8](repeating: 0, count: 352)
    func put<Value>(_ value: Value, at offset: Int) {
      withUnsafeBytes(of: value) { source in
        for (index, byte) in source.enumerated() { bytes[offset + index] = byte }
      }
    }
    put(Int32(348), at: 0)
    let dim: [Int16] = [frames > 1 ? 4 : 3, 16, 16, 4, Int16(frames), 1, 1, 1]
    for (index, size) in dim.enumerated() { put(size, at: 40 + 2 * index) }
    put(Int16(isColoured ? 128 : 4), at: 70)
    put(Int16(isColoured ? 24 : 16), at: 72)
    for index in 0..<8 { put(Float(1), at: 76 + 4 * index) }
    put(Float(352), at: 108)
    put(Float(1), at: 112)
    put(UInt8(2), at: 123)
    put(Int16(1), at: 252)
    put(Int16(1), at: 254)
    put(shift, at: 268)
    for axis in 0..<3 { put(Float(1), at: 280 + 16 * axis + 4 * axis) }
    for (index, byte) in "n+1\0".utf8.enumerated() { put(byte, at: 344 + index) }
    if isColoured { return Data(bytes) + Data((0..<3072).map { UInt8($0 % 251) }) }
    let voxels = (0..<frames).flatMap { frame in (0..<1024).map { Int16(1000 * frame + $0) } }
    return Data(bytes) + voxels.withUnsafeBytes { Data($0) }
  }

  private func write(_ data: Data, to name: String) throws {
    try sandbox.write("", to: name)
    try data.write(to: sandbox.url.appending(path: name))
  }

  @Test("info describes a file of four dimensions without being told what the fourth is")
  func info() throws {
    try write(nifti(frames: 3), to: "bold.nii")
    let text = try sandbox.program.run("info", "bold.nii")
    #expect(text.status == 0, "\(text.errors)")
    #expect(
      text.output.contains("channels     1, 3 frames in a fourth dimension (channels or time points)"), "\(text.output)"
    )
    #expect(text.output.contains("values       0 to 3023"), "\(text.output)")
    struct Facts: Decodable {
      let channels, frames: Int
      let maximum: Double
      let notes: [String]
    }
    func facts(_ arguments: String...) throws -> Facts {
      let outcome = try sandbox.program.run(["info", "bold.nii", "--json"] + arguments)
      return try JSONDecoder().decode(Facts.self, from: Data(outcome.output.utf8))
    }
    let whole = try facts()
    #expect(whole.channels == 1 && whole.frames == 3 && whole.notes.isEmpty)
    #expect(try facts("--fourth-dimension", "channels").channels == 3)
    let frame = try facts("--fourth-dimension", "time", "--frame", "1")
    #expect(frame.channels == 1 && frame.maximum == 2023)
  }

  @Test("convert and overlay read what the options say, and refuse options that say nothing")
  func options() throws {
    try write(nifti(frames: 3), to: "bold.nii")
    let refused = try sandbox.program.run("convert", "bold.nii", "out.nii.gz")
    #expect(refused.status == 3 && refused.errors.contains("has 4 dimensions (16x16x4x3)"), "\(refused.errors)")
    let outcome = try sandbox.program.run(
      "convert", "bold.nii", "out.nii.gz", "--fourth-dimension", "time", "--frame", "2")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try sandbox.program.run("info", "out.nii.gz").output.contains("values       2000 to 3023"))
    let overlay = try sandbox.program.run(
      "overlay", "--image", "bold.nii", "--output", "bold.png", "--fourth-dimension", "time", "--frame", "0")
    #expect(overlay.status == 0, "\(overlay.errors)")
    for (arguments, part) in [
      (["--fourth-dimension", "time"], "needs --frame"), (["--frame", "1"], "--frame needs --fourth-dimension time"),
      (["--fourth-dimension", "channels", "--frame", "1"], "--frame needs --fourth-dimension time"),
      (["--affine", "header"], "affine"),
    ] {
      let outcome = try sandbox.program.run(["convert", "bold.nii", "x.nii.gz"] + arguments)
      #expect(outcome.status == 2 && outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test("What a person should know of a file is noted by info and convert, and by load once for all scans")
  func notes() throws {
    for name in ["a", "b", "c"] { try write(nifti(shift: name == "a" ? 0 : 3), to: "scans/\(name).nii") }
    let note = "sform and qform differ"
    #expect(try sandbox.program.run("info", "scans/b.nii").output.contains("note         \(note)"))
    let converted = try sandbox.program.run("convert", "scans/b.nii", "b.nii", "--affine", "qform")
    #expect(converted.status == 0 && converted.errors.contains("note: \(note)"), "\(converted.errors)")
    #expect(try sandbox.program.run("info", "b.nii").output.contains("3.0000"))
    try sandbox.write("name: test\nstages:\n  - load: {images: scans/*.nii}\n", to: "pipeline.yaml")
    let loaded = try sandbox.program.run("run", "pipeline.yaml")
    #expect(loaded.status == 0, "\(loaded.errors)")
    #expect(loaded.errors.contains("load: 2 cases (first: 'b'): \(note)"), "\(loaded.errors)")
  }

  /// Labels on the same grid: the first half 0, the second 1.
  private var label: Data {
    var label = nifti()
    for voxel in 0..<1024 {
      label[352 + 2 * voxel] = voxel < 512 ? 0 : 1
      label[353 + 2 * voxel] = 0
    }
    return label
  }

  @Test("The Decathlon's modalities are the fourth dimension of its images, and name the channels")
  func modalities() throws {
    for name in ["a", "b"] {
      try write(nifti(frames: 2), to: "task/imagesTr/\(name).nii")
      try write(label, to: "task/labelsTr/\(name).nii")
    }
    try sandbox.write(
      """
      {"modality": {"0": "FLAIR", "1": "T1w"}, "labels": {"0": "background", "1": "cell"}, "training": [
       {"image": "./imagesTr/a.nii", "label": "./labelsTr/a.nii"},
       {"image": "./imagesTr/b.nii", "label": "./labelsTr/b.nii"}]}
      """, to: "task/dataset.json")
    try sandbox.write("name: test\nstages:\n  - load: {dataset: task}\n", to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in ["2 channels (FLAIR, T1w)", "reading: fourth dimension channels", "cell 50.0 %"] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test("A pair of files is one scan, both of them its content, and its prediction is a single file")
  func pairs() throws {
    for name in ["a", "b"] {
      var header = nifti()
      header.replaceSubrange(108..<112, with: [0, 0, 0, 0])
      header[345] = UInt8(ascii: "i")
      try write(header.prefix(348), to: "scans/\(name).hdr")
      try write(header.dropFirst(352), to: "scans/\(name).img")
      try write(label, to: "labels/\(name).nii")
    }
    try sandbox.write(
      """
      name: test
      stages:
        - load: {images: scans/*, labels: "labels/{case}.nii", classes: {background: 0, cell: 1}}
        - split: {train: [a], validation: [b]}
        - train: {network: {base_channels: 4, depth: 2}, batch: 4, epochs: 1}
        - predict: {part: validation}
        - evaluate: {part: validation}
      """, to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("load: 2 images match"), "\(outcome.errors)")
    #expect(try sandbox.names(in: "runs/test/predictions") == ["b.nii.gz"])
    for (file, place) in [("a.img", 7), ("a.hdr", 150)] {
      #expect(!(try sandbox.program.run("run", "pipeline.yaml", "--until", "load")).errors.contains("load: will run"))
      var data = try sandbox.data("scans/\(file)")
      data[place] = 9
      try write(data, to: "scans/\(file)")
      let again = try sandbox.program.run("run", "pipeline.yaml", "--until", "load")
      #expect(again.errors.contains("load: will run") && again.errors.contains(file), "\(again.errors)")
    }
  }

  @Test("Files that have all channels are scans of their own, whatever numbers their names end in")
  func coloured() throws {
    for name in ["a_0000", "a_0001"] {
      try write(nifti(isColoured: true), to: "scans/\(name).nii")
      try write(label, to: "labels/\(name).nii")
    }
    try sandbox.write(
      """
      name: test
      stages:
        - load: {images: scans/*, labels: "labels/{case}.nii", classes: {background: 0, cell: 1}}
        - split: {train: [a_0000], validation: [a_0001]}
        - train: {network: {base_channels: 4, depth: 2}, batch: 4, epochs: 1}
        - predict: {images: scans}
      """, to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try sandbox.names(in: "runs/test/predictions") == ["a_0000.nii", "a_0001.nii"])
    let one = try sandbox.program.run(
      "predict", "--model", "runs/test/model.safetensors", "--input", "scans/a_0001.nii", "--output", "one")
    #expect(one.status == 0, "\(one.errors)")
    #expect(try sandbox.names(in: "one") == ["a_0001.nii"])
  }

  @Test("A model reads other scans as its training did")
  func model() throws {
    for name in ["a", "b"] {
      try write(nifti(frames: 2), to: "scans/\(name).nii")
      try write(label, to: "labels/\(name).nii")
    }
    try sandbox.write(
      """
      name: test
      stages:
        - load:
            images: scans/*.nii
            labels: labels/{case}.nii
            classes: {background: 0, cell: 1}
            fourth_dimension: time
            frame: 1
        - split: {train: [a], validation: [b]}
        - train: {network: {base_channels: 4, depth: 2}, batch: 4, epochs: 1}
        - predict: {images: scans}
      """, to: "pipeline.yaml")
    let outcome = try sandbox.program.run("run", "pipeline.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let info = try sandbox.program.run("info", "runs/test/model.safetensors")
    #expect(info.output.contains("reading        fourth dimension time, frame 1"), "\(info.output)")
    let predicted = try sandbox.program.run(
      "predict", "--model", "runs/test/model.safetensors", "--input", "scans", "--output", "out")
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try sandbox.data("out/a.nii") == sandbox.data("runs/test/predictions/a.nii"))
    #expect(try sandbox.program.run("info", "out/a.nii").output.contains("size         16 x 16 x 4"))
  }

  @Test("Folders of DICOM files are scans of a data set, whether the pattern names the folders or the files in them")
  func series() throws {
    for name in ["a", "b"] {
      let folder = sandbox.url.appending(path: "study/\(name)/ct")
      try FileManager.default.createDirectory(
        at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Program.checkout.appending(path: "Tests/Golden/scans/dicom/axial"), to: folder)
    }
    for (name, pattern) in [("folders", "study/{case}/ct"), ("files", "study/{case}/ct/*")] {
      try sandbox.write("name: \(name)\nstages:\n  - load: {images: \"\(pattern)\"}\n", to: "pipeline.yaml")
      let outcome = try sandbox.program.run("run", "pipeline.yaml")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("2 cases, 1 channel, 4x3x4 voxels, in mm"), "\(outcome.errors)")
    }
    let audit = try sandbox.program.run("audit", "study", "--images", "{case}/ct")
    #expect(audit.status == 0, "\(audit.errors)")
    #expect(audit.errors.contains("b     4x3x4  0.75x1.5x2.5  LPS"), "\(audit.errors)")
    #expect(audit.errors.contains("same image as 'a'"))
  }
}
