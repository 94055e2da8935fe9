import CAllocationCounter
import Foundation
import ScanIO
import Testing
import Volumes

/// A small seeded generator for damage.
private struct Damage {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((bits ^ (bits >> 31)) % UInt64(bound))
  }

  /// A few bytes changed; now and then the end is cut off, or a piece stands twice.
  mutating func inflict(on bytes: [UInt8]) -> [UInt8] {
    var damaged = bytes
    for _ in 0...next(below: 4) { damaged[next(below: damaged.count)] = UInt8(next(below: 256)) }
    switch next(below: 8) {
    case 0: damaged.removeLast(next(below: damaged.count))
    case 1:
      let start = next(below: damaged.count)
      damaged += damaged[start...]
    default: break
    }
    return damaged
  }
}

/// A few damaged files of each format; `scripts/fuzz.sh` reads as many as it is told.
@Suite("Damaged files")
struct MutationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let mutationCount = environment["SEGMENT_FUZZ_MUTATIONS"].flatMap { Int($0) } ?? 2000
  private static let seed = environment["SEGMENT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 0

  /// How many bytes a read takes at once for a byte of a file: what the compression can make of it, as floats.
  private enum Growth {
    /// Deflate, and samples of 8 bits or more.
    static let nifti = 1032 * 4
    /// Deflate, and samples of a bit, which a palette makes four of.
    static let png = 1032 * 8 * 4 * 4
    /// Zstandard and LERC; samples of a bit.
    static let tiff = (1 << 15) * 8 * 4
    /// JPEG-LS and RLE.
    static let dicom = 1032 * 8 * 4
  }

  @Test("of NIfTI never crash a read, and every refusal is a scan error")
  func nifti() throws {
    let names = try Golden.expectations("nifti.json").map(\.name)
    let scans = try names.map { try Array(Data(contentsOf: Golden.folder.appending(path: $0))) } + realScans()
    let made = [1, 2].flatMap { version in [false, true].map { NIfTIBytes(version: version, isBigEndian: $0).bytes } }
    try fuzz("a.nii.gz", seed: 1, growth: Growth.nifti) { damage, round in
      switch round % 3 {
      case 0: damage.inflict(on: damage.one(of: scans))
      case 1: damage.inflict(on: damage.one(of: made))
      default: gzipped(damage.inflict(on: damage.one(of: made)))
      }
    }
  }

  @Test("of NIfTI pairs and Analyze never crash a read, the header or the voxels damaged")
  func pairs() throws {
    let folder = Golden.folder.appending(path: "forms")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
      $0.hasSuffix(".hdr")
    }
    let pairs = try names.map { name in
      try [name, name.dropLast(4) + ".img"].map { try Array(Data(contentsOf: folder.appending(path: $0))) }
    }
    try withScratchFolder { folder in
      let image = folder.appending(path: "a.img")
      try fuzz("a.hdr", in: folder, seed: 4, growth: Growth.nifti) { damage, round in
        let pair = damage.one(of: pairs)
        // The bounds count the bytes of both files.
        let voxels = round % 4 == 0 ? damage.inflict(on: pair[1]) : pair[1]
        try Data(round % 2 == 0 ? voxels : gzipped(voxels)).write(to: image)
        return round % 4 == 0 ? pair[0] : damage.inflict(on: pair[0])
      }
    }
  }

  @Test("of PNG never crash a read, and every refusal is a scan error")
  func png() throws {
    let names = try Golden.expectations("png.json").map(\.name)
    let scans = try names.map { try Array(Data(contentsOf: Golden.folder.appending(path: $0))) }
    try fuzz("a.png", seed: 2, growth: Growth.png) { damage, _ in damage.inflict(on: damage.one(of: scans)) }
  }

  @Test("of TIFF never crash a read, and every refusal is a scan error")
  func tiff() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Golden.folder.path).filter { $0.hasSuffix(".tif") }
    let scans = try names.sorted().map { try Array(Data(contentsOf: Golden.folder.appending(path: $0))) }
    let made = [false, true].map { TIFFBytes(pageCount: 3, isBigEndian: $0).bytes }
    try fuzz("a.tif", seed: 3, growth: Growth.tiff) { damage, round in
      damage.inflict(on: damage.one(of: round % 2 == 0 ? scans : made))
    }
  }

  @Test("of DICOM never crash a read, and every refusal is a scan error")
  func dicom() throws {
    let folder = Golden.folder.appending(path: "dicom")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    let scans = names.compactMap { try? Data(contentsOf: folder.appending(path: $0)) }.map { Array($0) }
      .filter { $0.count > 200 }
    #expect(scans.count > 80)
    try fuzz("a.dcm", seed: 5, growth: Growth.dicom) { damage, _ in
      // The preamble says nothing: what is behind it is damaged.
      let scan = damage.one(of: scans)
      return Array(scan[..<132]) + damage.inflict(on: Array(scan[132...]))
    }
  }

  /// Real scans, where there are some.
  private func realScans() throws -> [[UInt8]] {
    guard let data = Self.environment["SEGMENT_DATA"] else { return [] }
    let folder = URL(filePath: data).appending(path: "hippocampus/imagesTr")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().prefix(10)) ?? []
    return try names.map { try Array(Data(contentsOf: folder.appending(path: $0))) }
  }

  private func fuzz(
    _ name: String, in folder: URL? = nil, seed: UInt64, growth: Int, _ next: (inout Damage, Int) throws -> [UInt8]
  ) throws {
    guard let folder else {
      return try withScratchFolder { try fuzz(name, in: $0, seed: seed, growth: growth, next) }
    }
    var damage = Damage(seed: seed &+ (Self.seed << 8))
    let url = folder.appending(path: name)
    for round in 0..<Self.mutationCount {
      let bytes = try next(&damage, round)
      try Data(bytes).write(to: url)
      forget_largest_allocation()
      do {
        let scan = try ScanFile.read(url)
        #expect(scan.volume.voxels.count == scan.header.grid.size.count * scan.header.channels)
      } catch is ScanError {}
      let largest = Int(largest_allocation_of_this_thread())
      let fileBytes = try ScanFile.parts(of: url).reduce(0) { try $0 + Data(contentsOf: $1).count }
      #expect(largest <= (4 << 20) + growth * fileBytes, "round \(round): \(largest) of \(fileBytes) bytes")
    }
  }
}

extension Damage {
  fileprivate mutating func one<Element>(of elements: [Element]) -> Element { elements[next(below: elements.count)] }
}
