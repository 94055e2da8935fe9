import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Hostile NIfTI files")
struct HostileNIfTITests {
  @Test("are refused with the field, what it holds and what was expected", arguments: [1, 2])
  func fields(version: Int) throws {
    func check(
      _ expected: String, remedy: String = "Repair the header, or export the scan again",
      _ change: (inout NIfTIBytes) -> Void
    ) throws {
      var file = NIfTIBytes(version: version)
      change(&file)
      let end = ". \(remedy)"
      #expect(try refusal(file.bytes, named: "a.nii") == "a.nii: header field \(expected)\(end)")
    }
    for count in [0, -1, 8] {
      try check("dim[0] is \(count); expected 1 to 7 dimensions") { $0.dim[0] = count }
    }
    try check("dim[2] is 0; expected at least 1 voxel") { $0.dim[2] = 0 }
    try check("dim[1] is -3; expected at least 1 voxel") { $0.dim[1] = -3 }
    try check("bitpix is 8; expected 16 for datatype 4") { $0.bitpix = 8 }
    try check("datatype is 99; expected one of NIfTI's codes, such as 4 for int16") { $0.datatype = 99 }
    let least = version == 1 ? 352 : 544
    for offset in [-1.0, 0, 348] {
      try check("vox_offset is \(offset); expected a whole number, \(least) or more") { $0.voxelOffset = offset }
    }
    try check(
      "sform is [0.0 0.0 0.0 0.0] [0.0 0.0 0.0 0.0] [0.0 0.0 0.0 0.0]; expected an invertible affine",
      remedy: "Use 'affine: pixdim' to read it by its voxel sizes, or repair the header"
    ) {
      $0.sformCode = 1
      $0.rows = [Double](repeating: 0, count: 12)
    }
    try check("scl_inter is nan; expected a finite number") {
      $0.slope = 2
      $0.intercept = .nan
    }
  }

  @Test("of version 1 with offsets that are no whole number are refused", arguments: [Double.nan, .infinity, 352.5])
  func offsets(_ offset: Double) throws {
    let message = try #require(try refusal(NIfTIBytes(voxelOffset: offset).bytes, named: "a.nii"))
    #expect(message.hasPrefix("a.nii: header field vox_offset is \(offset); expected a whole number, 352 or more"))
  }

  @Test("whose sizes overflow or exceed the file are refused before anything is allocated")
  func sizes() throws {
    var file = NIfTIBytes(version: 2)
    file.dim = [3, 1 << 31, 1 << 31, 1 << 31, 1, 1, 1, 1]
    #expect(
      try refusal(file.bytes, named: "a.nii")
        == "a.nii: header field dim is 2147483648x2147483648x2147483648; expected smaller sizes (the product "
        + "overflows). Repair the header, or export the scan again")
    file.dim = [3, 100_000, 100_000, 100, 1, 1, 1, 1]
    #expect(
      try refusal(file.bytes, named: "a.nii")
        == "a.nii: truncated: expected 2000000000544 bytes, found 568; copy or download it again")
    let limit = gzipped(file.bytes).count * 1032
    #expect(
      try refusal(gzipped(file.bytes), named: "a.nii.gz")
        == "a.nii.gz: damaged: the header declares 2000000000544 bytes of data; a file of this size can contain at "
        + "most \(limit). Copy or export it again")
  }

  @Test("with another magic, and relatives of NIfTI, are told apart")
  func magic() throws {
    #expect(
      try refusal(NIfTIBytes(magic: Array("n-1\0".utf8)).bytes, named: "a.nii")
        == "a.nii: header field magic is \"n-1\\0\"; expected \"n+1\\0\". Repair the header, or export the scan again")
    #expect(
      try refusal(NIfTIBytes(magic: Array("ni1\0".utf8)).bytes, named: "a.hdr")
        == "a.hdr: the second file of this pair, a.img, is missing; put it into the same folder")
    #expect(
      try refusal(NIfTIBytes().bytes, named: "a.img")
        == "a.img: the second file of this pair, a.hdr, is missing; put it into the same folder")
    let mangled = Array("n+2\0\n\n\u{1a}\n".utf8)
    #expect(
      try #require(try refusal(NIfTIBytes(version: 2, magic: mangled).bytes, named: "a.nii")).contains(
        "header field magic is "))
  }

  @Test("that are text or another format are told by their first bytes")
  func otherFormats() throws {
    let text = Array("Hello, this is no scan.\n".utf8)
    for name in ["a.nii", "a.nii.gz"] {
      #expect(
        try refusal(text, named: name)
          == "\(name): not a NIfTI file: it begins with the text \"Hello, this is no scan.\"; rename or replace it")
    }
    #expect(try #require(try refusal([], named: "a.nii.gz")).contains("it begins with no bytes (the file is empty)"))
    #expect(try #require(try refusal([0, 1, 2, 255], named: "a.nii")).contains("it begins with the bytes 00 01 02 ff"))
    let png = try Array(Data(contentsOf: Golden.folder.appending(path: "grey8.png")))
    #expect(try #require(try refusal(png, named: "a.nii")).contains("it begins with the bytes of a PNG file"))
  }

  @Test("cut short anywhere are refused, plain and compressed")
  func truncation() throws {
    let plain = NIfTIBytes().bytes
    for count in 0..<plain.count {
      #expect(try refusal(Array(plain[..<count]), named: "a.nii") != nil)
    }
    #expect(
      try refusal(Array(plain.dropLast()), named: "a.nii")
        == "a.nii: truncated: expected 376 bytes, found 375; copy or download it again")
    let compressed = try Array(Data(contentsOf: Golden.folder.appending(path: "int16_scaled.nii.gz")))
    for count in 0..<compressed.count {
      #expect(try refusal(Array(compressed[..<count]), named: "a.nii.gz") != nil, "\(count)")
    }
    #expect(
      try refusal(Array(compressed.dropLast(2)), named: "a.nii.gz")
        == "a.nii.gz: damaged (the compressed data end before the checksum); copy or download it again"
    )
    let short = Array(gzipped(plain).dropLast(12))
    #expect(
      try refusal(short, named: "a.nii.gz")
        == "a.nii.gz: truncated: expected 376 bytes, found 372; copy or download it again")
  }

  @Test("whose checksum does not hold are refused")
  func checksum() throws {
    var bytes = gzipped(NIfTIBytes().bytes)
    bytes[bytes.count - 20] ^= 1
    #expect(
      try refusal(bytes, named: "a.nii.gz")
        == "a.nii.gz: damaged (wrong gzip checksum); copy or download it again")
  }
}
