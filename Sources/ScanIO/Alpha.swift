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
  static func scan(
    _ header: ScanHeader, _ samples: [Float], channels: Int, opaque: Float, choice: ReadingChoices.AlphaChoice
  ) -> Scan {
    var header = header
    var samples = samples
    header.channels = channels
    if withoutIt(channels) < channels {
      let isOpaque = stride(from: channels - 1, to: samples.count, by: channels).allSatisfy { samples[$0] == opaque }
      if choice == .drop || (choice == .automatic && isOpaque) {
        header.channels = channels - 1
        samples = samples.indices.filter { $0 % channels != channels - 1 }.map { samples[$0] }
      } else if choice == .automatic {
        header.notes.append(.alphaKept)
      }
    }
    return Scan(
      header: header, volume: Volume(grid: header.grid, channels: header.channels, voxels: samples), nonFiniteCount: 0)
  }
}
