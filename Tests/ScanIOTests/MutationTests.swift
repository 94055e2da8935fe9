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

@Suite("Damaged files")
struct MutationTests {
  static let mutationCount = 2000

  @Test("of NIfTI never crash a read, and every refusal is a scan error")
  func nifti() throws {
    let names = try Golden.expectations("nifti.json").map(\.name)
    let scans = try names.map { try Array(Data(contentsOf: Golden.folder.appending(path: $0))) }
    let made = [1, 2].flatMap { version in [false, true].map { NIfTIBytes(version: version, isBigEndian: $0).bytes } }
    var damage = Damage(seed: 1)
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.nii.gz")
      for round in 0..<Self.mutationCount {
        switch round % 3 {
        case 0: try readDamaged(damage.inflict(on: scans[damage.next(below: scans.count)]), at: url)
        case 1: try readDamaged(damage.inflict(on: made[damage.next(below: made.count)]), at: url)
        default: try readDamaged(gzipped(damage.inflict(on: made[damage.next(below: made.count)])), at: url)
        }
      }
    }
  }

  @Test("of PNG never crash a read, and every refusal is a scan error")
  func png() throws {
    let names = try Golden.expectations("png.json").map(\.name) + ["palette4.png", "rgb8_transparent.png"]
    let scans = try names.map { try Array(Data(contentsOf: Golden.folder.appending(path: $0))) }
    var damage = Damage(seed: 2)
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.png")
      for _ in 0..<Self.mutationCount {
        try readDamaged(damage.inflict(on: scans[damage.next(below: scans.count)]), at: url)
      }
    }
  }

  @Test("of TIFF never crash a read, and every refusal is a scan error")
  func tiff() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Golden.folder.path).filter { $0.hasSuffix(".tif") }
    let scans = try names.sorted().map { try Array(Data(contentsOf: Golden.folder.appending(path: $0))) }
    let made = [false, true].map { TIFFBytes(pageCount: 3, isBigEndian: $0).bytes }
    var damage = Damage(seed: 3)
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.tif")
      for _ in 0..<Self.mutationCount {
        try readDamaged(damage.inflict(on: scans[damage.next(below: scans.count)]), at: url)
        try readDamaged(damage.inflict(on: made[damage.next(below: made.count)]), at: url)
      }
    }
  }

  @Test("of DICOM never crash a read, and every refusal is a scan error")
  func dicom() throws {
    let folder = Golden.folder.appending(path: "dicom")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    let scans = names.compactMap { try? Data(contentsOf: folder.appending(path: $0)) }.map { Array($0) }
      .filter { $0.count > 200 }
    #expect(scans.count > 80)
    var damage = Damage(seed: 3)
    try withScratchFolder { folder in
      let url = folder.appending(path: "a.dcm")
      for _ in 0..<Self.mutationCount {
        // The preamble says nothing: what is behind it is damaged.
        let scan = scans[damage.next(below: scans.count)]
        try readDamaged(Array(scan[..<132]) + damage.inflict(on: Array(scan[132...])), at: url)
      }
    }
  }

  private func readDamaged(_ bytes: [UInt8], at url: URL) throws {
    try Data(bytes).write(to: url)
    do {
      let scan = try ScanFile.read(url)
      #expect(scan.volume.voxels.count == scan.header.grid.size.count * scan.header.channels)
    } catch is ScanError {}
  }
}
