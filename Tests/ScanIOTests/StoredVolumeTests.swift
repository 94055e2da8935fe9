import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Values as they are stored")
struct StoredVolumeTests {
  /// A NIfTI file of 3x2x2 values of a type, which count up from `first`, unscaled unless it is said.
  private func file<Number: BitwiseCopyable>(
    _ values: [Number], code: Int, slope: Double = 0, intercept: Double = 0, isBigEndian: Bool = false
  ) -> Data {
    var file = NIfTIBytes()
    (file.datatype, file.bitpix) = (code, 8 * MemoryLayout<Number>.size)
    (file.slope, file.intercept, file.isBigEndian) = (slope, intercept, isBigEndian)
    file.sformCode = 1
    file.voxels = values.flatMap { value in
      withUnsafeBytes(of: value) { isBigEndian ? Array($0).reversed() : Array($0) }
    }
    return Data(file.bytes)
  }

  private func stored(_ data: Data) throws -> StoredVolume {
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.nii")
      try data.write(to: url)
      return try ScanFile.readStored(url).volume
    }
  }

  /// Checks that values survive reading, turning, resampling by the nearest voxel, and writing to NIfTI and TIFF.
  private func check<Number: FixedWidthInteger & BitwiseCopyable>(_ values: [Number], code: Int) throws {
    for isBigEndian in [false, true] {
      let volume = try stored(file(values, code: code, isBigEndian: isBigEndian))
      #expect(numbers(volume, as: Number.self) == values)
      let back = volume.reoriented(to: Orientation("PSL")!).reoriented(to: .ras)
      #expect(numbers(back, as: Number.self) == values)
      let fine = try volume.nearest(at: volume.grid.resampled(toSpacing: SIMD3(0.5, 1, 1)))
      #expect(numbers(fine, as: Number.self) == values.flatMap { [$0, $0] })
      try withScratchFolder { folder in
        for name in ["a.nii.gz", "a.tif"] {
          let url = folder.appending(path: name)
          try ScanFile.write(volume, to: url)
          #expect(try numbers(ScanFile.readStored(url).volume, as: Number.self) == values, "\(name)")
        }
      }
    }
  }

  private func numbers<Number: BitwiseCopyable>(_ volume: StoredVolume, as type: Number.Type) -> [Number] {
    volume.bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: type)
      }
    }
  }

  @Test("stay exact for every type of whole numbers, also beyond 2^24, 2^53 and 2^63")
  func whole() throws {
    func ends<Number: FixedWidthInteger>(_ type: Number.Type) -> [Number] {
      (0..<12).map { $0 % 2 == 0 ? type.max - Number($0) : type.min + Number($0) }
    }
    try check(ends(UInt8.self), code: 2)
    try check(ends(Int8.self), code: 256)
    try check(ends(UInt16.self), code: 512)
    try check(ends(Int16.self), code: 4)
    try check(ends(UInt32.self), code: 768)
    try check(ends(Int32.self), code: 8)
    try check(ends(UInt64.self), code: 1280)
    try check(ends(Int64.self), code: 1024)
    try check([614_454_277, 16_777_217, 614_454_272] + (0..<9).map { Int32($0) }, code: 8)
  }

  @Test("of 64-bit floats stay exact")
  func doubles() throws {
    let values = (0..<12).map { 614_454_277 + Double($0) / 1024 }
    let volume = try stored(file(values, code: 64))
    #expect(numbers(volume.reoriented(to: Orientation("LIP")!).reoriented(to: .ras), as: Double.self) == values)
  }

  @Test("of several frames are put side by side, and written back one behind the other")
  func frames() throws {
    let folder = Golden.folder
    for name in ["four_dimensions.nii.gz", "int8_four_dimensions.nii", "rgb24.nii"] {
      let choices = ReadingChoices(furtherDimension: .channels)
      let url = folder.appending(path: name)
      let volume = try ScanFile.read(url, choices: choices).volume
      let scan = try ScanFile.readStored(url, choices: choices)
      try withScratchFolder { folder in
        let copy = folder.appending(path: "a.nii")
        let scaled = try scan.volume.converted(to: .float32, rounding: false).volume
        #expect(numbers(scaled, as: Float.self) == volume.voxels, "\(name)")
        try ScanFile.write(scaled, to: copy, like: scan.header)
        #expect(try ScanFile.read(copy, choices: choices).volume.voxels == volume.voxels, "\(name)")
      }
    }
  }

  @Test("that are scaled tell which types hold them")
  func scaled() throws {
    let counts = (0..<12).map { UInt16(100 * $0) }
    let tomography = try stored(file(counts, code: 512, slope: 1, intercept: -1024))
    #expect(tomography.isScaled)
    let survey = tomography.survey()
    #expect(survey.narrowestType == .int16 && survey.minimum == -1024 && survey.maximum == 76)
    let converted = try tomography.converted(to: .int16, rounding: false)
    #expect(numbers(converted.volume, as: Int16.self) == counts.map { Int16($0) - 1024 })
    #expect(!converted.volume.isScaled && converted.roundedCount == 0)
    #expect(throws: ValueProblem.self) { try tomography.converted(to: .uint16, rounding: true) }

    let halves = try stored(file(counts.map { $0 + 1 }, code: 512, slope: 0.5, intercept: 0))
    #expect(halves.survey().narrowestType == .float32)
    #expect(try halves.converted(to: .int16, rounding: true).roundedCount == 12)
    let whole = try stored(file(counts, code: 512, slope: 0.5, intercept: 0))
    #expect(whole.survey().narrowestType == .uint16)
  }

  @Test("are refused by a type that does not hold them, and the value is named in full")
  func refusals() throws {
    let large = try stored(file([614_454_277] + [Int32](repeating: 1, count: 11), code: 8))
    #expect(throws: ValueProblem.self) { try large.converted(to: .float32, rounding: true) }
    do {
      _ = try large.converted(to: .float32, rounding: true)
    } catch {
      #expect(error.value == "614454277" && error.datatype == .float32)
    }
    let first = try #require(large.firstWhole(outside: -16_777_216...16_777_216))
    #expect(first.value == "614454277" && first.voxel == 0)
    #expect(large.survey().narrowestType == .uint32 && large.survey().holds(.float64))
    let huge = try stored(file([UInt64.max] + [UInt64](repeating: 1, count: 11), code: 1280))
    #expect(huge.survey().narrowestType == .uint64 && !huge.survey().holds(.float64))
  }

  @Test("of DICOM and TIFF stay exact beyond 2^24")
  func otherFormats() throws {
    let dicom = dicomFolder.appending(path: "uint32.dcm")
    let scan = try ScanFile.readStored(dicom)
    let floats = try ScanFile.read(dicom).volume.voxels
    #expect(scan.volume.datatype == .float64)
    #expect(numbers(scan.volume, as: Double.self).map { Float($0) } == floats)
    for name in ["tiff_uint32.tif", "tiff_int32.tif", "tiff_float64_bigtiff_big_endian.tif", "tiff_tiles.tif"] {
      let url = Golden.folder.appending(path: name)
      let values = try ScanFile.read(url).volume.voxels
      let stored = try ScanFile.readStored(url).volume.converted(to: .float64, rounding: false).volume
      #expect(numbers(stored, as: Double.self).map { Float($0) } == values, "\(name)")
    }
  }
}

@Suite("NIfTI files that are no scan, or whose place is in doubt")
struct NoScanTests {
  private func refusal(intent: Int16, name: String = "a.nii", dim: [Int]? = nil) throws -> String? {
    var file = NIfTIBytes()
    if let dim { file.dim = dim }
    var bytes = file.bytes
    withUnsafeBytes(of: intent.littleEndian) { bytes.replaceSubrange(68..<70, with: $0) }
    return try ScanIOTests.refusal(bytes, named: name)
  }

  @Test("are refused by what they are: CIFTI, surfaces, coefficients, GIFTI")
  func kinds() throws {
    let cifti =
      "a.nii: contains values of surface points and brain structures (CIFTI), not a scan of voxels; give the volume "
      + "that it was made from"
    for intent in [3001, 3002, 3006, 3007] as [Int16] { #expect(try refusal(intent: intent) == cifti) }
    #expect(
      try refusal(intent: 0, name: "a.dtseries.nii", dim: [6, 1, 1, 1, 1, 3, 4])?.contains("(CIFTI)") == true)
    #expect(try refusal(intent: 1009)?.contains("the triangles of a surface") == true)
    #expect(try refusal(intent: 1002) == nil && refusal(intent: 0, name: "a.dseg.nii") == nil)
    #expect(try ScanIOTests.refusal([1], named: "lh.surf.gii")?.contains("(GIFTI)") == true)
  }

  @Test("name the other affine form where one cannot be inverted")
  func singular() throws {
    var file = NIfTIBytes()
    file.rows = [Double](repeating: 0, count: 12)
    (file.sformCode, file.qformCode) = (1, 1)
    #expect(
      try ScanIOTests.refusal(file.bytes, named: "a.nii")?.hasSuffix(
        "expected an invertible affine. Use 'affine: qform' to read it by its qform, or repair the header")
        == true)
    file.qformCode = 0
    #expect(
      try ScanIOTests.refusal(file.bytes, named: "a.nii")?.contains(
        "Use 'affine: pixdim' to read it by its voxel sizes")
        == true)
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.nii")
      try Data(file.bytes).write(to: url)
      let options = #expect(throws: ScanError.self) {
        try ScanFile.read(url, choices: ReadingChoices(advice: .options))
      }
      #expect("\(try #require(options))".contains("Use --affine pixdim to read"))
      #expect(throws: Never.self) { try ScanFile.read(url, choices: ReadingChoices(affine: .pixdim)) }
    }
  }

  @Test("warn where sform and qform swap left and right")
  func mirrored() throws {
    var file = NIfTIBytes()
    (file.sformCode, file.qformCode) = (1, 1)
    file.rows = [-1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0]
    let notes = try read(file.bytes, named: "a.nii").header.notes
    #expect(notes == [.orientationsDisagree(used: .sform, Orientation("LAS")!, other: .ras)])
    #expect(notes[0].isWarning)
    #expect(notes[0].text(advice: .options).contains("left and right are swapped; the sform is used"))
    #expect(notes[0].text(advice: .options).hasSuffix("--affine qform to choose the other"))
  }

  @Test("have no orientation where the file does not tell one")
  func orientation() throws {
    let tiff = try ScanFile.readHeader(Golden.folder.appending(path: "tiff_imagej.tif"))
    #expect(tiff.orientation == nil)
    #expect(try ScanFile.readHeader(Golden.folder.appending(path: "grey8.png")).orientation == nil)
    #expect(try ScanFile.readHeader(dicomFolder.appending(path: "axial")).orientation != nil)
  }
}
