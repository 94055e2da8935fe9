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
            == "\(url.path): cannot be written: value \(text) is out of range for uint8; choose a wider datatype")
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
      for (value, code, bits) in [(-1, 4, 16), (65536, 8, 32)] {
        values[3] = value
        try ScanFile.writeLabels(values, grid: source.header.grid, to: url, like: source.header)
        bytes = try Array(Data(contentsOf: url))
        #expect(int16(70) == code && int16(72) == bits)
        #expect(try ScanFile.read(url).volume.voxels[3] == Float(value))
      }
      for bad in [-16_777_217, 16_777_217] {
        values[3] = bad
        let error = #expect(throws: ScanError.self) {
          try ScanFile.writeLabels(values, grid: source.header.grid, to: url)
        }
        #expect(error?.description.contains("value \(bad) is out of range for int32") == true)
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
