import CTIFF
import Foundation
import Machine
import Volumes

/// Reads TIFF files: the pages as slices along k, or as ImageJ and OME describe them; samples exactly as stored, whether 0
/// is black or white, and whatever Orientation says.
///
/// A grid is in millimetres where ImageJ or OME tell a length. XResolution alone is not trusted: programs write it for
/// screens and scanners.
struct TIFFReader: ScanReader {
  private let file: String
  private let bytes: [UInt8]
  private let isBig: Bool
  private let choices: ReadingChoices
  /// The pages that are no smaller copies, with the places of their directories and their numbers.
  private let pages: [(page: TIFFPage, directory: UInt64, number: Int)]
  private let copyCount: Int
  private let description: String
  private let stack: TIFFStack

  /// Reads a file, and checks what it says.
  ///
  /// - Throws: `ScanError`.
  init(_ url: URL, choices: ReadingChoices) throws {
    let file = url.path
    (self.file, self.choices) = (file, choices)
    bytes = try RegularFile(path: file).readAll()
    let found = try bytes.withUnsafeBytes { try Self.findPages($0, file: file) }
    (isBig, pages, copyCount, description) = (found.isBig, found.pages, found.copyCount, found.description)
    try Self.checkLength(pages.map(\.page), fileBytes: bytes.count, file: file)
    stack = try TIFFStack(description: description, pages: pages.map(\.page), file: file)
  }

  /// What the file says of its scan.
  func scanHeader() -> ScanHeader {
    let page = pages[0].page
    let size = GridSize(width: page.width, height: page.height, depth: stack.slices)
    let channels = channelsPerFrame * (choices.furtherDimension == .channels ? stack.frames : 1)
    let dropsAlpha = choices.alpha == .drop && page.hasAlpha && channels == page.samplesPerPixel
    var header = ScanHeader(
      format: .tiff,
      grid: Grid(
        size: size, affine: stack.spacingMM.map { Affine(scale: $0) } ?? .identity,
        unit: stack.spacingMM == nil ? .pixels : .millimetres),
      channels: dropsAlpha ? channels - 1 : channels, frames: stack.frames,
      datatype: page.hasPalette && choices.palette == .colours ? .uint8 : page.datatype, description: description,
      affineSource: stack.spacingMM == nil ? .none : .tiff)
    if copyCount > 0 { header.notes = [.reducedCopiesLeftOut(copyCount)] }
    return header
  }

  /// Decodes the pixels.
  ///
  /// - Throws: `MachineError.notEnoughMemory`, `ScanError.damaged`, `.headerInvalid`, `.noSuchFrame`, `.unreadable`, `.tiff`.
  func scan() throws -> Scan {
    var header = scanHeader()
    let frames = try chosenFrames()
    let channels = channelsPerFrame * frames.count
    let page = pages[0].page
    // A strip or tile as stored, and a row of it as floats: files of little size may hold very many.
    let chunk = pages.map { $0.page.chunks.largestBytes }.max() ?? 0
    let row = page.chunks.width * page.chunks.samples * MemoryLayout<Float>.stride
    let (values, nonFinite) = try VoxelMemory.reserving(
      file: file, size: header.grid.size, channels: channels, further: ByteCount.sum(chunk, row)
    ) { try self.values(frames, channels: channels) }
    if page.hasAlpha && channels == page.samplesPerPixel {
      var scan = try Alpha.scan(header, values, channels: channels, opaque: page.opaque, choice: choices.alpha)
      scan.nonFiniteCount = nonFinite
      return scan
    }
    header.channels = channels
    return Scan(
      header: header, volume: Volume(grid: header.grid, channels: channels, voxels: values), nonFiniteCount: nonFinite)
  }

  /// Reads the samples as they are stored, where 32-bit floats would not hold them.
  ///
  /// - Throws: As `scan()`.
  func stored() throws -> StoredScan {
    let page = pages[0].page
    guard case .whole(let datatype) = page.samples, !page.hasAlpha, !page.hasPalette else {
      return StoredScan(try scan())
    }
    switch datatype {
    case .uint32, .int32: return try stored(as: UInt32.self)
    case .uint64, .int64, .float64: return try stored(as: UInt64.self)
    default: return StoredScan(try scan())
    }
  }

  private func stored<Word: FixedWidthInteger & BitwiseCopyable>(as type: Word.Type) throws -> StoredScan {
    var header = scanHeader()
    let frames = try chosenFrames()
    let channels = channelsPerFrame * frames.count
    let count = valueCount(channels)
    try VoxelMemory.require(stored: count, bytes: 2 * MemoryLayout<Word>.stride, file: file)
    let words = try [Word](unsafeUninitializedCapacity: count) { words, initialized in
      guard let base = words.baseAddress else { return }
      _ = try load(frames, into: base, channels: channels) { TIFFPixels(stored: $0, $1) }
      initialized = count
    }
    header.channels = channels
    return StoredScan(
      header: header,
      volume: StoredVolume(
        grid: header.grid, channels: channels, datatype: pages[0].page.datatype,
        bytes: words.withUnsafeBytes { Array($0) }))
  }

  /// The number of values that a voxel has at a point of time.
  private var channelsPerFrame: Int {
    let page = pages[0].page
    return stack.channels * (page.hasPalette && choices.palette == .colours ? 3 : page.samplesPerPixel)
  }

  private func chosenFrames() throws -> Range<Int> {
    guard stack.frames > 1 else { return 0..<1 }
    switch choices.furtherDimension {
    case nil: throw ScanError.tiff(file: file, .severalFrames(count: stack.frames, advice: choices.advice))
    case .channels: return 0..<stack.frames
    case .frame(let frame):
      guard (0..<stack.frames).contains(frame) else {
        throw ScanError.noSuchFrame(file: file, frame: frame, frames: stack.frames)
      }
      return frame..<frame + 1
    }
  }

  /// The values of frames, and how many of them are not finite.
  private func values(_ frames: Range<Int>, channels: Int) throws -> ([Float], nonFinite: Int) {
    var nonFinite = 0
    let values = try [Float](unsafeUninitializedCapacity: valueCount(channels)) { values, initialized in
      guard let base = values.baseAddress else { return }
      nonFinite = try load(frames, into: base, channels: channels) { reader, page in
        TIFFPixels(
          reader, page, palette: page.hasPalette && choices.palette == .colours ? try reader.colours() : nil)
      }
      initialized = valueCount(channels)
    }
    return (values, nonFinite)
  }

  /// The number of values: at most 12 bytes for each bit of the pages, which are below 2^56 bytes.
  private func valueCount(_ channels: Int) -> Int {
    pages[0].page.width * pages[0].page.height * stack.slices * channels
  }

  /// Decodes the pages of frames; returns how many values are not finite.
  private func load<Value>(
    _ frames: Range<Int>, into values: UnsafeMutablePointer<Value>, channels: Int,
    _ pixels: (TIFFPageReader, TIFFPage) throws -> TIFFPixels<Value>
  ) throws -> Int {
    try bytes.withUnsafeBytes { try load($0, frames, into: values, channels: channels, pixels) }
  }

  private func load<Value>(
    _ bytes: UnsafeRawBufferPointer, _ frames: Range<Int>, into values: UnsafeMutablePointer<Value>, channels: Int,
    _ makePixels: (TIFFPageReader, TIFFPage) throws -> TIFFPixels<Value>
  ) throws -> Int {
    var nonFinite = 0
    let perPage = channelsPerFrame / stack.channels
    let pixels = pages[0].page.width * pages[0].page.height
    for (place, index) in stack.pages.enumerated() {
      let (slice, channel) = (place / stack.channels % stack.slices, place % stack.channels)
      let frame = place / (stack.channels * stack.slices) - frames.lowerBound
      guard frames.contains(frame + frames.lowerBound) else { continue }
      let (page, directory, number) = pages[index]
      let reader = try TIFFPageReader(
        bytes, directory: directory, isBig: isBig, number: number, chunkBytes: page.chunks.largestBytes, file: file)
      let first = slice * pixels * channels + (frame * stack.channels + channel) * perPage
      nonFinite += try makePixels(reader, page).load(into: values + first, channels: channels)
    }
    return nonFinite
  }
}

extension TIFFReader {
  private typealias Found = (
    isBig: Bool, pages: [(page: TIFFPage, directory: UInt64, number: Int)], copyCount: Int, description: String
  )

  /// Finds the pages, all of one kind, and leaves the smaller copies out.
  private static func findPages(_ bytes: UnsafeRawBufferPointer, file: String) throws -> Found {
    let directories = try TIFFDirectories(bytes, file: file)
    var found: Found = (directories.isBig, [], 0, "")
    for (index, directory) in directories.offsets.enumerated() {
      let reader = try TIFFPageReader(
        bytes, directory: directory, isBig: directories.isBig, number: index + 1, file: file)
      found.copyCount += Int(reader.facts.subdirectories)
      if reader.facts.subfile_type & 1 == 1 {
        found.copyCount += 1
        continue
      }
      let page = try TIFFPage(checking: reader.facts, number: index + 1, file: file)
      if let first = found.pages.first?.page, first.kind != page.kind {
        throw ScanError.tiff(file: file, .pagesDiffer(page: index + 1, expected: first.kind, found: page.kind))
      }
      if found.pages.isEmpty { found.description = reader.description }
      found.pages.append((page, directory, index + 1))
    }
    guard !found.pages.isEmpty else {
      throw ScanError.tiff(file: file, .onlyReducedCopies(count: directories.offsets.count))
    }
    return found
  }

  /// Compares what the pages promise with what the file can hold.
  private static func checkLength(_ pages: [TIFFPage], fileBytes: Int, file: String) throws {
    var (plain, compressed) = (0, 0)
    for page in pages {
      let (sum, overflows) = (page.largestRatio == 1 ? plain : compressed)
        .addingReportingOverflow(page.chunks.byteCount)
      guard !overflows else { throw ScanError.tooLarge(file: file, declaredBytes: .max, limitBytes: fileBytes) }
      if page.largestRatio == 1 { plain = sum } else { compressed = sum }
    }
    guard plain <= fileBytes else {
      throw ScanError.truncated(file: file, expectedBytes: plain, foundBytes: fileBytes)
    }
    let limit = fileBytes * (pages.map(\.largestRatio).max() ?? 1)
    guard compressed <= limit else {
      throw ScanError.tooLarge(file: file, declaredBytes: compressed, limitBytes: limit)
    }
  }
}
