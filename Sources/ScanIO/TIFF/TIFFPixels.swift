import CNIfTI
import CTIFF
import Foundation

/// Puts the pixels of a page among the voxels of a volume.
struct TIFFPixels<Value: BitwiseCopyable> {
  /// The page, open.
  let reader: TIFFPageReader
  let page: TIFFPage
  /// The number of values that a pixel of a chunk becomes.
  let valuesPerPixel: Int
  /// Any value, for memory that is filled afterwards.
  let filler: Value
  /// Turns the samples of so many pixels into values; returns how many are not finite.
  let convert: (UnsafeRawPointer, Int, UnsafeMutablePointer<Value>) -> Int

  /// Decodes the page; returns how many values are not finite.
  ///
  /// - Parameters:
  ///   - values: The first of the values of the page's first voxel.
  ///   - channels: The number of values a voxel has: those of this page are the first of them.
  /// - Throws: `ScanError.damaged`, `.unreadable`.
  func load(into values: UnsafeMutablePointer<Value>, channels: Int) throws -> Int {
    let chunks = page.chunks
    // Memory that is never touched is never taken: a chunk may declare far more than it contains.
    guard let chunk = calloc(chunks.largestBytes, 1) else { throw reader.noMemory(chunks.largestBytes) }
    defer { free(chunk) }
    var line: [Value] = []
    var nonFinite = 0
    for index in 0..<chunks.planes * chunks.down * chunks.across {
      let (row, column) = (index / chunks.across % chunks.down, index % chunks.across)
      let plane = index / (chunks.across * chunks.down)
      let rows = min(chunks.height, page.height - row * chunks.height)
      let columns = min(chunks.width, page.width - column * chunks.width)
      let byteCount = chunks.rowBytes * (chunks.isTiled ? chunks.height : rows)
      try reader.read(chunk: index, into: UnsafeMutableRawBufferPointer(start: chunk, count: byteCount))
      if line.isEmpty { line = [Value](repeating: filler, count: chunks.width * valuesPerPixel) }
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
    _ source: UnsafeRawPointer, _ columns: Int, line: UnsafeMutablePointer<Value>,
    into target: UnsafeMutablePointer<Value>, channels: Int
  ) -> Int {
    if valuesPerPixel == channels { return convert(source, columns, target) }
    let nonFinite = convert(source, columns, line)
    for x in 0..<columns {
      for part in 0..<valuesPerPixel { target[x * channels + part] = line[x * valuesPerPixel + part] }
    }
    return nonFinite
  }
}

extension TIFFPixels<Float> {
  /// The pixels as floats.
  ///
  /// - Parameter palette: The colours of the palette, where the pixels become those; nil: samples as stored.
  init(_ reader: TIFFPageReader, _ page: TIFFPage, palette: [SIMD3<Float>]?) {
    let samples = page.chunks.samples
    func values(_ source: UnsafeRawPointer, _ pixels: Int, _ values: UnsafeMutablePointer<Float>) -> Int {
      switch page.samples {
      case .whole(let datatype):
        return cnifti_load_samples(source, datatype.sample, 0, 1, 0, pixels * samples, values)
      case .half: return ctiff_load_halves(source, pixels * samples, values)
      case .packed(let bits):
        ctiff_load_bits(source.assumingMemoryBound(to: UInt8.self), UInt32(bits), pixels * samples, values)
        return 0
      }
    }
    guard let palette else {
      self.init(reader: reader, page: page, valuesPerPixel: samples, filler: 0, convert: values)
      return
    }
    self.init(reader: reader, page: page, valuesPerPixel: 3, filler: 0) { source, pixels, result in
      var indices = [Float](repeating: 0, count: pixels * samples)
      let nonFinite = indices.withUnsafeMutableBufferPointer { values(source, pixels, $0.baseAddress!) }
      for x in 0..<pixels {
        let colour = palette[Int(indices[x])]
        for part in 0..<3 { result[3 * x + part] = colour[part] }
      }
      return nonFinite
    }
  }
}

extension TIFFPixels where Value: FixedWidthInteger {
  /// The samples as they are stored, of pages whose samples are as wide as `Value`.
  init(stored reader: TIFFPageReader, _ page: TIFFPage) {
    let samples = page.chunks.samples
    self.init(reader: reader, page: page, valuesPerPixel: samples, filler: 0) { source, pixels, result in
      UnsafeMutableRawPointer(result).copyMemory(
        from: source, byteCount: pixels * samples * MemoryLayout<Value>.size)
      return 0
    }
  }
}
