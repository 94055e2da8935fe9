import CNIfTI
import Foundation
import Machine
import Volumes

/// Reads files of NIfTI and Analyze 7.5. Nothing is allocated for voxels before the header has been checked against the
/// files' lengths.
struct NIfTIReader: ScanReader {
  private let file: String
  private let header: NIfTIHeader
  private let extensions: [NIfTIExtension]
  private let choices: ReadingChoices
  /// The file of the voxels, read up to them.
  private let voxels: VoxelBytes

  /// Opens a file, and reads and checks its header.
  ///
  /// - Throws: `ScanError`.
  init(_ url: URL, choices: ReadingChoices) throws {
    let files = try NIfTIFiles(url)
    file = files.header.path
    self.choices = choices
    let input = try GzipInput(path: file)
    let head = try input.read(upTo: NIfTIHeader.largestByteCount)
    header = try NIfTIHeader(checking: head, file: file)
    if let kind = header.kindWithoutVoxels(fileName: url.lastPathComponent) {
      throw ScanError.notAScan(file: file, kind: kind)
    }
    let beforeVoxels: [UInt8]
    if let image = try files.image(for: header.form.layout) {
      voxels = try VoxelBytes(image, header)
      beforeVoxels = head + (try input.read(upTo: Self.largestExtensions))
    } else {
      voxels = try VoxelBytes(input, head, header, file: file)
      beforeVoxels = voxels.before
    }
    extensions = header.form.layout == .analyze ? [] : Self.extensions(beforeVoxels, header)
    guard !extensions.contains(where: { $0.code == NIfTIHeader.ciftiExtension }) else {
      throw ScanError.notAScan(file: file, kind: NIfTIHeader.cifti)
    }
  }

  /// The bytes of extensions that are kept of a header in a file of its own.
  private static let largestExtensions = 1 << 20

  /// What the file says of its scan.
  ///
  /// - Throws: `ScanError.headerInvalid`.
  func scanHeader() throws -> ScanHeader {
    let (affine, source) = try header.affine(choices.affine, advice: choices.advice, file: file)
    let isVector = header.holdsVectors
    return ScanHeader(
      format: .nifti,
      grid: Grid(size: header.size, affine: affine, unit: header.unit(of: source, choice: choices.affine)),
      channels: header.components * (isVector || choices.furtherDimension == .channels ? header.frames : 1),
      frames: isVector ? 1 : header.frames, datatype: header.datatype, description: header.text, affineSource: source,
      notes: header.notes(on: source),
      nifti: header.form.layout == .analyze ? nil : NIfTISource(fields: header.fields, extensions: extensions))
  }

  /// Reads the voxels; only once.
  ///
  /// - Throws: `MachineError.notEnoughMemory`, `ScanError.furtherDimension`, `.noSuchFrame`, `.truncated`, `.damaged`, `.headerInvalid`, `.unreadable`.
  func scan() throws -> Scan { try scan(by: nil) }

  /// Reads the voxels a few planes at a time, each put where the orientation has it; only once.
  ///
  /// - Throws: As `scan()`.
  func scan(turnedTo orientation: Orientation) throws -> Scan {
    try scan(by: Reorientation(from: scanHeader().grid.orientation, to: orientation))
  }

  /// Reads the voxels as they are stored; only once.
  ///
  /// - Throws: As `scan()`.
  func stored() throws -> StoredScan {
    let scanHeader = try scanHeader()
    let frames = try chosenFrames()
    let frameBytes = header.size.count * header.components * header.datatype.byteCount
    try VoxelMemory.require(stored: frames.count, bytes: ByteCount.product(2, frameBytes), file: file)
    try voxels.skip(frames.lowerBound * frameBytes)
    var bytes = try voxels.load(byteCount: frameBytes * frames.count)
    if frames.upperBound == header.frames { try voxels.verifyRest(size: header.size) }
    if frames.count > 1 {
      bytes = bytes.interleaved(
        parts: frames.count, elementBytes: header.components * header.datatype.byteCount)
    }
    let scaling = try header.scaling(file: file)
    return StoredScan(
      header: scanHeader,
      volume: StoredVolume(
        grid: scanHeader.grid, channels: header.components * frames.count, datatype: header.datatype, bytes: bytes,
        slope: scaling.slope, intercept: scaling.intercept))
  }

  private func scan(by turn: Reorientation?) throws -> Scan {
    let scanHeader = try scanHeader()
    let frames = try chosenFrames()
    let perFrame = header.size.count * header.components
    try voxels.skip(frames.lowerBound * perFrame * header.datatype.byteCount)
    // Several frames are put side by side first, and turned afterwards.
    let turnAtOnce = frames.count == 1 ? turn : nil
    let (values, nonFinite) = try VoxelMemory.reserving(
      file: file, size: header.size, channels: header.components * frames.count,
      further: turn != nil && turnAtOnce == nil ? perFrame * frames.count * MemoryLayout<Float>.stride : 0
    ) { try self.values(perFrame: perFrame, frames: frames.count, turn: turnAtOnce) }
    if frames.upperBound == header.frames { try voxels.verifyRest(size: header.size) }
    var volume = Volume(
      grid: turnAtOnce.map { scanHeader.grid.reoriented(by: $0) } ?? scanHeader.grid,
      channels: header.components * frames.count, voxels: values)
    if let turn, turnAtOnce == nil { volume = volume.reoriented(by: turn) }
    return Scan(header: scanHeader, volume: volume, nonFiniteCount: nonFinite)
  }

  /// Reads the values of frames, a single one turned at once.
  private func values(perFrame: Int, frames: Int, turn: Reorientation?) throws -> ([Float], nonFinite: Int) {
    var nonFinite = 0
    let values = try [Float](unsafeUninitializedCapacity: perFrame * frames) { values, initialized in
      if let turn, !turn.isIdentity {
        nonFinite = try load(turn, into: values)
      } else {
        var sink = VoxelSink(values: values, perFrame: perFrame, components: header.components, frames: frames)
        nonFinite = try load(perFrame * frames, into: &sink)
      }
      initialized = perFrame * frames
    }
    return (values, nonFinite)
  }

  /// Reads the next values; returns how many are not finite.
  private func load(_ count: Int, into sink: inout VoxelSink) throws -> Int {
    let scaling = try header.scaling(file: file)
    return try voxels.load(count: count, slope: scaling.slope, intercept: scaling.intercept, into: &sink)
  }

  /// Reads one frame, some planes at a time, each put where it belongs in the turned volume.
  private func load(_ turn: Reorientation, into values: UnsafeMutableBufferPointer<Float>) throws -> Int {
    guard let result = values.baseAddress else { return 0 }
    let plane = header.size.width * header.size.height * header.components
    let planesAtOnce = min(header.size.depth, max(Self.planesOfALine, Self.slabValues / plane))
    var slab = [Float](repeating: 0, count: plane * planesAtOnce)
    var nonFinite = 0
    for first in stride(from: 0, to: header.size.depth, by: planesAtOnce) {
      let planes = first..<min(first + planesAtOnce, header.size.depth)
      try slab.withUnsafeMutableBufferPointer { slab in
        guard let base = slab.baseAddress else { return }
        var sink = VoxelSink(values: slab, perFrame: slab.count, components: header.components, frames: 1)
        nonFinite += try load(plane * planes.count, into: &sink)
        turn.place(planes, base, size: header.size, channels: header.components, into: result)
      }
    }
    return nonFinite
  }

  /// Planes that become lines are written 16 floats, a line of the cache, at a time.
  private static let planesOfALine = 16
  private static let slabValues = 1 << 16

  private func chosenFrames() throws -> Range<Int> {
    guard header.frames > 1, !header.holdsVectors else { return 0..<header.frames }
    switch choices.furtherDimension {
    case nil: throw ScanError.furtherDimension(file: file, sizes: header.sizes, advice: choices.advice)
    case .channels: return 0..<header.frames
    case .frame(let frame):
      guard (0..<header.frames).contains(frame) else {
        throw ScanError.noSuchFrame(file: file, frame: frame, frames: header.frames)
      }
      return frame..<frame + 1
    }
  }

  /// The well-formed extensions behind the header; the first malformed one ends the list.
  private static func extensions(_ bytes: [UInt8], _ header: NIfTIHeader) -> [NIfTIExtension] {
    let start = header.form.byteCount
    guard bytes.count > start, bytes[start] != 0 else { return [] }
    func number(at offset: Int) -> Int32 {
      let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Int32.self) }
      return header.form.isSwapped ? value.byteSwapped : value
    }
    var extensions: [NIfTIExtension] = []
    var offset = start + 4
    while offset + 8 <= bytes.count {
      let length = Int(number(at: offset))
      guard length >= 16, length % 16 == 0, length <= bytes.count - offset else { break }
      extensions.append(
        NIfTIExtension(code: number(at: offset + 4), bytes: Array(bytes[(offset + 8)..<(offset + length)])))
      offset += length
    }
    return extensions
  }
}
