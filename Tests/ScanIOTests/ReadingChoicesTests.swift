import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Choices of reading")
struct ReadingChoicesTests {
  private func read(_ file: NIfTIBytes, _ choices: ReadingChoices) throws -> Scan {
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.nii")
      try Data(file.bytes).write(to: url)
      return try ScanFile.read(url, choices: choices)
    }
  }

  /// sform and qform that lie 5 mm apart, and voxel sizes.
  private var twoPlaces: NIfTIBytes {
    var file = NIfTIBytes()
    (file.sformCode, file.qformCode) = (1, 1)
    file.rows = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]
    file.pixdim = [1, 2, 2, 2, 1, 1, 1, 1]
    file.offset = [0, 5, 0]
    return file
  }

  @Test("of the affine take the form that is wanted, and a note says where sform and qform disagree")
  func affine() throws {
    let automatic = try read(twoPlaces, ReadingChoices())
    #expect(automatic.volume.grid.affine.translation == .zero && automatic.header.affineSource == .sform)
    #expect(
      automatic.header.notes.map(\.description) == [
        "sform and qform differ: 5 mm (2.5 voxels) apart at a corner, rotated by 0.0 degrees. The sform is used. Use "
          + "'affine: qform' to choose the other"
      ])
    let qform = try read(twoPlaces, ReadingChoices(affine: .qform))
    #expect(qform.volume.grid.affine.translation == SIMD3(0, 5, 0) && qform.header.affineSource == .qform)
    let sizes = try read(twoPlaces, ReadingChoices(affine: .pixdim))
    #expect(sizes.volume.grid.affine == Affine(scale: SIMD3(2, 2, 2)) && sizes.header.notes.isEmpty)
    var agreeing = twoPlaces
    agreeing.offset = [0.1, 0, 0]
    #expect(try read(agreeing, ReadingChoices()).header.notes.isEmpty)
  }

  @Test("of a fourth dimension read all frames as channels, or one; the fifth alone holds channels by the standard")
  func frames() throws {
    var file = NIfTIBytes()
    file.dim = [4, 3, 2, 1, 2, 1, 1, 1]
    let channels = try read(file, ReadingChoices(furtherDimension: .channels))
    #expect(channels.volume.channels == 2 && channels.header.frames == 2)
    #expect(channels.volume.voxels == [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11])
    let second = try read(file, ReadingChoices(furtherDimension: .frame(1)))
    #expect(second.volume.channels == 1 && second.volume.voxels == [6, 7, 8, 9, 10, 11])
    file.dim = [5, 3, 2, 1, 1, 2, 1, 1]
    let vectors = try read(file, ReadingChoices())
    #expect(vectors.volume.voxels == channels.volume.voxels && vectors.header.frames == 1)
  }

  @Test("of a frame that a file has not are refused")
  func noSuchFrame() throws {
    var file = NIfTIBytes()
    file.dim = [4, 3, 2, 1, 2, 1, 1, 1]
    for frame in [2, -1] {
      let error = #expect(throws: ScanError.self) {
        try read(file, ReadingChoices(furtherDimension: .frame(frame)))
      }
      #expect(
        error?.description.hasSuffix("has 2 time points; frame is \(frame), expected 0 to 1") == true)
    }
  }
}
