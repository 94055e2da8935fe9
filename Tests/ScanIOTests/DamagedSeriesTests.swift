import Foundation
import ScanIO
import TestSupport
import Testing

@Suite("Folders of DICOM with files that cannot be read")
struct DamagedSeriesTests {
  /// What may be wrong with a file.
  enum Damage: String, CaseIterable {
    case empty, zeros, cutInHeader, cutInPixels, withoutPixels, noise, page, danglingLink

    /// Damages a file.
    func apply(to url: URL) throws {
      var bytes = try Array(Data(contentsOf: url))
      switch self {
      case .empty: bytes = []
      case .zeros: bytes = [UInt8](repeating: 0, count: bytes.count)
      case .cutInHeader: bytes.removeLast(bytes.count - 300)
      case .cutInPixels: bytes.removeLast(10)
      case .withoutPixels:
        let start = try #require(bytes.indices.last { bytes[$0...].starts(with: [0xe0, 0x7f, 0x10, 0x00]) })
        bytes.removeLast(bytes.count - start)
      case .noise: bytes = (0..<bytes.count).map { UInt8(truncatingIfNeeded: 128 + $0 * 37 % 127) }
      case .page: bytes = Array("<html>Log in first</html>\n".utf8)
      case .danglingLink:
        try FileManager.default.removeItem(at: url)
        try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: "/nowhere/slice")
        return
      }
      try Data(bytes).write(to: url)
    }
  }

  /// A copy of the golden series in a new folder, its files named `slice<number><ending>`.
  private func withSeries(_ ending: String, _ body: (URL) throws -> Void) throws {
    try withScratchFolder { folder in
      for number in 0..<4 {
        try FileManager.default.copyItem(
          at: dicomFolder.appending(path: "axial/\(number).dcm"),
          to: folder.appending(path: "slice\(number)\(ending)"))
      }
      try body(folder)
    }
  }

  private func error(_ folder: URL) -> String {
    do {
      _ = try ScanFile.read(folder)
      return "nothing was thrown"
    } catch {
      return "\(error)"
    }
  }

  @Test("are refused, whatever is wrong and wherever it is, and the file is named", arguments: Damage.allCases)
  func refused(_ damage: Damage) throws {
    for ending in [".dcm", "", ".IMA"] where !(damage == .page && ending.isEmpty) {
      for number in 0..<4 {
        try withSeries(ending) { folder in
          let name = "slice\(number)\(ending)"
          try damage.apply(to: folder.appending(path: name))
          let message = error(folder)
          #expect(message.contains("cannot be read, and the series may lack its slice: \(name) ("), "\(message)")
          #expect(message.hasSuffix("or skip them with 'skip_unreadable: true'"))
        }
      }
    }
  }

  @Test("are read without them where that is asked for, with a warning that names them", arguments: Damage.allCases)
  func skipped(_ damage: Damage) throws {
    for number in [0, 3] {
      try withSeries(".dcm") { folder in
        let whole = try ScanFile.read(folder).volume
        try damage.apply(to: folder.appending(path: "slice\(number).dcm"))
        let scan = try ScanFile.read(folder, choices: ReadingChoices(skipsUnreadable: true))
        // The golden series lies in the order of its names or against it.
        #expect([Array(whole.voxels[..<36]), Array(whole.voxels[12...])].contains(scan.volume.voxels))
        #expect(scan.header.notes.count == 1 && scan.header.notes[0].isWarning)
        #expect("\(scan.header.notes[0])".contains("the scan may lack slices: slice\(number).dcm ("))
      }
    }
  }

  @Test("as their names are not in UTF-8 are refused or skipped as damaged ones are, whatever the names of the others")
  func otherEncodings() throws {
    for ending in ["", ".dcm"] {
      try withSeries(ending) { folder in
        let slice = folder.appending(path: "slice3\(ending)")
        let bytes = try Data(contentsOf: slice)
        try FileManager.default.removeItem(at: slice)
        write(bytes, toFileNamed: [0xE9] + Array("chantillon\(ending)".utf8), in: folder)
        write(Data("text".utf8), toFileNamed: [0xE9, 0x74, 0xE9], in: folder)
        #expect(
          error(folder).contains(
            #"the series may lack its slice: \xe9chantillon\#(ending) (its name is not in UTF-8: rename the file); "#))
        let scan = try ScanFile.read(folder, choices: ReadingChoices(skipsUnreadable: true))
        #expect(scan.volume.grid.size.depth == 3)
        #expect(scan.header.notes.map(\.isWarning) == [true, false])
        #expect("\(scan.header.notes[1])".hasSuffix(#"skipped: \xe9t\xe9"#))
      }
    }
  }

  @Test("as no name is in UTF-8 are a series nevertheless")
  func onlyOtherEncodings() throws {
    try withScratchFolder { folder in
      let bytes = try Data(contentsOf: dicomFolder.appending(path: "axial/0.dcm"))
      write(bytes, toFileNamed: [0xE9], in: folder)
      #expect(ScanFile.isSeriesFolder(folder))
      #expect(error(folder).contains(#"the series may lack its slice: \xe9 ("#))
    }
  }

  @Test("are refused for several files at once, each named with what is wrong")
  func several() throws {
    try withSeries("") { folder in
      try Damage.empty.apply(to: folder.appending(path: "slice3"))
      try Damage.zeros.apply(to: folder.appending(path: "slice0"))
      #expect(
        error(folder).contains(
          "2 files in it cannot be read, and the series may lack their slices: slice0 (it begins with zeros), "
            + "slice3 (empty); "))
    }
  }

  @Test("that have nothing to do with the series are read, and the files are listed")
  func others() throws {
    try withSeries("") { folder in
      let whole = try ScanFile.read(folder).volume.voxels
      let objects = dicomFolder.appending(path: "refused/objects")
      try FileManager.default.copyItem(
        at: objects.appending(path: "structures.dcm"), to: folder.appending(path: "structures.dcm"))
      let files: [(name: String, text: String)] = [
        ("README", "what this is"), ("README.txt", ""), (".DS_Store", "\u{0}\u{1}"), ("Thumbs.db", "\u{0}\u{1}"),
        ("notes", ""), ("scan1.json", "{}"),
      ]
      for file in files { try Data(file.text.utf8).write(to: folder.appending(path: file.name)) }
      let scan = try ScanFile.read(folder)
      #expect(scan.volume.voxels == whole)
      #expect(scan.header.notes == [.filesLeftOut((files.map(\.name) + ["structures.dcm"]).sorted())])
      #expect(!scan.header.notes[0].isWarning)
    }
  }

  @Test("of compressed slices are read without one whose pixels are damaged where that is asked for")
  func compressed() throws {
    try withScratchFolder { folder in
      let copy = folder.appending(path: "series")
      try FileManager.default.copyItem(at: dicomFolder.appending(path: "compressed"), to: copy)
      let whole = try ScanFile.read(copy).volume.voxels
      let file = copy.appending(path: "IM0")
      var bytes = try Array(Data(contentsOf: file))
      let end = try #require(bytes.indices.last { bytes[$0...].starts(with: [0xff, 0xd9]) })
      bytes[end + 1] = 0
      try Data(bytes).write(to: file)
      #expect(error(copy).hasPrefix(file.path))
      let scan = try ScanFile.read(copy, choices: ReadingChoices(skipsUnreadable: true))
      #expect([Array(whole[..<36]), Array(whole[12...])].contains(scan.volume.voxels))
      #expect("\(scan.header.notes[0])".contains("IM0 (a compressed frame is truncated)"))
    }
  }

  @Test("with a copy of a slice say that it is a copy")
  func copies() throws {
    try withSeries(".dcm") { folder in
      let slice = folder.appending(path: "slice1.dcm")
      try FileManager.default.copyItem(at: slice, to: folder.appending(path: "slice1_copy.dcm"))
      #expect(
        error(folder) == "\(folder.path)/slice1_copy.dcm: is a copy of slice1.dcm. Expected each slice once; move the "
          + "copy out of the folder")
      try FileManager.default.copyItem(
        at: folder.appending(path: "slice2.dcm"), to: folder.appending(path: "slice2_copy.dcm"))
      #expect(error(folder).contains(", and 2 slices of the series are copies of others. Expected each slice once; "))
    }
  }
}

@Suite("JPEG frames with padding")
struct PaddedFrameTests {
  /// A golden file with other bytes behind its frame's end marker.
  private func padded(_ name: String, _ padding: [UInt8], keepsMarker: Bool = true, evens: Bool = true) throws -> Data {
    let bytes = try Array(Data(contentsOf: dicomFolder.appending(path: name)))
    func last(_ pattern: [UInt8], before end: Int) throws -> Int {
      try #require((0..<end).last { bytes[$0...].starts(with: pattern) })
    }
    let end = try last([0xfe, 0xff, 0xdd, 0xe0], before: bytes.count)
    let item = try last([0xfe, 0xff, 0x00, 0xe0], before: end)
    let marker = try last([0xff, 0xd9], before: end)
    let frame = Array(bytes[item + 8..<marker + (keepsMarker ? 2 : 0)]) + padding
    let length = withUnsafeBytes(of: UInt32(frame.count).littleEndian) { Array($0) }
    return Data(bytes[..<(item + 4)] + length + frame + (frame.count % 2 == 1 && evens ? [0] : []) + bytes[end...])
  }

  private func read(_ data: Data) throws -> [Float] {
    try withScratchFolder { folder in
      let url = folder.appending(path: "frame.dcm")
      try data.write(to: url)
      return try ScanFile.read(url).volume.voxels
    }
  }

  @Test(
    "are read whatever stands behind the end marker, of even and of odd length",
    arguments: ["jpeg.dcm", "rgb_jpeg_ls.dcm", "compressed/IM1", "jpeg_colour.dcm"])
  func padding(_ name: String) throws {
    let expected = try ScanFile.read(dicomFolder.appending(path: name)).volume.voxels
    let paddings: [[UInt8]] = [
      [], [0], [0, 0], [0xff], [0xff, 0xff], [0xff, 0xff, 0xff], [0, 0xff], [0xff, 0], [0x20, 0x20], [1, 2, 3, 4, 5],
    ]
    for padding in paddings {
      for evens in [true, false] {
        #expect(try read(padded(name, padding, evens: evens)) == expected, "\(padding) \(evens)")
      }
      // Bytes that fill the place before a marker are legal too.
      #expect(try read(padded(name, [0xff, 0xff, 0xd9] + padding, keepsMarker: false)) == expected, "\(padding)")
    }
  }

  @Test("are refused without an end marker, whatever fills its place")
  func cut() throws {
    for padding: [UInt8] in [[], [0, 0], [0xff, 0xff], [0xff, 0xff, 0xff]] {
      #expect(throws: ScanError.self) { try read(padded("jpeg.dcm", padding, keepsMarker: false)) }
    }
  }
}
