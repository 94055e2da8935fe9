import Foundation
import ScanIO
import Testing
import Volumes

/// The folder of golden DICOM files.
let dicomFolder = Golden.folder.appending(path: "dicom")

@Suite("DICOM scans")
struct DICOMTests {
  @Test("of folders and files read as they were made, whatever their order and compression")
  func golden() throws {
    let cases = try Golden.expectations("dicom.json")
    #expect(cases.count == 24)
    for (name, expected) in cases {
      let url = dicomFolder.appending(path: name)
      let scan = try ScanFile.read(url, choices: ReadingChoices(furtherDimension: .channels))
      let header = scan.header
      #expect(scan.volume.voxels == expected.values, "\(name)")
      #expect(scan.nonFiniteCount == 0)
      #expect(header.format == .dicom)
      #expect(header.datatype.rawValue == expected.datatype, "\(name)")
      #expect(header.channels == expected.channels, "\(name)")
      #expect(header.description == expected.description, "\(name)")
      #expect(header.affineSource.rawValue == expected.affine_source)
      #expect(header.grid.unit == (header.affineSource == .dicom ? .millimetres : .pixels))
      #expect([header.grid.size.width, header.grid.size.height, header.grid.size.depth] == expected.size, "\(name)")
      #expect(try ScanFile.readHeader(url).grid == header.grid)
      let affine = try #require(expected.affine)
      let columns = header.grid.affine.columns
      for row in 0..<3 {
        for (column, own) in [columns.i, columns.j, columns.k, header.grid.affine.translation].enumerated() {
          #expect(abs(own[row] - affine[row][column]) < 1e-6, "\(name)")
        }
      }
    }
  }

  @Test("of one file of a series get a note, the folder of the series gets none")
  func oneSlice() throws {
    let folder = dicomFolder.appending(path: "axial")
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasSuffix(".dcm") })
    let note = ScanNote.oneSliceOfSeries
    #expect(try ScanFile.readHeader(folder.appending(path: name)).notes == [note])
    #expect(note.description == "one slice of a DICOM series, read alone; give the folder to read the whole series")
    #expect(try !ScanFile.readHeader(folder).notes.contains(note))
    #expect(try ScanFile.readHeader(dicomFolder.appending(path: "rgb.dcm")).notes.isEmpty)
  }

  @Test("of lossy colours come as red, green and blue")
  func colours() throws {
    let scan = try ScanFile.read(dicomFolder.appending(path: "jpeg_colour.dcm"))
    #expect(scan.volume.channels == 3)
    let expected: [Float] = [200, 100, 50]
    #expect(scan.volume.voxels.enumerated().allSatisfy { abs($0.element - expected[$0.offset % 3]) <= 3 })
  }

  @Test("of several frames at one place are read frame by frame")
  func frames() throws {
    let url = dicomFolder.appending(path: "clip.dcm")
    #expect(try ScanFile.readHeader(url).frames == 5)
    let all = try ScanFile.read(url, choices: ReadingChoices(furtherDimension: .channels)).volume
    #expect(all.channels == 5)
    let one = try ScanFile.read(url, choices: ReadingChoices(furtherDimension: .frame(3))).volume
    #expect(one.voxels == (0..<12).map { all.voxels[5 * $0 + 3] })
    #expect(throws: ScanError.noSuchFrame(file: url.path, frame: 5, frames: 5)) {
      try ScanFile.read(url, choices: ReadingChoices(furtherDimension: .frame(5)))
    }
    #expect(throws: ScanError.furtherDimension(file: url.path, sizes: [4, 3, 1, 5])) { try ScanFile.read(url) }
  }

  @Test("name their files, leave out others, and read one file as the slice that it is")
  func files() throws {
    let folder = dicomFolder.appending(path: "compressed")
    #expect(ScanFile.parts(of: folder).map(\.lastPathComponent) == ["IM0", "IM1", "IM2", "IM3"])
    #expect(try ScanFile.readHeader(folder).notes == [.filesLeftOut(["notes.txt"])])
    let whole = try ScanFile.read(folder).volume
    let slice = try ScanFile.read(folder.appending(path: "IM2"))
    #expect(slice.volume.voxels == Array(whole.voxels[24..<36]))
    #expect(slice.header.grid.affine.translation == whole.grid.affine(SIMD3(0, 0, 2)))
    #expect(slice.header.grid.size.depth == 1)
    let file = dicomFolder.appending(path: "rgb.dcm")
    #expect(ScanFile.parts(of: file) == [file])
    #expect(ScanFormat(fileName: "a.DCM") == .dicom)
  }

  @Test("are not written")
  func writing() throws {
    let url = URL(filePath: "/nowhere/a.dcm")
    let volume = Volume(
      grid: Grid(size: GridSize(width: 2, height: 1), affine: .identity, unit: .pixels), voxels: [0, 1])
    let error = ScanError.notWritten(file: url.path, format: .dicom)
    #expect(throws: error) { try ScanFile.write(volume, datatype: .uint8, to: url) }
    #expect(throws: error) { try ScanFile.writeLabels([0, 1], grid: volume.grid, to: url) }
    #expect(
      error.description == "/nowhere/a.dcm: cannot be written: DICOM files with this extension are read-only; write "
        + ".nii.gz or .nii")
  }
}
