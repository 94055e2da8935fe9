import CNIfTI
import Foundation
import Volumes

/// The stored voxels of a NIfTI scan, which are read once from the first to the last.
final class VoxelBytes {
  /// The bytes before the voxels, in a file that holds the header too.
  let before: [UInt8]
  private let file: String
  private let input: GzipInput
  private let header: NIfTIHeader
  /// The first voxels' bytes, where they came with the header.
  private var surplus: [UInt8]

  /// The voxels of a file that begins with the header, of which `head` has been read.
  ///
  /// - Throws: `ScanError.tooLarge`, `.truncated`, `.damaged`, `.unreadable`.
  init(_ input: GzipInput, _ head: [UInt8], _ header: NIfTIHeader, file: String) throws {
    (self.file, self.input, self.header) = (file, input, header)
    try Self.checkLength(header, input, file: file)
    let between = header.voxelOffset - head.count
    before = between > 0 ? head + (try input.read(upTo: between)) : Array(head.prefix(header.voxelOffset))
    guard before.count == header.voxelOffset else {
      throw ScanError.truncated(
        file: file, expectedBytes: header.voxelOffset + header.voxelByteCount, foundBytes: before.count)
    }
    surplus = Array(head.dropFirst(header.voxelOffset))
  }

  /// The voxels of a file of their own.
  ///
  /// - Throws: `ScanError.notFound`, `.tooLarge`, `.truncated`, `.damaged`, `.unreadable`.
  init(_ url: URL, _ header: NIfTIHeader) throws {
    (file, self.header, before, surplus) = (url.path, header, [], [])
    input = try GzipInput(path: url.path)
    try Self.checkLength(header, input, file: file)
    try skip(header.voxelOffset)
  }

  /// Passes bytes over.
  ///
  /// - Throws: `ScanError.truncated`, `.damaged`, `.unreadable`.
  func skip(_ count: Int) throws {
    let held = min(count, surplus.count)
    surplus.removeFirst(held)
    guard try input.skip(count - held) == count - held else { throw truncation() }
  }

  /// Reads values piece by piece, so that stored bytes and floats never stand side by side in full; returns how many are
  /// not finite.
  ///
  /// - Throws: `ScanError.truncated`, `.damaged`, `.unreadable`.
  func load(count: Int, slope: Double, intercept: Double, into sink: inout VoxelSink) throws -> Int {
    let sampleBytes = header.datatype.byteCount
    var chunk = [UInt8](repeating: 0, count: max(Self.chunkBytes, surplus.count))
    chunk.replaceSubrange(0..<surplus.count, with: surplus)
    var filled = surplus.count
    var done = 0
    var nonFinite = 0
    while done < count {
      let wanted = min(Self.chunkBytes, (count - done) * sampleBytes)
      if filled < wanted {
        filled += try chunk.withUnsafeMutableBytes { try input.read(into: .init(rebasing: $0[filled..<wanted])) }
      }
      guard filled >= wanted else { throw truncation() }
      let samples = wanted / sampleBytes
      nonFinite += sink.write(samples) { values in
        cnifti_load_samples(
          chunk, header.datatype.sample, header.form.isSwapped ? 1 : 0, slope, intercept, samples, values)
      }
      done += samples
      filled = 0
    }
    surplus = []
    return nonFinite
  }

  /// Reads stored values, and puts their bytes into the machine's order.
  ///
  /// - Throws: `ScanError.truncated`, `.damaged`, `.unreadable`.
  func load(byteCount: Int) throws -> [UInt8] {
    let held = surplus.prefix(byteCount)
    var bytes = try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
      let all = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<byteCount]))
      all.copyBytes(from: held)
      initialized = held.count + (try input.read(into: .init(rebasing: all[held.count...])))
    }
    guard bytes.count == byteCount else { throw truncation() }
    surplus = []
    if header.form.isSwapped { bytes.reverseWords(of: header.datatype.byteCount) }
    return bytes
  }

  /// Reads on to the end of a compressed file for the sake of the checksum behind it.
  ///
  /// - Throws: `ScanError.damaged`; `.headerInvalid` where very much is left over.
  func verifyRest(size: GridSize) throws {
    guard try input.verifyRest(limit: Self.largestRest) else {
      throw ScanError.headerInvalid(
        file: file, field: "dim", found: "\(size)",
        expected: "a size that matches the data: more than \(Self.largestRest) bytes remain")
    }
  }

  private static let chunkBytes = 1 << 18
  private static let largestRest = 1 << 26

  private func truncation() -> ScanError {
    .truncated(file: file, expectedBytes: header.voxelOffset + header.voxelByteCount, foundBytes: input.position)
  }

  /// Compares the size that the header declares with what the file can contain: deflate compresses by at most 1032.
  private static func checkLength(_ header: NIfTIHeader, _ input: GzipInput, file: String) throws {
    let declared = header.voxelOffset + header.voxelByteCount
    if input.isCompressed {
      let limit = input.fileByteCount * 1032
      guard declared <= limit else {
        throw ScanError.tooLarge(file: file, declaredBytes: declared, limitBytes: limit)
      }
    } else if declared > input.fileByteCount {
      throw ScanError.truncated(file: file, expectedBytes: declared, foundBytes: input.fileByteCount)
    }
  }
}

extension [UInt8] {
  /// Turns the bytes of each word round.
  fileprivate mutating func reverseWords(of byteCount: Int) {
    guard byteCount > 1 else { return }
    withUnsafeMutableBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: byteCount) { bytes[start..<start + byteCount].reverse() }
    }
  }

  /// Interleaves consecutive parts, element by element.
  func interleaved(parts: Int, elementBytes: Int) -> [UInt8] {
    let partBytes = count / parts
    return withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: count) { result, initialized in
        let result = UnsafeMutableRawBufferPointer(result)
        for part in 0..<parts {
          for index in 0..<partBytes / elementBytes {
            (result.baseAddress! + (index * parts + part) * elementBytes).copyMemory(
              from: source.baseAddress! + part * partBytes + index * elementBytes, byteCount: elementBytes)
          }
        }
        initialized = count
      }
    }
  }
}

/// Where the values of voxels go: side by side for each voxel, though a file holds one frame behind the other.
struct VoxelSink {
  private let values: UnsafeMutableBufferPointer<Float>
  private let perFrame: Int
  private let components: Int
  private let frames: Int
  private var written = 0
  private var piece: [Float] = []

  /// A sink for `frames` frames of `perFrame` values, `components` of them side by side for a voxel.
  init(values: UnsafeMutableBufferPointer<Float>, perFrame: Int, components: Int, frames: Int) {
    (self.values, self.perFrame, self.components, self.frames) = (values, perFrame, components, frames)
  }

  /// Takes the next `count` values, which `load` puts where it is told.
  mutating func write(_ count: Int, _ load: (UnsafeMutablePointer<Float>) -> Int) -> Int {
    guard let base = values.baseAddress else { return 0 }
    defer { written += count }
    guard frames > 1 else { return load(base + written) }
    if piece.count < count { piece = [Float](repeating: 0, count: count) }
    let result = piece.withUnsafeMutableBufferPointer { $0.baseAddress.map(load) ?? 0 }
    piece.withUnsafeBufferPointer { piece in
      if let from = piece.baseAddress { spread(from, count, into: base) }
    }
    return result
  }

  private func spread(_ piece: UnsafePointer<Float>, _ count: Int, into base: UnsafeMutablePointer<Float>) {
    let channels = components &* frames
    for index in 0..<count {
      let (frame, place) = (written &+ index).quotientAndRemainder(dividingBy: perFrame)
      let (voxel, component) = place.quotientAndRemainder(dividingBy: components)
      base[voxel &* channels &+ frame &* components &+ component] = piece[index]
    }
  }
}
