import CNIfTI
import CTIFF
import Foundation

/// Puts the pixels of a page among the voxels of a volume.
struct TIFFPixels {
  /// The page, open.
  let reader: TIFFPageReader
  let page: TIFFPage
  /// The colours of the palette, where the pixels become those; nil: samples as stored.
  let palette: [SIMD3<Float>]?

  /// Decodes the page; returns how many values are not finite.
  ///
  /// - Parameters:
  ///   - values: The first of the values of the page's first voxel.
  ///   - channels: The number of values a voxel has: those of this page are the first of them.
  /// - Throws: `ScanError.damaged`, `.unreadable`.
  func load(into values: UnsafeMutablePointer<Float>, channels: Int) throws -> Int {
    let chunks = page.chunks
    // Memory that is never touched is never taken: a chunk may promise far more than it holds.
    guard let chunk = calloc(chunks.largestBytes, 1) else { throw reader.noMemory(chunks.largestBytes) }
    defer { free(chunk) }
    var line: [Float] = []
    var nonFinite = 0
    for index in 0..<chunks.planes * chunks.down * chunks.across {
      let (row, column) = (index / chunks.across % chunks.down, index % chunks.across)
      let plane = index / (chunks.across * chunks.down)
      let rows = min(chunks.height, page.height - row * chunks.height)
      let columns = min(chunks.width, page.width - column * chunks.width)
      let byteCount = chunks.rowBytes * (chunks.isTiled ? chunks.height : rows)
      try reader.read(chunk: index, into: UnsafeMutableRawBufferPointer(start: chunk, count: byteCount))
      if line.isEmpty { line = [Float](repeating: 0, count: chunks.width * chunks.samples) }
      let first = row * chunks.height * page.width + column * chunks.width
      nonFinite += line.withUnsafeMutableBufferPointer { line in
        guard let line = line.baseAddress else { return 0 }
        return (0..<rows).reduce(0) { count, y in
          let target = values + (first + y * page.width) * channels + plane
          return count + loadRow(chunk + y * chunks.rowBytes, columns, line: line, into: target, channels: channels)
        }
      }
    }
    return nonFinite
  }

  private func loadRow(
    _ source: UnsafeRawPointer, _ columns: Int, line: UnsafeMutablePointer<Float>,
    into target: UnsafeMutablePointer<Float>, channels: Int
  ) -> Int {
    let samples = page.chunks.samples
    if palette == nil && samples == channels { return convert(source, columns * samples, target) }
    let nonFinite = convert(source, columns * samples, line)
    if let palette {
      for x in 0..<columns {
        let colour = palette[Int(line[x])]
        for part in 0..<3 { target[x * channels + part] = colour[part] }
      }
    } else {
      for x in 0..<columns {
        for sample in 0..<samples { target[x * channels + sample] = line[x * samples + sample] }
      }
    }
    return nonFinite
  }

  private func convert(_ source: UnsafeRawPointer, _ count: Int, _ values: UnsafeMutablePointer<Float>) -> Int {
    switch page.samples {
    case .whole(let datatype): return cnifti_load_samples(source, datatype.sample, 0, 1, 0, count, values)
    case .half: return ctiff_load_halves(source, count, values)
    case .packed(let bits):
      ctiff_load_bits(source.assumingMemoryBound(to: UInt8.self), UInt32(bits), count, values)
      return 0
    }
  }
}
