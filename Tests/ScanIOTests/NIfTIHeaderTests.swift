import Foundation
import ScanIO
import Testing
import Volumes

@Suite("NIfTI headers")
struct NIfTIHeaderTests {
  @Test("of either version and byte order say the same", arguments: [1, 2], [false, true])
  func forms(version: Int, isBigEndian: Bool) throws {
    var file = NIfTIBytes(version: version, isBigEndian: isBigEndian)
    file.slope = 2
    file.intercept = -1
    file.sformCode = 1
    file.rows = [2, 0, 0, -8, 0, 0, 3, 5, 0, 4, 0, 6]
    for name in ["a.nii", "a.nii.gz"] {
      let scan = try read(name == "a.nii" ? file.bytes : gzipped(file.bytes), named: name)
      #expect(scan.volume.voxels == (0..<12).map { Float(2 * $0 - 1) })
      #expect(scan.header.grid.spacing == SIMD3(2, 4, 3))
      #expect(scan.header.grid.affine.translation == SIMD3(-8, 5, 6))
      #expect(scan.header.grid.orientation.description == "RSA")
      #expect(scan.header.affineSource == .sform)
    }
  }

  @Test("choose the sform, else the qform, else the voxel sizes")
  func affineSources() throws {
    var file = NIfTIBytes()
    file.pixdim = [-1, 2, 3, 4, 1, 1, 1, 1]
    file.quaternion = [0, 0, 1]
    file.offset = [1, 2, 3]
    file.rows = [5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0]
    let sizes = try read(file.bytes, named: "a.nii")
    #expect(sizes.header.affineSource == .pixdim)
    #expect(sizes.header.grid.affine == Affine(scale: SIMD3(2, 3, 4)))
    file.qformCode = 1
    let turned = try read(file.bytes, named: "a.nii").header
    #expect(turned.affineSource == .qform)
    #expect(
      turned.grid.affine
        == Affine(i: SIMD3(-2, 0, 0), j: SIMD3(0, -3, 0), k: SIMD3(0, 0, -4), translation: SIMD3(1, 2, 3)))
    file.sformCode = 2
    let header = try read(file.bytes, named: "a.nii").header
    #expect(header.affineSource == .sform)
    #expect(header.grid.affine == Affine(scale: SIMD3(5, 5, 5)))
  }

  @Test("without any geometry give voxels of size 1, and bad voxel sizes are mended")
  func noGeometry() throws {
    var file = NIfTIBytes()
    file.pixdim = [0, 0, .nan, 0, 0, 0, 0, 0]
    let header = try read(file.bytes, named: "a.nii").header
    #expect(header.affineSource == .none)
    #expect(header.grid.affine == .identity)
    file.pixdim = [0, -2, 0, 3, 0, 0, 0, 0]
    let mended = try read(file.bytes, named: "a.nii").header
    #expect(mended.affineSource == .pixdim)
    #expect(mended.grid.affine == Affine(scale: SIMD3(2, 1, 3)))
  }

  @Test("in metres or micrometres are converted to millimetres", arguments: [(0, 1.0), (1, 1000), (2, 1), (3, 0.001)])
  func units(_ code: Int, _ factor: Double) throws {
    var file = NIfTIBytes()
    file.units = code
    file.pixdim = [1, 2, 2, 2, 1, 1, 1, 1]
    let spacing = try read(file.bytes, named: "a.nii").header.grid.spacing
    #expect(abs(spacing.x - 2 * factor) < 1e-12)
  }

  @Test("with a slope of 0 or NaN leave the values unscaled", arguments: [0, Double.nan, .infinity])
  func unscaled(_ slope: Double) throws {
    var file = NIfTIBytes()
    file.slope = slope
    file.intercept = 7
    #expect(try read(file.bytes, named: "a.nii").volume.voxels == (0..<12).map { Float($0) })
  }

  @Test("of planes and lines give depth and height 1, and trailing dimensions of 1 are dropped")
  func dimensions() throws {
    var file = NIfTIBytes()
    file.dim = [2, 4, 3, 9, 9, 9, 9, 9]
    #expect(try read(file.bytes, named: "a.nii").header.grid.size == GridSize(width: 4, height: 3))
    file.dim = [1, 12, 9, 9, 9, 9, 9, 9]
    #expect(try read(file.bytes, named: "a.nii").header.grid.size == GridSize(width: 12, height: 1))
    file.dim = [7, 3, 2, 2, 1, 1, 1, 1]
    #expect(try read(file.bytes, named: "a.nii").header.grid.size == GridSize(width: 3, height: 2, depth: 2))
  }

  @Test("are found by their bytes where the name hides or feigns compression")
  func misnamed() throws {
    #expect(try read(NIfTIBytes().bytes, named: "a.nii.gz").volume.voxels.count == 12)
    #expect(try read(gzipped(NIfTIBytes().bytes), named: "a.NII").volume.voxels.count == 12)
  }

  @Test("may stand before values that are not finite: they are counted and kept")
  func nonFinite() throws {
    var file = NIfTIBytes()
    (file.datatype, file.bitpix, file.dim[0], file.dim[1], file.dim[2]) = (16, 32, 1, 4, 1)
    file.voxels = [Float.nan, 1, .infinity, -.infinity].flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    let scan = try read(file.bytes, named: "a.nii")
    #expect(scan.nonFiniteCount == 3)
    #expect(scan.volume.voxels[0].isNaN && scan.volume.voxels[1] == 1)
  }

  @Test("whose voxels are followed by other bytes are read all the same")
  func surplus() throws {
    let bytes = NIfTIBytes().bytes + [UInt8](repeating: 7, count: 100)
    #expect(try read(bytes, named: "a.nii").volume.voxels.count == 12)
    #expect(try read(gzipped(bytes), named: "a.nii.gz").volume.voxels.count == 12)
  }
}

@Suite("Hostile NIfTI files")
struct HostileNIfTITests {
  @Test("are refused with the field, what it holds and what was expected", arguments: [1, 2])
  func fields(version: Int) throws {
    func check(_ expected: String, _ change: (inout NIfTIBytes) -> Void) throws {
      var file = NIfTIBytes(version: version)
      change(&file)
      let end = "; repair the header or export the scan again"
      #expect(try refusal(file.bytes, named: "a.nii") == "a.nii: its header has \(expected)\(end)")
    }
    for count in [0, -1, 8] {
      try check("dim[0] = \(count), expected a number of dimensions from 1 to 7") { $0.dim[0] = count }
    }
    try check("dim[2] = 0, expected at least 1 voxel") { $0.dim[2] = 0 }
    try check("dim[1] = -3, expected at least 1 voxel") { $0.dim[1] = -3 }
    try check("bitpix = 8, expected 16 for datatype 4") { $0.bitpix = 8 }
    try check("datatype = 99, expected one of NIfTI's codes, such as 4 for int16") { $0.datatype = 99 }
    let least = version == 1 ? 352 : 544
    for offset in [-1.0, 0, 348] {
      try check("vox_offset = \(offset), expected a whole number, \(least) or more") { $0.voxelOffset = offset }
    }
    try check("sform = [0.0 0.0 0.0 0.0] [0.0 0.0 0.0 0.0] [0.0 0.0 0.0 0.0], expected a map that can be inverted") {
      $0.sformCode = 1
      $0.rows = [Double](repeating: 0, count: 12)
    }
    try check("scl_inter = nan, expected a finite number") {
      $0.slope = 2
      $0.intercept = .nan
    }
  }

  @Test("of version 1 with offsets that are no whole number are refused", arguments: [Double.nan, .infinity, 352.5])
  func offsets(_ offset: Double) throws {
    let message = try #require(try refusal(NIfTIBytes(voxelOffset: offset).bytes, named: "a.nii"))
    #expect(message.hasPrefix("a.nii: its header has vox_offset = \(offset), expected a whole number, 352 or more"))
  }

  @Test("whose sizes overflow or exceed the file are refused before anything is allocated")
  func sizes() throws {
    var file = NIfTIBytes(version: 2)
    file.dim = [3, 1 << 31, 1 << 31, 1 << 31, 1, 1, 1, 1]
    #expect(
      try refusal(file.bytes, named: "a.nii")
        == "a.nii: its header has dim = 2147483648x2147483648x2147483648, expected sizes whose product can be stored; "
        + "repair the header or export the scan again")
    file.dim = [3, 100_000, 100_000, 100, 1, 1, 1, 1]
    #expect(
      try refusal(file.bytes, named: "a.nii")
        == "a.nii: ends early: its header promises 2000000000544 bytes, and 568 are there; copy or download it again")
    let limit = gzipped(file.bytes).count * 1032
    #expect(
      try refusal(gzipped(file.bytes), named: "a.nii.gz")
        == "a.nii.gz: its header promises 2000000000544 bytes, but a file of this size holds at most \(limit) even when "
        + "compressed; it is damaged: copy or export it again")
  }

  @Test("with another magic, and relatives of NIfTI, are told apart")
  func magic() throws {
    #expect(
      try refusal(NIfTIBytes(magic: Array("n-1\0".utf8)).bytes, named: "a.nii")
        == "a.nii: its header has magic = \"n-1\\0\", expected \"n+1\\0\"; repair the header or export the scan again")
    #expect(
      try refusal(NIfTIBytes(magic: Array("ni1\0".utf8)).bytes, named: "a.nii")
        == "a.nii: is half of a NIfTI pair (.hdr and .img), expected a single-file NIfTI; convert it to .nii.gz")
    #expect(
      try refusal(NIfTIBytes(magic: [0, 0, 0, 0]).bytes, named: "a.nii")
        == "a.nii: is an Analyze 7.5 header, expected a single-file NIfTI; convert it to .nii.gz")
    let mangled = Array("n+2\0\n\n\u{1a}\n".utf8)
    #expect(
      try #require(try refusal(NIfTIBytes(version: 2, magic: mangled).bytes, named: "a.nii")).contains("magic = "))
  }

  @Test("that are text or another format are told by their first bytes")
  func otherFormats() throws {
    let text = Array("Hello, this is no scan.\n".utf8)
    for name in ["a.nii", "a.nii.gz"] {
      #expect(
        try refusal(text, named: name)
          == "\(name): is no NIfTI file, though its name says so: it begins with the text \"Hello, this is no scan.\"; "
          + "rename or replace it")
    }
    #expect(try #require(try refusal([], named: "a.nii.gz")).contains("it begins with nothing (it is empty)"))
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
        == "a.nii: ends early: its header promises 376 bytes, and 375 are there; copy or download it again")
    let compressed = try Array(Data(contentsOf: Golden.folder.appending(path: "int16_scaled.nii.gz")))
    for count in 0..<compressed.count {
      #expect(try refusal(Array(compressed[..<count]), named: "a.nii.gz") != nil, "\(count)")
    }
    #expect(
      try refusal(Array(compressed.dropLast(2)), named: "a.nii.gz")
        == "a.nii.gz: its bytes are damaged (its compressed bytes end before their checksum); copy or download it again"
    )
    let short = Array(gzipped(plain).dropLast(12))
    #expect(
      try refusal(short, named: "a.nii.gz")
        == "a.nii.gz: ends early: its header promises 376 bytes, and 372 are there; copy or download it again")
  }

  @Test("whose checksum does not hold are refused")
  func checksum() throws {
    var bytes = gzipped(NIfTIBytes().bytes)
    bytes[bytes.count - 20] ^= 1
    #expect(
      try refusal(bytes, named: "a.nii.gz")
        == "a.nii.gz: its bytes are damaged (incorrect data check); copy or download it again")
  }
}
