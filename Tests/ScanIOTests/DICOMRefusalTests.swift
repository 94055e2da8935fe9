import Foundation
import ScanIO
import Testing

@Suite("Refused DICOM")
struct DICOMRefusalTests {
  /// What refusing a golden file or folder says, told without the folder it stands in.
  private func message(_ name: String) -> String? {
    let folder = dicomFolder.appending(path: "refused")
    return #expect(throws: ScanError.self) { try ScanFile.read(folder.appending(path: name)) }?.description
      .replacingOccurrences(of: folder.path + "/", with: "")
  }

  @Test("series say which slice is unlike the others, or out of place")
  func series() {
    let unlike = ". A volume needs equal slices; move the others into another folder"
    func check(_ name: String, _ field: String, _ found: String, _ expected: String) {
      #expect(
        message(name) == "\(name)/3.dcm: \(field) is \(found), but \(expected) in 0.dcm of the same series\(unlike)"
      )
    }
    check("bits", "BitsStored", "12", "16")
    check("size", "Rows", "2", "3")
    check("photometric", "PhotometricInterpretation", "MONOCHROME1", "MONOCHROME2")
    check("spacing", "PixelSpacing", "1.5\\0.8", "1.5\\0.75")
    check("orientation", "ImageOrientationPatient", "0.0\\1.0\\0.0\\0.0\\0.0\\-1.0", "1.0\\0.0\\0.0\\0.0\\1.0\\0.0")
    #expect(
      message("position")
        == "position/3.dcm: ImagePositionPatient is missing in the header, so the position of the slices is unknown; "
        + "export the original series")
    #expect(
      message("missing_slice") == "missing_slice/1.dcm: the distance to the next slice, 2.dcm, is 4 mm (position -1 "
        + "mm); between the others it is 2 mm. Slices are missing or irregular: copy or export the series again")
    #expect(
      message("line")
        == "line/1.dcm: is 0.5 mm off the line from the first to the last slice (allowed: 0.2 mm). The series is not a "
        + "straight stack; export it again")
  }

  @Test("folders and files with several volumes or series list them")
  func several() {
    let remedy = "; move each volume into its own folder"
    #expect(
      message("echoes") == "echoes/1.dcm: has the same position as 0.dcm (-3 mm), so the series contains several "
        + "volumes (they differ in EchoTime)\(remedy)")
    #expect(
      message("times.dcm")
        == "times.dcm: has the same position as frame 0 of times.dcm (1.5196 mm), so the series contains several "
        + "volumes (they differ in TemporalPositionIndex)\(remedy)")
    #expect(
      message("two_series") == "two_series: contains 2 DICOM series, expected 1: 'scout' (CT, 1 slice); 'tiny "
        + "two_series' (CT, 3 slices). Move each series into its own folder, and give the folder of one")
  }

  @Test("objects that are no image are told by name")
  func objects() {
    for (name, kind) in [
      ("pdf", "an encapsulated PDF"), ("segmentation", "a segmentation (SEG)"),
      ("structures", "a radiotherapy structure set (RTSTRUCT)"),
    ] {
      #expect(
        message("objects/\(name).dcm")
          == "objects/\(name).dcm: contains \(kind), not an image; for a scan give its series, for labels a file of voxels such as NIfTI"
      )
    }
    #expect(
      message("objects") == "objects: the folder contains no DICOM images (3 other files; sub-folders are not "
        + "searched); give the folder that contains the series")
  }

  @Test("pixels of kinds that are not read are told by name")
  func pixels() {
    let read =
      "expected none, RLE, JPEG (baseline, extended, lossless) or JPEG-LS. Decompress it, for example with "
      + "'gdcmconv --raw'"
    #expect(message("jpeg2000.dcm") == "jpeg2000.dcm: compression JPEG 2000 (Lossless only) is not supported; \(read)")
    #expect(
      message("deflated.dcm")
        == "deflated.dcm: compression Deflated Explicit VR Little Endian is not supported; \(read)")
    #expect(
      message("pieces.dcm")
        == "pieces.dcm: 4 frames are in 8 compressed fragments, without an offset table; decompress it, for example "
        + "with 'gdcmconv --raw'")
    for (name, found) in [("palette", "PALETTE COLOR of 1"), ("ybr", "YBR_FULL of 3")] {
      #expect(
        message("\(name).dcm")
          == "\(name).dcm: PhotometricInterpretation is \(found) sample(s); expected MONOCHROME1 or MONOCHROME2 of 1 "
          + "sample, RGB of 3. Export it again, or convert it to NIfTI")
    }
    #expect(
      message("slope.dcm")
        == "slope.dcm: header field RescaleSlope is 0; expected a number other than 0. Repair the header, or export the scan "
        + "again")
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: dicomFolder.appending(path: name)))
  }

  /// Where an element of explicit little endian begins.
  private func place(_ tag: [UInt8], in bytes: [UInt8]) throws -> Int {
    try #require(bytes.indices.first { bytes[$0...].starts(with: tag) })
  }

  @Test("files cut short anywhere, or with sizes that they cannot hold, are refused")
  func sizes() throws {
    for name in ["twelve_bits.dcm", "compressed/IM0", "compressed/IM1", "compressed/IM2"] {
      let bytes = try bytes(name)
      let kept = name.hasPrefix("compressed") ? bytes.count - 8 : bytes.count
      for count in stride(from: 0, to: kept, by: 3) {
        #expect(try refusal(Array(bytes[..<count]), named: "a.dcm") != nil, "\(name) \(count)")
      }
    }
    var plain = try bytes("twelve_bits.dcm")
    let rows = try place([0x28, 0, 0x10, 0, 0x55, 0x53], in: plain)
    plain.replaceSubrange(rows + 8..<rows + 10, with: [0xff, 0xff])
    let end = plain.count
    #expect(
      try refusal(plain, named: "a.dcm") == "a.dcm: truncated: expected \(end - 24 + 65535 * 8) bytes, found "
        + "\(end); copy or download it again")
    var packed = try bytes("compressed/IM0")
    let columns = try place([0x28, 0, 0x10, 0, 0x55, 0x53], in: packed)
    packed.replaceSubrange(columns + 8..<columns + 10, with: [0xff, 0xff])
    packed.replaceSubrange(columns + 18..<columns + 20, with: [0xff, 0xff])
    #expect(
      try refusal(packed, named: "a.dcm")
        == "a.dcm: damaged: the header declares \(65535 * 65535 * 2) bytes of data; a file of this size can contain at "
        + "most \(packed.count * 1032). Copy or export it again")
    packed.replaceSubrange(columns + 8..<columns + 10, with: [6, 0])
    packed.replaceSubrange(columns + 18..<columns + 20, with: [4, 0])
    #expect(
      try refusal(packed, named: "a.dcm")
        == "a.dcm: damaged (a compressed frame has 4x3 pixels of 1 samples of 16 bits, but the header declares 4x6 of "
        + "1 of 16); copy or download it again")
  }

  @Test("headers nested without end are refused before the stack is full")
  func nesting() throws {
    let bytes = try bytes("twelve_bits.dcm")
    let place = try place([0x28, 0, 2, 0, 0x55, 0x53], in: bytes)
    let level: [UInt8] =
      [0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 255, 255, 255, 255] + [0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255]
    let nested = (0..<100_000).flatMap { _ in level }
    #expect(
      try refusal(Array(bytes[..<place]) + nested + Array(bytes[place...]), named: "a.dcm")
        == "a.dcm: damaged: unusual header (sequences are nested too deeply); copy or export it again")
  }

  @Test("other files with the ending are told by their first bytes")
  func others() throws {
    #expect(
      try refusal(Array("Hello\nworld".utf8), named: "a.dcm")
        == "a.dcm: not a DICOM file: it begins with the text \"Hello\"; rename or replace it")
    #expect(try #require(try refusal([], named: "a.dcm")).contains("it begins with no bytes (the file is empty)"))
  }
}
