import Machine
import Volumes

/// What becomes of the alpha channel of pictures: of two or four channels, the last.
enum Alpha {
  /// The number of channels without the alpha channel.
  static func withoutIt(_ channels: Int) -> Int { channels == 2 || channels == 4 ? channels - 1 : channels }

  /// The scan of samples as stored, its alpha channel dropped or kept as the choice says.
  ///
  /// - Parameters:
  ///   - channels: As stored.
  ///   - opaque: The largest value of a sample.
  /// - Throws: `MachineError.notEnoughMemory`.
  static func scan(
    _ header: ScanHeader, _ samples: [Float], channels: Int, opaque: Float, choice: ReadingChoices.AlphaChoice
  ) throws -> Scan {
    var header = header
    var samples = samples
    header.channels = channels
    if withoutIt(channels) < channels {
      let isOpaque = stride(from: channels - 1, to: samples.count, by: channels).allSatisfy { samples[$0] == opaque }
      if choice == .drop || (choice == .automatic && isOpaque) {
        header.channels = channels - 1
        samples = try withoutLastChannel(of: channels, samples)
      } else if choice == .automatic {
        header.notes.append(.alphaKept)
      }
    }
    return Scan(
      header: header, volume: Volume(grid: header.grid, channels: header.channels, voxels: samples), nonFiniteCount: 0)
  }

  private static func withoutLastChannel(of channels: Int, _ samples: [Float]) throws -> [Float] {
    let (pixels, kept) = (samples.count / channels, channels - 1)
    try MemoryBudget.require(
      pixels * kept * MemoryLayout<Float>.stride, for: "a picture of \(pixels) pixels without its alpha channel")
    return [Float](unsafeUninitializedCapacity: pixels * kept) { result, initialized in
      for pixel in 0..<pixels {
        for channel in 0..<kept {
          result.initializeElement(at: pixel * kept + channel, to: samples[pixel * channels + channel])
        }
      }
      initialized = pixels * kept
    }
  }
}
