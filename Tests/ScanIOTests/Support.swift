import Foundation
import ScanIO
import Testing
import Volumes

/// Runs a body with the path of a new folder, which is removed afterwards.
func withScratchFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "scan-io-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The folder of golden scans, and what they hold.
enum Golden {
  /// What a scan holds.
  struct Expected: Decodable {
    let size: [Int]
    let affine: [[Double]]?
    let affine_source: String?
    let orientation: String?
    let channels: Int?
    let datatype: String
    let description: String?
    let spacing: [Double]?
    let frames: Int?
    let values: [Float]
    /// Of a palette: red, green, blue and alpha.
    let colours: [Float]?
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden/scans")

  static func expectations(_ name: String) throws -> [(name: String, expected: Expected)] {
    let data = try Data(contentsOf: folder.appending(path: name))
    return try JSONDecoder().decode([String: Expected].self, from: data).sorted { $0.key < $1.key }
      .map { (name: $0.key, expected: $0.value) }
  }
}

/// The bytes of a NIfTI file made field by field: 3x2x2 int16 voxels 0 to 11, unless a test says otherwise.
struct NIfTIBytes {
  var version = 1
  var isBigEndian = false
  var dim: [Int] = [3, 3, 2, 2, 1, 1, 1, 1]
  var pixdim: [Double] = [1, 1, 1, 1, 1, 1, 1, 1]
  var datatype = 4
  var bitpix = 16
  var voxelOffset: Double?
  var slope = 0.0
  var intercept = 0.0
  var units = 2
  var qformCode = 0
  var sformCode = 0
  var quaternion: [Double] = [0, 0, 0]
  var offset: [Double] = [0, 0, 0]
  var rows: [Double] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
  var magic: [UInt8]?
  var voxels: [UInt8]?

  /// The whole file's bytes.
  var bytes: [UInt8] {
    let count = version == 1 ? 348 : 540
    var file = [UInt8](repeating: 0, count: count + 4)
    put(Int32(count), at: 0, in: &file)
    version == 1 ? putFields1(in: &file) : putFields2(in: &file)
    let sample = (0..<12).flatMap { value -> [UInt8] in
      withUnsafeBytes(of: isBigEndian ? Int16(value).bigEndian : Int16(value).littleEndian) { Array($0) }
    }
    return file + (voxels ?? sample)
  }

  private func putFields1(in file: inout [UInt8]) {
    for (index, size) in dim.enumerated() { put(Int16(truncatingIfNeeded: size), at: 40 + 2 * index, in: &file) }
    put(Int16(datatype), at: 70, in: &file)
    put(Int16(bitpix), at: 72, in: &file)
    let floats: [(Int, [Double])] = [
      (76, pixdim), (108, [voxelOffset ?? 352, slope, intercept]), (256, quaternion + offset), (280, rows),
    ]
    for (start, values) in floats {
      for (index, value) in values.enumerated() {
        put(Float(value).bitPattern, at: start + 4 * index, in: &file)
      }
    }
    file[123] = UInt8(units)
    put(Int16(qformCode), at: 252, in: &file)
    put(Int16(sformCode), at: 254, in: &file)
    file.replaceSubrange(344..<348, with: magic ?? Array("n+1\0".utf8))
  }

  private func putFields2(in file: inout [UInt8]) {
    file.replaceSubrange(4..<12, with: magic ?? Array("n+2\0\r\n\u{1a}\n".utf8))
    put(Int16(datatype), at: 12, in: &file)
    put(Int16(bitpix), at: 14, in: &file)
    for (index, size) in dim.enumerated() { put(Int64(size), at: 16 + 8 * index, in: &file) }
    put(Int64(voxelOffset ?? 544), at: 168, in: &file)
    let doubles: [(Int, [Double])] = [
      (104, pixdim), (176, [slope, intercept]), (352, quaternion + offset), (400, rows),
    ]
    for (start, values) in doubles {
      for (index, value) in values.enumerated() { put(value.bitPattern, at: start + 8 * index, in: &file) }
    }
    put(Int32(qformCode), at: 344, in: &file)
    put(Int32(sformCode), at: 348, in: &file)
    put(Int32(units), at: 500, in: &file)
  }

  private func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int, in file: inout [UInt8]) {
    let ordered = isBigEndian ? number.bigEndian : number.littleEndian
    withUnsafeBytes(of: ordered) { file.replaceSubrange(offset..<offset + $0.count, with: $0) }
  }
}

/// A gzip file that holds bytes as they are, in stored blocks.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
  let starts = bytes.isEmpty ? [0] : Array(stride(from: 0, to: bytes.count, by: 65535))
  for start in starts {
    let block = bytes[start..<min(start + 65535, bytes.count)]
    file.append(start == starts.last ? 1 : 0)
    for number in [UInt16(block.count), ~UInt16(block.count)] {
      withUnsafeBytes(of: number.littleEndian) { file += $0 }
    }
    file += block
  }
  for number in [crc32(bytes), UInt32(bytes.count)] { withUnsafeBytes(of: number.littleEndian) { file += $0 } }
  return file
}

/// The checksum of gzip and PNG.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  var sum = ~UInt32(0)
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1 }
  }
  return ~sum
}

/// Writes bytes under a name, and reads them as a scan.
func read(_ bytes: [UInt8], named name: String, choices: ReadingChoices = ReadingChoices()) throws -> Scan {
  try withScratchFolder { folder in
    let url = folder.appending(path: name)
    try Data(bytes).write(to: url)
    return try ScanFile.read(url, choices: choices)
  }
}

/// The error that reading bytes under a name meets, told without the folder; nil where there is none.
func refusal(_ bytes: [UInt8], named name: String) throws -> String? {
  do {
    _ = try read(bytes, named: name)
    return nil
  } catch let error as ScanError {
    return error.description.replacingOccurrences(
      of: URL(filePath: error.file).deletingLastPathComponent().path + "/", with: "")
  }
}

/// The bytes of a TIFF file made tag by tag: a page of 3x2 uint8 samples 0 to 5, unless a test says otherwise.
struct TIFFBytes {
  /// One page's tags of four bytes, by their numbers; StripOffsets (273) is set when the file is made.
  var tags: [Int: Int] = [256: 3, 257: 2, 258: 8, 259: 1, 262: 1, 273: 0, 277: 1, 278: 2, 279: 6, 284: 1]
  var pageCount = 1
  var description = ""
  var pixels: [UInt8] = [0, 1, 2, 3, 4, 5]
  /// The place that the last page names as the next one.
  var last = 0
  var isBigEndian = false

  /// Where the directory of a page stands.
  func place(ofPage page: Int) -> Int { 8 + textBytes + pixels.count + pixels.count % 2 + page * directoryBytes }

  private var textBytes: Int { description.utf8.count + 2 - description.utf8.count % 2 }
  private var directoryBytes: Int { 2 + 12 * (tags.count + 1) + 4 }

  /// The whole file's bytes.
  var bytes: [UInt8] {
    var file = Array((isBigEndian ? "MM" : "II").utf8) + number(42, 2) + number(place(ofPage: 0), 4)
    file += Array(description.utf8) + [UInt8](repeating: 0, count: textBytes - description.utf8.count)
    file += pixels + [UInt8](repeating: 0, count: pixels.count % 2)
    for page in 0..<pageCount {
      var entries = tags.map { (tag: $0.key, type: 4, count: 1, value: $0.key == 273 ? 8 + textBytes : $0.value) }
      entries.append((270, 2, max(5, description.utf8.count + 1), 8))
      file += number(entries.count, 2)
      for entry in entries.sorted(by: { $0.tag < $1.tag }) {
        file += number(entry.tag, 2) + number(entry.type, 2) + number(entry.count, 4) + number(entry.value, 4)
      }
      file += number(page + 1 < pageCount ? place(ofPage: page + 1) : last, 4)
    }
    return file
  }

  private func number(_ value: Int, _ width: Int) -> [UInt8] {
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBigEndian ? bytes.reversed() : bytes
  }
}

/// A grid that is neither isotropic nor along the axes of the world.
let obliqueGrid = Grid(
  size: GridSize(width: 4, height: 3, depth: 2),
  affine: Affine(
    i: SIMD3(0.75, 0.25, 0), j: SIMD3(-0.5, 1.5, 0), k: SIMD3(0, 0.125, 3), translation: SIMD3(-10.5, 20.25, 3)),
  unit: .millimetres)
