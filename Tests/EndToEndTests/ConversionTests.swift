import Foundation
import Testing

/// What `convert` keeps and refuses, and commands that meet the same voxels in another order.
@Suite struct ConversionTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A NIfTI file of 2 x 2 x 2 values.
  ///
  /// - Parameter mirrorsQForm: Whether the qform runs to the left and the sform to the right.
  private func nifti<Number>(
    _ values: [Number], code: Int16, slope: Float = 0, intercept: Float = 0, mirrorsQForm: Bool = false,
    intent: Int16 = 0
  ) -> Data {
    var bytes = [UInt8](repeating: 0, count: 352)
    func put<Value>(_ value: Value, at offset: Int) {
      withUnsafeBytes(of: value) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    put(Int32(348), at: 0)
    for (index, size) in ([3, 2, 2, 2, 1, 1, 1, 1] as [Int16]).enumerated() { put(size, at: 40 + 2 * index) }
    put(intent, at: 68)
    put(code, at: 70)
    put(Int16(8 * MemoryLayout<Number>.size), at: 72)
    for index in 0..<8 { put(Float(1), at: 76 + 4 * index) }
    for (index, value) in [352, slope, intercept].enumerated() { put(value, at: 108 + 4 * index) }
    put(UInt8(2), at: 123)
    put(Int16(mirrorsQForm ? 1 : 0), at: 252)
    put(Int16(1), at: 254)
    // A quaternion of half a turn about the anterior axis, and the handedness of pixdim[0], make a mirror along i.
    if mirrorsQForm {
      put(Float(-1), at: 76)
      put(Float(1), at: 260)
    }
    for axis in 0..<3 { put(Float(1), at: 280 + 16 * axis + 4 * axis) }
    for (index, byte) in "n+1\0".utf8.enumerated() { put(byte, at: 344 + index) }
    return Data(bytes) + values.withUnsafeBytes { Data($0) }
  }

  private func write(_ data: Data, to name: String) throws {
    try sandbox.write("", to: name)
    try data.write(to: sandbox.url.appending(path: name))
  }

  private struct Facts: Decodable {
    let datatype: String
    let minimum, maximum: Double
    let orientation: String?
    let notes: [String]
  }

  private func facts(_ name: String) throws -> Facts {
    let outcome = try sandbox.program.run("info", name, "--json")
    return try JSONDecoder().decode(Facts.self, from: Data(outcome.output.utf8))
  }

  @Test("Whole numbers beyond 2^24 stay what they are through turning and the nearest voxel")
  func largeLabels() throws {
    try write(nifti([614_454_277, 16_777_217, 0, 1, 2, 3, 4, 614_454_272] as [Int32], code: 8), to: "atlas.nii")
    for options in [[], ["--orientation", "LPI"], ["--spacing", "0.5,0.5,0.5", "--order", "0"]] {
      let outcome = try sandbox.program.run(["convert", "atlas.nii", "out.nii.gz"] + options)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let facts = try facts("out.nii.gz")
      #expect(facts.datatype == "int32" && facts.maximum == 614_454_277)
    }
    #expect(try sandbox.program.run("info", "atlas.nii").output.contains("values       0 to 614454277"))
    let smooth = try sandbox.program.run("convert", "atlas.nii", "out.nii.gz", "--spacing", "0.5,0.5,0.5")
    #expect(smooth.status == 0 && smooth.errors.contains("--order 0 keeps them"), "\(smooth.errors)")
  }

  @Test("An integer with slope and intercept becomes the type that holds its values, and a note names it")
  func scaled() throws {
    let counts = [0, 24, 1024, 2048, 3000, 1, 2, 3] as [UInt16]
    try write(nifti(counts, code: 512, slope: 1, intercept: -1024), to: "ct.nii")
    let outcome = try sandbox.program.run("convert", "ct.nii", "out.nii.gz")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors == "note: stored as int16, the input as uint16, slope 1 and intercept -1024 applied\n")
    let result = try facts("out.nii.gz")
    #expect(result.datatype == "int16" && result.minimum == -1024 && result.maximum == 1976)
    try write(nifti(counts, code: 512, slope: 0.25, intercept: 0), to: "quarters.nii")
    #expect(try sandbox.program.run("convert", "quarters.nii", "out.nii").errors.contains("stored as float32"))
    #expect(try facts("out.nii").minimum == 0 && facts("out.nii").maximum == 750)
  }

  @Test("--datatype chooses the type; one that does not hold the values is refused, with one that does")
  func datatype() throws {
    let counts = [0, 24, 1024, 2048, 3000, 1, 2, 3] as [UInt16]
    try write(nifti(counts, code: 512, slope: 1, intercept: -1024), to: "ct.nii")
    #expect(try sandbox.program.run("convert", "ct.nii", "out.nii", "--datatype", "float64").status == 0)
    #expect(try facts("out.nii").datatype == "float64")
    let refused = try sandbox.program.run("convert", "ct.nii", "new.nii", "--datatype", "uint16")
    #expect(refused.status == 2 && !sandbox.exists("new.nii"))
    #expect(
      refused.errors == "error: --datatype is 'uint16', which cannot store the value '-1024'; "
        + "expected a type that can store every value, such as int16\n")
    #expect(try sandbox.program.run("convert", "ct.nii", "new.nii", "--datatype", "int17").status == 2)
    try write(nifti([0.5, 1, 2, 3, 4, 5, 6, 7] as [Float], code: 16), to: "halves.nii")
    let rounded = try sandbox.program.run("convert", "halves.nii", "out.nii", "--datatype", "uint8")
    #expect(rounded.status == 0 && rounded.errors.contains("warning: 1 values were rounded"), "\(rounded.errors)")
  }

  @Test("A file that cannot hold the scan and a folder that is not there are refused with exit code 2")
  func outputs() throws {
    try write(nifti([0, 1, 2, 3, 4, 5, 6, 7] as [UInt8], code: 2), to: "a.nii")
    for (name, words) in [
      ("a.png", "the volume has 2 slices, a PNG can store 1"), ("a.dcm", "are read-only; write .nii.gz or .nii"),
      ("a.hdr", "are read-only"), ("a.mha", "unknown file extension; expected .nii.gz"),
      ("a", "unknown file extension"),
    ] {
      let outcome = try sandbox.program.run("convert", "a.nii", "out/../\(name)")
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(name) \(outcome.status) \(outcome.errors)")
    }
    #expect(try sandbox.program.run("convert", "a.nii", "nowhere/a.nii").status == 2)
    try write(nifti([0, 1, 2, 3, 4, 5, 6, 7] as [UInt8], code: 2, intent: 3002), to: "x.dtseries.nii")
    let cifti = try sandbox.program.run("convert", "x.dtseries.nii", "b.nii")
    #expect(cifti.status == 3 && cifti.errors.contains("(CIFTI)"), "\(cifti.errors)")
  }

  @Test("A sform and a qform that swap left and right are a warning in info, convert, overlay and audit")
  func mirrored() throws {
    let swapped = "left and right are swapped; the sform is used"
    try write(
      nifti([0, 1, 2, 3, 4, 5, 6, 7] as [UInt8], code: 2, mirrorsQForm: true), to: "scans/a.nii")
    for command in [
      ["info", "scans/a.nii"], ["convert", "scans/a.nii", "b.nii"],
      ["overlay", "--image", "scans/a.nii", "--output", "a.png"],
    ] {
      let outcome = try sandbox.program.run(command)
      let text = outcome.output + outcome.errors
      #expect(outcome.status == 0 && text.contains("warning") && text.contains(swapped), "\(text)")
      #expect(text.contains("--affine qform to choose the other"), "\(text)")
    }
    #expect(try sandbox.program.run("audit", "scans", "--images", "*.nii").errors.contains(swapped))
  }

  @Test("evaluate and overlay put labels in another order right, and say so; messages name no key of a pipeline")
  func otherOrder() throws {
    try write(nifti([0, 1, 2, 0, 0, 1, 1, 0] as [UInt8], code: 2), to: "truth.nii")
    #expect(try sandbox.program.run("convert", "truth.nii", "turned.nii", "--orientation", "PSL").status == 0)
    let evaluation = try sandbox.program.run(
      "evaluate", "--prediction", "turned.nii", "--reference", "truth.nii", "--output", "scores")
    #expect(evaluation.status == 0 && evaluation.errors.contains("mean foreground Dice 1.0000"), "\(evaluation.errors)")
    #expect(evaluation.errors.contains("stores its voxels in the order PSL, the reference in RAS"))
    let overlay = try sandbox.program.run(
      "overlay", "--image", "truth.nii", "--reference", "turned.nii", "--output", "a.png")
    #expect(overlay.status == 0 && overlay.errors.contains("the image in RAS"), "\(overlay.errors)")
    #expect(
      try sandbox.program.run("convert", "truth.nii", "fine.nii", "--spacing", "0.5,1,1", "--order", "0").status == 0)
    for command in [
      ["evaluate", "--prediction", "fine.nii", "--reference", "truth.nii", "--output", "scores"],
      ["overlay", "--image", "truth.nii", "--reference", "fine.nii", "--output", "b.png"],
    ] {
      let outcome = try sandbox.program.run(command)
      #expect(outcome.status == 3 && !outcome.errors.contains("on_mismatch"), "\(outcome.errors)")
    }
  }
}
