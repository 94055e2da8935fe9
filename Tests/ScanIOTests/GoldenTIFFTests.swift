import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Golden TIFF files")
struct GoldenTIFFTests {
  private func url(_ name: String) -> URL { Golden.folder.appending(path: "tiff_\(name).tif") }

  @Test("written by tifffile read back with their values, sizes and types")
  func all() throws {
    let cases = try Golden.expectations("tiff.json")
    #expect(cases.count == 39)
    for (name, expected) in cases {
      let choices = ReadingChoices(furtherDimension: expected.frames == nil ? nil : .frame(1))
      let scan = try ScanFile.read(Golden.folder.appending(path: name), choices: choices)
      let tolerance: Float = name.contains("jpeg") ? 2 : 0
      #expect(scan.volume.voxels.count == expected.values.count, "\(name)")
      #expect(zip(scan.volume.voxels, expected.values).allSatisfy { abs($0 - $1) <= tolerance }, "\(name)")
      let header = scan.header
      #expect(header.format == .tiff)
      #expect(header.datatype.rawValue == expected.datatype, "\(name)")
      #expect([header.channels, scan.volume.channels] == [expected.channels, expected.channels], "\(name)")
      #expect(header.frames == expected.frames ?? 1)
      #expect([header.grid.size.width, header.grid.size.height, header.grid.size.depth] == expected.size, "\(name)")
      #expect(header.grid.unit == (expected.spacing == nil ? .pixels : .millimetres), "\(name)")
      #expect(header.affineSource == (expected.spacing == nil ? .none : .tiff))
      let spacing = expected.spacing ?? [1, 1, 1]
      for axis in 0..<3 { #expect(abs(header.grid.spacing[axis] / spacing[axis] - 1) < 1e-6, "\(name)") }
      #expect(header.grid.affine == Affine(scale: header.grid.spacing))
    }
  }

  @Test("of several points of time are read one by one, or as channels, when that is said")
  func time() throws {
    for name in ["imagej_time", "ome_time"] {
      let error = #expect(throws: ScanError.self) { try ScanFile.read(url(name)) }
      #expect(error == .tiff(file: url(name).path, .severalFrames(count: 2)))
      #expect(try ScanFile.readHeader(url(name)).frames == 2)
      let first = try ScanFile.read(url(name), choices: ReadingChoices(furtherDimension: .frame(0))).volume
      let second = try ScanFile.read(url(name), choices: ReadingChoices(furtherDimension: .frame(1))).volume
      let both = try ScanFile.read(url(name), choices: ReadingChoices(furtherDimension: .channels))
      #expect(both.volume.channels == 4 && both.header.channels == 4)
      for voxel in 0..<first.grid.size.count {
        #expect(Array(both.volume.voxels[4 * voxel..<4 * voxel + 2]) == Array(first.voxels[2 * voxel..<2 * voxel + 2]))
        #expect(both.volume.voxels[4 * voxel + 3] == second.voxels[2 * voxel + 1])
      }
      #expect(throws: ScanError.noSuchFrame(file: url(name).path, frame: 2, frames: 2)) {
        try ScanFile.read(url(name), choices: ReadingChoices(furtherDimension: .frame(2)))
      }
    }
  }

  @Test("with a palette give its colours or their numbers")
  func palette() throws {
    let indices = try ScanFile.read(url("palette"), choices: ReadingChoices(palette: .indices))
    #expect(indices.volume.channels == 1 && indices.header.datatype == .uint8)
    let colours = try ScanFile.read(url("palette")).volume
    #expect(colours.channels == 3)
    var seen: [Float: [Float]] = [:]
    for (voxel, index) in indices.volume.voxels.enumerated() {
      let colour = Array(colours.voxels[3 * voxel..<3 * voxel + 3])
      #expect(seen[index] ?? colour == colour)
      seen[index] = colour
    }
  }

  @Test("with alpha lose it where it is opaque, unless told otherwise")
  func alpha() throws {
    func channels(_ name: String, _ choice: ReadingChoices.AlphaChoice) throws -> Int {
      try ScanFile.read(url(name), choices: ReadingChoices(alpha: choice)).volume.channels
    }
    #expect(try ReadingChoices.AlphaChoice.allCases.map { try channels("rgb_opaque", $0) } == [3, 3, 4])
    #expect(try ReadingChoices.AlphaChoice.allCases.map { try channels("rgb_transparent", $0) } == [4, 3, 4])
    #expect(try ScanFile.read(url("rgb_transparent")).header.notes == [.alphaKept])
    #expect(try ScanFile.read(url("rgb_opaque")).header.notes.isEmpty)
    #expect(
      try ScanFile.readHeader(url("rgb_opaque"), choices: ReadingChoices(alpha: .drop)).channels == 3)
  }

  @Test("leave smaller copies out, and say so")
  func copies() throws {
    for name in ["copies", "sub_images"] {
      #expect(try ScanFile.readHeader(url(name)).notes == [.reducedCopiesLeftOut(1)])
    }
  }

  @Test(
    "of other kinds are refused by name",
    arguments: [
      (
        "sizes",
        "page 2 has 6x4 pixels of 1 x uint8, page 1 has 5x4 pixels of 1 x uint8; save pages of equal size and type, or "
          + "each page as a separate file"
      ),
      ("cmyk", "page 1 has CMYK colours; expected grey, RGB or a palette. Save it as grey or RGB"),
      ("ycbcr", "page 1 has YCbCr colours; expected grey, RGB or a palette. Save it as grey or RGB"),
      (
        "complex",
        "datatype complex64 is not supported; expected integers, floats or RGB. Convert it, for example to float32"
      ),
      (
        "jpeg2000",
        "compression JPEG 2000 (34712) of page 1 is not supported; expected none, deflate, LZW, Zstandard, LZMA, "
          + "PackBits, JPEG, WebP, LERC and CCITT. Save it without compression, or with deflate"
      ),
      ("volume_tiles", "page 1 has blocks of 16 slices; expected one slice per page. Save the slices as pages"),
    ])
  func refused(_ name: String, _ message: String) throws {
    let bytes = try Array(Data(contentsOf: url("refused_\(name)")))
    #expect(try refusal(bytes, named: "a.tif") == "a.tif: \(message)")
  }
}
