import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Refused writing")
struct RefusedWritingTests {
  private let plane = Grid(size: GridSize(width: 2, height: 1), affine: .identity, unit: .pixels)

  private func message(_ url: URL, _ body: () throws -> Void) -> String? {
    #expect(throws: (any Error).self) { try body() }.map { "\($0)" }?
      .replacingOccurrences(of: url.deletingLastPathComponent().path + "/", with: "")
  }

  @Test("says which format cannot hold what")
  func formats() throws {
    let url = URL(filePath: "/nowhere/a.png")
    let image = Volume(grid: plane, voxels: [0, 1])
    #expect(
      message(url) { try ScanFile.write(image, datatype: .float32, to: url) }
        == "a.png: cannot be written: a PNG cannot store 1 channel of float32 (possible: 1 to 4 of uint8 or "
        + "uint16); write .nii.gz or .tif, or convert the values to uint16")
    #expect(
      message(url) { try ScanFile.writeLabels([-1, 0], grid: plane, to: url) }
        == "a.png: cannot be written: value -1 is out of range for uint16; choose a wider datatype")
    let pair = URL(filePath: "/nowhere/a.img")
    #expect(
      message(pair) { try ScanFile.write(image, datatype: .uint8, to: pair) }
        == "a.img: cannot be written: NIfTI files with this extension are read-only; write .nii.gz or .nii")
    #expect(
      message(url) { try ScanFile.writeLabels([Int](repeating: 0, count: 24), grid: obliqueGrid, to: url) }
        == "a.png: cannot be written: the volume has 2 slices, a PNG can store 1; write .nii.gz instead")
    let other = URL(filePath: "/nowhere/a.jpg")
    #expect(
      message(other) { try ScanFile.write(image, datatype: .uint8, to: other) }?
        .hasPrefix("a.jpg: cannot be written: unknown file extension; expected .nii.gz, .nii")
        == true)
  }

  @Test("into a folder that is missing, over a folder or over a device leaves nothing behind")
  func places() throws {
    try withScratchFolder { folder in
      let missing = folder.appending(path: "missing/a.nii.gz")
      #expect(
        message(missing) { try ScanFile.writeLabels([0, 1], grid: plane, to: missing) }
          == "a.nii.gz: cannot create: No such file or directory; check the path: its folder must exist")
      let taken = folder.appending(path: "b.nii")
      try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
      #expect(
        message(taken) { try ScanFile.writeLabels([0, 1], grid: plane, to: taken) }
          == "b.nii: is a folder or a device; choose the path of a file")
      let device = folder.appending(path: "c.png")
      try FileManager.default.createSymbolicLink(at: device, withDestinationURL: URL(filePath: "/dev/full"))
      #expect(
        message(device) { try ScanFile.writeLabels([0, 1], grid: plane, to: device) }
          == "c.png: is a folder or a device; choose the path of a file")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["b.nii", "c.png"])
    }
  }

  @Test("puts a file in the place of a symbolic link, and keeps what the link leads to")
  func links() throws {
    try withScratchFolder { folder in
      let (file, link) = (folder.appending(path: "a.nii"), folder.appending(path: "b.nii"))
      try ScanFile.writeLabels([0, 1], grid: plane, to: file)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      try ScanFile.writeLabels([1, 1], grid: plane, to: link)
      #expect(try ScanFile.read(file).volume.voxels == [0, 1])
      #expect(try ScanFile.read(link).volume.voxels == [1, 1])
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
      #expect(message("a.nii") == "a.nii: file not found; check the path")
      #expect(message("a.png") == "a.png: file not found; check the path")
      try FileManager.default.createDirectory(at: folder.appending(path: "b.nii"), withIntermediateDirectories: false)
      #expect(
        message("b.nii")
          == "b.nii: cannot be read (it is a folder); check its permissions, and that it is a regular file")
      #expect(message("c.txt")?.hasPrefix("c.txt: unknown file extension; expected .nii") == true)
    }
  }

  @Test("of PNG tells text, truncated files, damage and absurd sizes apart")
  func png() throws {
    #expect(
      try refusal(Array("Hello\nworld".utf8), named: "a.png")
        == "a.png: not a PNG file: it begins with the text \"Hello\"; rename or replace it")
    let bytes = try Array(Data(contentsOf: Golden.folder.appending(path: "grey8.png")))
    for count in 0..<bytes.count { #expect(try refusal(Array(bytes[..<count]), named: "a.png") != nil) }
    #expect(
      try refusal(Array(bytes.dropLast(14)), named: "a.png")
        == "a.png: truncated after 138 bytes; copy or download it again")
    var damaged = bytes
    damaged[bytes.count - 13] ^= 0xff
    #expect(
      try refusal(damaged, named: "a.png")
        == "a.png: damaged (IDAT: CRC error); copy or download it again")
    #expect(
      try refusal(resized(bytes, to: 60_000), named: "a.png")
        == "a.png: damaged: the header declares 3600000000 bytes of data; a file of this size can contain at most "
        + "\(bytes.count * 1032). Copy or export it again")
    #expect(
      try refusal(resized(bytes, to: 1 << 30), named: "a.png")
        == "a.png: damaged (Invalid IHDR data); copy or download it again")
  }

  /// A PNG whose header, checksum and all, says that it has `side` pixels along each side.
  private func resized(_ bytes: [UInt8], to side: Int) -> [UInt8] {
    func bigEndian(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
    var bytes = bytes
    bytes.replaceSubrange(16..<24, with: bigEndian(UInt32(side)) + bigEndian(UInt32(side)))
    bytes.replaceSubrange(29..<33, with: bigEndian(crc32(Array(bytes[12..<29]))))
    return bytes
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
    #expect(ScanFormat.baseName(of: "case.img.gz") == "case")
    #expect(ScanFormat.writtenName(of: "case.img.gz") == "case.nii.gz")
    #expect(ScanFormat.writtenName(of: "case.nii") == "case.nii")
    #expect(ScanFormat.baseName(of: "case.txt") == "case.txt")
  }
}
