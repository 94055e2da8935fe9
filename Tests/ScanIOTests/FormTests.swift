import Foundation
import ScanIO
import Testing
import Volumes

/// What nibabel and SciPy say of the scans in `Golden/scans/forms`.
private struct Form: Decodable {
  struct Resampled: Decodable {
    let size: [Int]
    let values: [Float]
  }

  let size: [Int]
  let channels: Int
  let datatype: String
  let affine: [[Double]]
  let affine_source: String
  let orientation: String
  let values: [Float]
  let canonical_affine: [[Double]]?
  let canonical_values: [Float]?
  let order_1: Resampled?
  let order_3: Resampled?

  static let folder = Golden.folder.appending(path: "forms")

  static func all() throws -> [(name: String, form: Form)] {
    let data = try Data(contentsOf: Golden.folder.appending(path: "forms.json"))
    return try JSONDecoder().decode([String: Form].self, from: data).sorted { $0.key < $1.key }
      .map { (name: $0.key, form: $0.value) }
  }

  func read(_ name: String) throws -> Scan {
    let isSeries = name.hasPrefix("channels")
    return try ScanFile.read(
      Self.folder.appending(path: name), choices: ReadingChoices(furtherDimension: isSeries ? .channels : nil))
  }
}

/// Whether an affine is that of three rows of four numbers.
private func isClose(_ affine: Affine, _ rows: [[Double]]) -> Bool {
  let columns = [affine.columns.i, affine.columns.j, affine.columns.k, affine.translation]
  return (0..<3).allSatisfy { row in (0..<4).allSatisfy { abs(columns[$0][row] - rows[row][$0]) < 1e-4 } }
}

@Suite("Every datatype, byte order, version, form and orientation")
struct FormTests {
  @Test("reads as nibabel reads it, by the name of either file of a pair")
  func reading() throws {
    let forms = try Form.all()
    #expect(forms.count == 46)
    for (name, form) in forms {
      let scan = try form.read(name)
      let size = scan.volume.grid.size
      #expect([size.width, size.height, size.depth] == form.size, "\(name)")
      #expect(scan.volume.channels == form.channels && scan.header.channels == form.channels, "\(name)")
      #expect(scan.header.datatype.rawValue == form.datatype, "\(name)")
      #expect(isClose(scan.volume.grid.affine, form.affine), "\(name)")
      #expect(scan.header.affineSource.rawValue == form.affine_source, "\(name)")
      #expect(scan.volume.grid.orientation.description == form.orientation, "\(name)")
      #expect(scan.volume.voxels == form.values, "\(name)")
      for part in ScanFile.parts(of: Form.folder.appending(path: name)) {
        #expect(try form.read(part.lastPathComponent).volume.voxels == form.values, "\(part.lastPathComponent)")
      }
    }
  }

  @Test("turns to RAS as nibabel turns it, and back exactly")
  func orientation() throws {
    for (name, form) in try Form.all() {
      guard let values = form.canonical_values, let affine = form.canonical_affine, form.channels == 1 else { continue }
      let volume = try form.read(name).volume
      let turned = volume.reoriented(to: .ras)
      let read = try ScanFile.read(Form.folder.appending(path: name), turnedTo: .ras)
      #expect(read.volume.voxels == values && read.volume.grid == turned.grid, "\(name)")
      #expect(turned.voxels == values, "\(name)")
      #expect(isClose(turned.grid.affine, affine), "\(name)")
      let back = turned.reoriented(to: volume.grid.orientation)
      #expect(back.voxels == volume.voxels && back.grid.isSameGrid(as: volume.grid, toleranceVoxels: 1e-9), "\(name)")
    }
  }

  @Test("resamples as SciPy does, linear and cubic")
  func resampling() throws {
    for (name, form) in try Form.all() {
      let volume = try form.read(name).volume
      let scale = volume.voxels.reduce(1) { max($0, abs($1)) }
      for (expected, interpolation) in [(form.order_1, Interpolation.linear), (form.order_3, .cubic)] {
        guard let expected else { continue }
        let result = try volume.resampled(toSpacing: SIMD3(1.1, 0.9, 1.3), interpolation: interpolation)
        let size = result.grid.size
        #expect([size.width, size.height, size.depth] == expected.size, "\(name)")
        let error = zip(result.voxels, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(error < 2e-6 * scale, "\(name) \(interpolation)")
      }
    }
  }

  @Test("is written and read back with its values, its affine and its datatype, and accepted by nifti_tool")
  func writing() throws {
    let tool = nifti_tool()
    try withScratchFolder { folder in
      for (name, form) in try Form.all() {
        let scan = try form.read(name)
        // Values that a slope made, and integers that a float cannot tell apart, are written as floats.
        let isWhole = scan.volume.voxels.allSatisfy { $0 == $0.rounded() }
        let datatype = isWhole ? scan.header.datatype : .float32
        let url = folder.appending(path: name.prefix { $0 != "." } + (name.hasSuffix("gz") ? ".nii.gz" : ".nii"))
        try ScanFile.write(scan.volume, datatype: datatype, to: url, like: scan.header)
        let back = try ScanFile.read(
          url, choices: ReadingChoices(furtherDimension: name.hasPrefix("rgba") ? nil : .channels))
        #expect(back.volume.voxels == scan.volume.voxels, "\(name)")
        #expect(back.header.datatype == datatype, "\(name)")
        #expect(isClose(back.volume.grid.affine, form.affine), "\(name)")
        // It checks headers of version 1 alone: nibabel's own of version 2 are no good to it.
        if let tool, !name.contains("nifti2") { #expect(try tool(url).contains("header IS GOOD"), "\(name)") }
      }
    }
  }

  /// What `nifti_tool -check_hdr` prints of a file; nil where the program is not installed.
  private func nifti_tool() -> ((URL) throws -> String)? {
    let path = "/usr/bin/nifti_tool"
    guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
    return { url in
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(filePath: path)
      process.arguments = ["-check_hdr", "-infiles", url.path]
      (process.standardOutput, process.standardError) = (pipe, pipe)
      try process.run()
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return String(decoding: output, as: UTF8.self)
    }
  }
}
