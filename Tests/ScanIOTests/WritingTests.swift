import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Writing scans")
struct WritingTests {
  private func volume(_ values: [Float], grid: Grid = obliqueGrid) -> Volume {
    Volume(grid: grid, voxels: (0..<grid.size.count).map { values[$0 % values.count] })
  }

  @Test("keeps the values of every datatype", arguments: ScanDatatype.allCases, ["a.nii", "a.nii.gz"])
  func roundTrip(_ datatype: ScanDatatype, _ name: String) throws {
    let extremes: [ScanDatatype: [Float]] = [
      .uint8: [0, 1, 255], .int8: [-128, 0, 127], .uint16: [0, 65535], .int16: [-32768, 32767],
      .uint32: [0, 4_294_967_040], .int32: [-2_147_483_648, 2_147_483_520], .uint64: [0, 18_446_742_974_197_923_840],
      .int64: [-9_223_372_036_854_775_808, 9_223_371_487_098_961_920], .float32: [-0.1, 3e38], .float64: [1e-30, 0.3],
    ]
    let written = volume(try #require(extremes[datatype]))
    try withScratchFolder { folder in
      let url = folder.appending(path: name)
      try ScanFile.write(written, datatype: datatype, to: url)
      let scan = try ScanFile.read(url)
      #expect(scan.volume.voxels == written.voxels)
      #expect(scan.header.datatype == datatype)
      #expect(scan.header.grid == obliqueGrid)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }
  }

  @Test("rounds to the nearest integer, halves to even, and refuses what does not fit")
  func rounding() throws {
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.nii")
      try ScanFile.write(volume([0.4, 0.5, 1.5, 254.6]), datatype: .uint8, to: url)
      #expect(Array(try ScanFile.read(url).volume.voxels[..<4]) == [0, 0, 2, 255])
      let before = try Data(contentsOf: url)
      for (value, text) in [(Float(256), "256"), (-0.75, "-0.75"), (.nan, "nan"), (.infinity, "inf")] {
        let error = #expect(throws: ScanError.self) {
          try ScanFile.write(volume([1, value]), datatype: .uint8, to: url)
        }
        #expect(
          error?.description
            == "\(url.path): cannot be written: the value \(text) does not fit uint8; choose a wider datatype")
      }
      #expect(try Data(contentsOf: url) == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.nii"])
    }
  }

  @Test("gives equal content equal bytes, with neither time nor name in them")
  func determinism() throws {
    try withScratchFolder { folder in
      for ending in ["nii", "nii.gz", "png"] {
        let (first, second) = (folder.appending(path: "a.\(ending)"), folder.appending(path: "b.\(ending)"))
        let grid = Grid(size: GridSize(width: 5, height: 4), affine: .identity, unit: .pixels)
        for url in [first, second] { try ScanFile.write(volume([1, 2, 3], grid: grid), datatype: .uint8, to: url) }
        let bytes = try Array(Data(contentsOf: first))
        #expect(try Array(Data(contentsOf: second)) == bytes)
        if ending == "nii.gz" { #expect(bytes[3] == 0 && bytes[4..<8].allSatisfy { $0 == 0 }) }
      }
    }
  }

  @Test("takes geometry, description and extensions from the source, bit for bit")
  func likeSource() throws {
    try withScratchFolder { folder in
      for name in ["uint8_extension.nii.gz", "uint8_qform.nii", "uint16_microns.nii.gz", "int32_nifti2.nii"] {
        let source = try ScanFile.read(Golden.folder.appending(path: name))
        let url = folder.appending(path: "a.nii")
        let values = [Int](repeating: 1, count: source.volume.voxels.count)
        try ScanFile.writeLabels(values, grid: source.header.grid, to: url, like: source.header)
        let copy = try ScanFile.readHeader(url)
        #expect(copy.grid == source.header.grid)
        #expect(copy.affineSource == source.header.affineSource)
        #expect(copy.description == source.header.description)
        let bytes = try Array(Data(contentsOf: url))
        #expect(bytes[0] == (name == "int32_nifti2.nii" ? 28 : 92))
        let carries = String(decoding: bytes, as: UTF8.self).contains("drawn by hand")
        #expect(carries == (name == "uint8_extension.nii.gz"))
      }
    }
  }

  @Test("of labels leaves a clean header: 3 dimensions, slope 1, intercept 0, no display range, label intent")
  func labelHeader() throws {
    try withScratchFolder { folder in
      let source = try ScanFile.read(Golden.folder.appending(path: "int8_four_dimensions.nii"))
      let url = folder.appending(path: "a.nii")
      var values = [Int](repeating: 0, count: source.volume.voxels.count)
      values[3] = 255
      try ScanFile.writeLabels(values, grid: source.header.grid, to: url, like: source.header)
      var bytes = try Array(Data(contentsOf: url))
      func int16(_ offset: Int) -> Int16 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Int16.self) }
      }
      func float(_ offset: Int) -> Float {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Float.self) }
      }
      #expect((0..<8).map { int16(40 + 2 * $0) } == [3, 4, 2, 3, 1, 1, 1, 1])
      #expect(int16(68) == 1002)
      #expect(int16(70) == 2 && int16(72) == 8)
      #expect(float(108) == 352 && float(112) == 1 && float(116) == 0)
      #expect(float(124) == 0 && float(128) == 0)
      values[3] = 256
      try ScanFile.writeLabels(values, grid: source.header.grid, to: url, like: source.header)
      bytes = try Array(Data(contentsOf: url))
      #expect(int16(70) == 512 && int16(72) == 16)
      #expect(try ScanFile.read(url).volume.voxels[3] == 256)
      for bad in [-1, 65536] {
        values[3] = bad
        let error = #expect(throws: ScanError.self) {
          try ScanFile.writeLabels(values, grid: source.header.grid, to: url)
        }
        #expect(error?.description.contains("the value \(bad) does not fit uint16") == true)
      }
    }
  }

  @Test("of a new grid stores a qform as well where a rigid one describes it")
  func forms() throws {
    let codes = { (url: URL) throws -> [UInt8] in
      let bytes = try Array(Data(contentsOf: url)); return [bytes[252], bytes[254]]
    }
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.nii")
      try ScanFile.write(volume([1]), datatype: .uint8, to: url)
      #expect(try codes(url) == [0, 2])
      var rigid = obliqueGrid
      rigid.affine = Affine(i: SIMD3(0, 2, 0), j: SIMD3(-1, 0, 0), k: SIMD3(0, 0, -3), translation: SIMD3(4, 5, 6))
      try ScanFile.write(volume([1], grid: rigid), datatype: .uint8, to: url)
      #expect(try codes(url) == [2, 2])
      #expect(try ScanFile.readHeader(url).grid == rigid)
      rigid.unit = .pixels
      try ScanFile.write(volume([1], grid: rigid), datatype: .uint8, to: url)
      #expect(try codes(url) == [0, 0])
      #expect(try ScanFile.readHeader(url).affineSource == .pixdim)
    }
  }

  @Test("uses NIfTI-2 where a size needs it, and RGB24 for three channels")
  func wideAndColour() throws {
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.nii.gz")
      let wide = Grid(size: GridSize(width: 40000, height: 1), affine: .identity, unit: .millimetres)
      try ScanFile.write(volume([1, 2, 3], grid: wide), datatype: .uint8, to: url)
      #expect(try ScanFile.read(url).volume.voxels == volume([1, 2, 3], grid: wide).voxels)
      let colours = Volume(grid: obliqueGrid, channels: 3, voxels: (0..<72).map { Float($0) })
      try ScanFile.write(colours, datatype: .uint8, to: url)
      let scan = try ScanFile.read(url)
      #expect(scan.volume.voxels == colours.voxels && scan.header.channels == 3)
    }
  }

  @Test("of PNG keeps 8 and 16 bits, grey and RGB")
  func png() throws {
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.PNG")
      let grid = Grid(size: GridSize(width: 3, height: 2), affine: .identity, unit: .pixels)
      for (datatype, values) in [(ScanDatatype.uint8, [Float(0), 7, 255]), (.uint16, [0, 258, 65535])] {
        try ScanFile.write(volume(values, grid: grid), datatype: datatype, to: url)
        #expect(try ScanFile.read(url).volume.voxels == volume(values, grid: grid).voxels)
        #expect(try ScanFile.readHeader(url).datatype == datatype)
      }
      try ScanFile.writeLabels([0, 1, 2, 3, 4, 300], grid: grid, to: url)
      #expect(try ScanFile.read(url).volume.voxels == [0, 1, 2, 3, 4, 300])
      let samples = (0..<18).map { UInt8($0 * 9) }
      try ScanFile.encodePNG(width: 3, height: 2, channels: 3, samples: samples).write(to: url)
      #expect(try ScanFile.read(url).volume.voxels == samples.map { Float($0) })
    }
  }
}

@Suite("Refused writing")
struct RefusedWritingTests {
  private let plane = Grid(size: GridSize(width: 2, height: 1), affine: .identity, unit: .pixels)

  private func message(_ url: URL, _ body: () throws -> Void) -> String? {
    #expect(throws: ScanError.self) { try body() }?.description
      .replacingOccurrences(of: url.deletingLastPathComponent().path + "/", with: "")
  }

  @Test("says which format cannot hold what")
  func formats() throws {
    let url = URL(filePath: "/nowhere/a.png")
    let nifti = URL(filePath: "/nowhere/a.nii")
    let image = Volume(grid: plane, voxels: [0, 1])
    let two = Volume(grid: plane, channels: 2, voxels: [0, 1, 2, 3])
    #expect(
      message(url) { try ScanFile.write(image, datatype: .float32, to: url) }
        == "a.png: cannot be written: 1 channel(s) of float32 do not fit a PNG, "
        + "which holds 1 of uint8 or uint16, or 3 of uint8; choose another datatype or .nii.gz")
    #expect(
      message(nifti) { try ScanFile.write(two, datatype: .float32, to: nifti) }
        == "a.nii: cannot be written: 2 channels of float32 do not fit a NIfTI file, "
        + "which holds 1, or 3 of uint8; write each channel to a file of its own")
    #expect(
      message(url) { try ScanFile.writeLabels([Int](repeating: 0, count: 24), grid: obliqueGrid, to: url) }
        == "a.png: cannot be written: the volume has 2 slices, and a PNG holds 1; write .nii.gz instead")
    let other = URL(filePath: "/nowhere/a.jpg")
    #expect(
      message(other) { try ScanFile.write(image, datatype: .uint8, to: other) }
        == "a.jpg: its name tells no format; expected one that ends in .nii, .nii.gz or .png")
  }

  @Test("into a folder that is missing, over a folder or over a device leaves nothing behind")
  func places() throws {
    try withScratchFolder { folder in
      let missing = folder.appending(path: "missing/a.nii.gz")
      #expect(
        message(missing) { try ScanFile.writeLabels([0, 1], grid: plane, to: missing) }
          == "a.nii.gz: cannot be written (No such file or directory); check the folder and its permissions")
      let taken = folder.appending(path: "b.nii")
      try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
      #expect(
        message(taken) { try ScanFile.writeLabels([0, 1], grid: plane, to: taken) }
          == "b.nii: cannot be written (a folder of that name stands there); check the folder and its permissions")
      let device = folder.appending(path: "c.png")
      try FileManager.default.createSymbolicLink(at: device, withDestinationURL: URL(filePath: "/dev/full"))
      #expect(
        message(device) { try ScanFile.writeLabels([0, 1], grid: plane, to: device) }
          == "c.png: cannot be written (it is no regular file); check the folder and its permissions")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["b.nii", "c.png"])
    }
  }

  @Test("tells a full disk from other failures")
  func outOfSpace() {
    let full = ScanError.cannotWrite(file: "a.nii", reason: "No space left on device", isOutOfSpace: true)
    #expect(
      full.description
        == "a.nii: cannot be written (No space left on device); free some space or choose another disk")
  }

  @Test("follows a symbolic link to a file")
  func links() throws {
    try withScratchFolder { folder in
      let (file, link) = (folder.appending(path: "a.nii"), folder.appending(path: "b.nii"))
      try ScanFile.writeLabels([0, 1], grid: plane, to: file)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      try ScanFile.writeLabels([1, 1], grid: plane, to: link)
      #expect(try ScanFile.read(file).volume.voxels == [1, 1])
    }
  }
}

@Suite("Refused reading")
struct RefusedReadingTests {
  @Test("tells missing files, folders and unknown names apart")
  func places() throws {
    try withScratchFolder { folder in
      func message(_ name: String) -> String? {
        #expect(throws: ScanError.self) { try ScanFile.read(folder.appending(path: name)) }?.description
          .replacingOccurrences(of: folder.path + "/", with: "")
      }
      #expect(message("a.nii") == "a.nii: there is no such file; check the path")
      #expect(message("a.png") == "a.png: there is no such file; check the path")
      try FileManager.default.createDirectory(at: folder.appending(path: "b.nii"), withIntermediateDirectories: false)
      #expect(
        message("b.nii")
          == "b.nii: cannot be read (it is a folder); check its permissions and that it is a plain file")
      #expect(message("c.txt") == "c.txt: its name tells no format; expected one that ends in .nii, .nii.gz or .png")
    }
  }

  @Test("of PNG tells text, cut-off files, damage and absurd sizes")
  func png() throws {
    #expect(
      try refusal(Array("Hello\nworld".utf8), named: "a.png")
        == "a.png: is no PNG file, though its name says so: it begins with the text \"Hello\"; rename or replace it")
    let bytes = try Array(Data(contentsOf: Golden.folder.appending(path: "grey8.png")))
    for count in 0..<bytes.count { #expect(try refusal(Array(bytes[..<count]), named: "a.png") != nil) }
    #expect(
      try refusal(Array(bytes.dropLast(14)), named: "a.png")
        == "a.png: ends early: its 138 bytes stop before the image does; copy or download it again")
    var damaged = bytes
    damaged[bytes.count - 13] ^= 0xff
    #expect(
      try refusal(damaged, named: "a.png")
        == "a.png: its bytes are damaged (IDAT: CRC error); copy or download it again")
    let huge = try ScanFile.encodePNG(width: 1, height: 1, channels: 1, samples: [0])
    var header = Array(huge)
    header.replaceSubrange(16..<24, with: [0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff])
    #expect(try refusal(header, named: "a.png") != nil)
  }

  @Test("reads names in either case, and their bases")
  func names() {
    #expect(ScanFormat(fileName: "A.NII.GZ") == .nifti)
    #expect(ScanFormat(fileName: "a.nii") == .nifti)
    #expect(ScanFormat(fileName: "a.Png") == .png)
    #expect(ScanFormat(fileName: "a.gz") == nil)
    #expect(ScanFormat(fileName: "nii") == nil)
    #expect(ScanFormat.baseName(of: "case.1.nii.gz") == "case.1")
    #expect(ScanFormat.baseName(of: "case.NII") == "case")
    #expect(ScanFormat.baseName(of: "case.txt") == "case.txt")
  }
}
