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
    let unlike = "; a volume needs slices of one kind: move the others into a folder of their own"
    func check(_ name: String, _ field: String, _ found: String, _ expected: String) {
      #expect(
        message(name) == "\(name)/3.dcm: has \(field) = \(found), and 0.dcm of the same series has \(expected)\(unlike)"
      )
    }
    check("bits", "BitsStored", "12", "16")
    check("size", "Rows", "2", "3")
    check("photometric", "PhotometricInterpretation", "MONOCHROME1", "MONOCHROME2")
    check("spacing", "PixelSpacing", "1.5\\0.8", "1.5\\0.75")
    check("orientation", "ImageOrientationPatient", "0.0\\1.0\\0.0\\0.0\\0.0\\-1.0", "1.0\\0.0\\0.0\\0.0\\1.0\\0.0")
    #expect(
      message("position")
        == "position/3.dcm: its header lacks ImagePositionPatient, without which its slices cannot be "
        + "put into place; export the original series")
    #expect(
      message("missing_slice") == "missing_slice/1.dcm: the next slice, 2.dcm, is 4 mm away from this one at -1 mm, "
        + "expected 2 mm as between the others; slices are missing or irregular: copy or export the series again")
    #expect(
      message("line")
        == "line/1.dcm: lies 0.5 mm beside the line through the first and the last slice, expected at most "
        + "0.2 mm; the series is not one straight stack: export it again")
  }

  @Test("folders and files with several volumes or series list them")
  func several() {
    let remedy = "; move the files of each into a folder of its own"
    #expect(
      message("echoes") == "echoes/1.dcm: lies at the place of 0.dcm, -3 mm along the stack, so that the series holds "
        + "several volumes (they differ in EchoTime)\(remedy)")
    #expect(
      message("times.dcm")
        == "times.dcm: lies at the place of frame 0 of times.dcm, 1.5196 mm along the stack, so that "
        + "the series holds several volumes (they differ in TemporalPositionIndex)\(remedy)")
    #expect(
      message("two_series") == "two_series: holds 2 series of DICOM images, expected 1: 'scout' (CT, 1 slice); "
        + "'tiny two_series' (CT, 3 slices); move each into a folder of its own and name that one")
  }

  @Test("objects that are no image are told by name")
  func objects() {
    for (name, kind) in [
      ("pdf", "an encapsulated PDF"), ("segmentation", "a segmentation (SEG)"),
      ("structures", "a radiotherapy structure set (RTSTRUCT)"),
    ] {
      #expect(
        message("objects/\(name).dcm")
          == "objects/\(name).dcm: is DICOM, but holds \(kind), expected an image; name the "
          + "series of the scan itself")
    }
    #expect(
      message("objects") == "objects: is a folder without DICOM images (3 other files, sub-folders are not searched); "
        + "name the folder in which the files of a series stand")
  }

  @Test("pixels of kinds that are not read are told by name")
  func pixels() {
    let read =
      "expected none, RLE, JPEG (baseline, extended, lossless) or JPEG-LS; decompress it, with 'gdcmconv --raw' "
      + "for example"
    #expect(message("jpeg2000.dcm") == "jpeg2000.dcm: its pixels are compressed as JPEG 2000 (Lossless only), \(read)")
    #expect(
      message("deflated.dcm")
        == "deflated.dcm: its pixels are compressed as Deflated Explicit VR Little Endian, \(read)")
    #expect(
      message("pieces.dcm")
        == "pieces.dcm: its 4 frames stand in 8 compressed pieces, and no table tells which is whose; "
        + "decompress it, with 'gdcmconv --raw' for example")
    for (name, found) in [("palette", "PALETTE COLOR of 1"), ("ybr", "YBR_FULL of 3")] {
      #expect(
        message("\(name).dcm")
          == "\(name).dcm: its pixels have PhotometricInterpretation = \(found) sample(s), expected "
          + "MONOCHROME1 or MONOCHROME2 of 1 sample, RGB of 3; export it again, or convert it to NIfTI")
    }
    #expect(
      message("slope.dcm")
        == "slope.dcm: its header has RescaleSlope = 0, expected another number; repair the header or "
        + "export the scan again")
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
      try refusal(plain, named: "a.dcm") == "a.dcm: ends early: its header promises \(end - 24 + 65535 * 8) bytes, and "
        + "\(end) are there; copy or download it again")
    var packed = try bytes("compressed/IM0")
    let columns = try place([0x28, 0, 0x10, 0, 0x55, 0x53], in: packed)
    packed.replaceSubrange(columns + 8..<columns + 10, with: [0xff, 0xff])
    packed.replaceSubrange(columns + 18..<columns + 20, with: [0xff, 0xff])
    #expect(
      try refusal(packed, named: "a.dcm")
        == "a.dcm: its header promises \(65535 * 65535 * 2) bytes, but a file of this "
        + "size holds at most \(packed.count * 1032) even when compressed; it is damaged: copy or export it again")
    packed.replaceSubrange(columns + 8..<columns + 10, with: [6, 0])
    packed.replaceSubrange(columns + 18..<columns + 20, with: [4, 0])
    #expect(
      try refusal(packed, named: "a.dcm")
        == "a.dcm: its bytes are damaged (a compressed frame has 4x3 pixels of 1 samples "
        + "of 16 bits, and the header says 4x6 of 1 of 16); copy or download it again")
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
        == "a.dcm: its header is none that a scanner writes (its sequences are nested too deeply); it is damaged: copy or "
        + "export it again")
  }

  @Test("other files with the ending are told by their first bytes")
  func others() throws {
    #expect(
      try refusal(Array("Hello\nworld".utf8), named: "a.dcm")
        == "a.dcm: is no DICOM file, though its name says so: it begins with the text \"Hello\"; rename or replace it")
    #expect(try #require(try refusal([], named: "a.dcm")).contains("it begins with nothing (it is empty)"))
  }
}
