/// DICOM's run lengths (RLE Lossless).
///
/// DCMTK 3.6.7 decodes them too, but writes past its buffers where a frame is damaged.
/// Source: DICOM PS3.5, annex G.
enum DICOMRuns {
  private static let headByteCount = 64

  /// Decodes a frame into samples in little endian, those of a pixel side by side.
  ///
  /// - Throws: `ScanError.damaged`.
  static func decode(_ bytes: [UInt8], _ form: DICOMForm, file: String) throws -> [UInt8] {
    let sampleBytes = form.bitsAllocated / 8
    let segmentCount = form.samples * sampleBytes
    guard bytes.count >= headByteCount, number(bytes, 0) == segmentCount else {
      throw ScanError.damaged(file: file, reason: "an RLE frame does not have \(segmentCount) segments")
    }
    let starts = (0..<segmentCount).map { number(bytes, 4 + 4 * $0) } + [bytes.count]
    var pixels = [UInt8](repeating: 0, count: form.byteCount)
    for segment in 0..<segmentCount {
      let (start, end) = (starts[segment], starts[segment + 1])
      guard start >= headByteCount, start <= end, end <= bytes.count else {
        throw ScanError.damaged(file: file, reason: "an RLE segment is outside its frame")
      }
      // The first segment of a sample holds its highest bytes.
      let (sample, byte) = segment.quotientAndRemainder(dividingBy: sampleBytes)
      let place = sample * sampleBytes + sampleBytes - 1 - byte
      let isWhole = expand(bytes[start..<end], into: &pixels, from: place, by: segmentCount)
      guard isWhole else { throw ScanError.damaged(file: file, reason: "an RLE segment is truncated") }
    }
    return pixels
  }

  /// Writes a segment's bytes to every `step`th place; returns whether they are as many as there are places.
  private static func expand(_ runs: ArraySlice<UInt8>, into pixels: inout [UInt8], from start: Int, by step: Int)
    -> Bool
  {
    var place = start
    var next = runs.startIndex
    while place < pixels.count, next < runs.endIndex {
      let code = Int(Int8(bitPattern: runs[next]))
      next += 1
      if code >= 0 {
        for byte in runs[next..<min(next + code + 1, runs.endIndex)] where place < pixels.count {
          pixels[place] = byte
          place += step
        }
        next = min(next + code + 1, runs.endIndex)
      } else if code > -128, next < runs.endIndex {
        for _ in 0...(-code) where place < pixels.count {
          pixels[place] = runs[next]
          place += step
        }
        next += 1
      }
    }
    return place >= pixels.count
  }

  private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }
}
