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

  @Test(
    "of an image without a physical size have none; other headers without a unit are taken as millimetres, with a note")
  func withoutUnit() throws {
    var file = NIfTIBytes()
    file.units = 0
    file.pixdim = [1, 1, 1, 1, 1, 1, 1, 1]
    file.rows = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    let own = try read(file.bytes, named: "a.nii").header
    #expect(own.grid.unit == .pixels && own.orientation == nil && own.notes.isEmpty)
    let asked = ReadingChoices(affine: .pixdim)
    #expect(try read(file.bytes, named: "a.nii", choices: asked).header.grid.unit == .millimetres)
    // Other programs leave the form empty, or know the size of a voxel.
    file.rows = [Double](repeating: 0, count: 12)
    let other = try read(file.bytes, named: "a.nii").header
    #expect(other.grid.unit == .millimetres && other.notes == [.unitAssumed])
    file.pixdim = [1, 0.5, 0.5, 2, 1, 1, 1, 1]
    file.rows = [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2, 0]
    let sized = try read(file.bytes, named: "a.nii").header
    #expect(sized.grid.unit == .millimetres && sized.notes == [.unitAssumed])
    file.units = 2
    #expect(try read(file.bytes, named: "a.nii").header.notes.isEmpty)
    file.units = 0
    file.sformCode = 1
    #expect(try read(file.bytes, named: "a.nii").header.notes.isEmpty)
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
