import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Golden scans")
struct GoldenTests {
  @Test("written by nibabel read back with its values, affine and description")
  func nifti() throws {
    let cases = try Golden.expectations("nifti.json")
    #expect(cases.count == 11)
    for (name, expected) in cases {
      let url = Golden.folder.appending(path: name)
      let scan = try ScanFile.read(url)
      let header = try ScanFile.readHeader(url)
      #expect(header.grid == scan.header.grid)
      #expect(scan.volume.voxels == expected.values, "\(name)")
      #expect(scan.header.datatype.rawValue == expected.datatype, "\(name)")
      #expect(scan.header.description == expected.description)
      #expect(scan.header.affineSource.rawValue == expected.affine_source)
      #expect(scan.volume.grid == header.grid)
      let size = header.grid.size
      #expect([size.width, size.height, size.depth] == expected.size)
      #expect(header.grid.unit == .millimetres)
      if let orientation = expected.orientation { #expect(header.grid.orientation.description == orientation) }
      let affine = try #require(expected.affine)
      let columns = [header.grid.affine.columns.i, header.grid.affine.columns.j, header.grid.affine.columns.k]
      for row in 0..<3 {
        for column in 0..<3 { #expect(abs(columns[column][row] - affine[row][column]) < 1e-6, "\(name)") }
        #expect(abs(header.grid.affine.translation[row] - affine[row][3]) < 1e-6, "\(name)")
      }
    }
  }

  @Test("in PNG read back with their samples exactly as stored, whatever gamma they carry")
  func png() throws {
    let cases = try Golden.expectations("png.json")
    #expect(cases.count == 15)
    for (name, expected) in cases {
      let url = Golden.folder.appending(path: name)
      let scan = try ScanFile.read(url, choices: ReadingChoices(palette: .indices))
      #expect(scan.volume.voxels == expected.values, "\(name)")
      #expect(scan.header.channels == expected.channels)
      #expect(scan.header.datatype.rawValue == expected.datatype)
      #expect(scan.header.grid.size == GridSize(width: 11, height: 7))
      #expect(scan.header.grid.unit == .pixels)
      #expect(scan.header.grid.affine == .identity)
      #expect(scan.header.affineSource == .none)
      #expect(scan.nonFiniteCount == 0)
      if let colours = expected.colours { #expect(try ScanFile.read(url).volume.voxels == colours) }
    }
  }

  @Test("of an alpha channel keep what is not opaque everywhere, and say so, unless told otherwise")
  func alpha() throws {
    func read(_ name: String, _ alpha: ReadingChoices.AlphaChoice) throws -> Scan {
      try ScanFile.read(Golden.folder.appending(path: name), choices: ReadingChoices(alpha: alpha))
    }
    let kept = try read("grey16_alpha.png", .automatic)
    #expect(kept.volume.channels == 2 && kept.header.notes == [.alphaKept])
    #expect(try read("grey16_alpha.png", .keep).header.notes.isEmpty)
    let dropped = try read("grey16_alpha.png", .drop)
    #expect(dropped.header.channels == 1)
    #expect(
      dropped.volume.voxels == stride(from: 0, to: kept.volume.voxels.count, by: 2).map { kept.volume.voxels[$0] })
    #expect(try read("rgb16_opaque.png", .automatic).volume.channels == 3)
    #expect(try read("rgb16_opaque.png", .keep).volume.channels == 4)
    #expect(try read("palette4_transparent.png", .drop).volume.channels == 3)
    #expect(try read("palette4.png", .automatic).volume.channels == 3)
  }

  @Test(
    "that hold something else are refused by name",
    arguments: [
      (
        "complex64.nii",
        "datatype complex64 is not supported; expected integers, floats or RGB. Convert it, for example to float32"
      ),
      (
        "four_dimensions.nii.gz",
        "has 4 dimensions (3x3x2x4); the meaning of the last is unknown. Use 'fourth_dimension: channels' to read it "
          + "as channels, or 'fourth_dimension: time' and 'frame: 0' to read the first time point"
      ),
    ])
  func refused(_ name: String, _ message: String) throws {
    let bytes = try Array(Data(contentsOf: Golden.folder.appending(path: name)))
    #expect(try refusal(bytes, named: name) == "\(name): \(message)")
  }
}
