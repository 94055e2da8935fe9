import CKernels
import Volumes

/// What is known of the values of a channel over a whole window.
struct ChannelStatistics {
  let minimum: Float
  let maximum: Float
  let mean: Double
  /// The standard deviation, that of a sample (n - 1); 0 for a single voxel.
  let standardDeviation: Double

  init(_ channel: ck_channel, voxels: Int) {
    (minimum, maximum, mean) = (channel.minimum, channel.maximum, channel.mean)
    standardDeviation = voxels > 1 ? (channel.squares / Double(voxels - 1)).squareRoot() : 0
  }

  /// Whether there is no spread that a change could be relative to.
  var isConstant: Bool { !(maximum - minimum >= 1e-7) }
}

extension ImageWindow {
  /// The length of the lines by which the kernels are told what differs between channels: some hundred values, whole
  /// vectors where that is possible.
  private var period: Int {
    let most = 256
    guard channels <= most else { return channels }
    let vectors = channels << (4 - min(channels.trailingZeroBitCount, 4))
    return vectors <= most ? most / vectors * vectors : most / channels * channels
  }

  /// A line of what is said of each channel.
  func line<Value>(_ value: (Int) -> Value) -> [Value] {
    let each = (0..<channels).map(value)
    return (0..<period).map { each[$0 % channels] }
  }

  private var kernelValues: ck_values {
    ck_values(
      values: values.baseAddress, count: values.count, channels: Int32(channels), period: Int32(period),
      workers: Int32(workers))
  }

  /// Runs a kernel that measures the channels.
  private func measuring(
    _ run: (UnsafePointer<ck_values>, UnsafeMutablePointer<ck_channel>, UnsafeMutablePointer<ck_channel>) -> Void
  ) -> [ChannelStatistics] {
    var kernel = kernelValues
    let scratch = ck_channels_scratch(&kernel)
    return withUnsafeTemporaryAllocation(of: ck_channel.self, capacity: channels + scratch) { memory in
      let measured = memory.baseAddress!
      run(&kernel, measured, measured + channels)
      return (0..<channels).map { ChannelStatistics(measured[$0], voxels: values.count / channels) }
    }
  }

  /// The statistics of each channel.
  func statistics() -> [ChannelStatistics] { measuring { ck_measure($0, $1, $2) } }

  /// Makes `factor` times the value plus `shift` of each value, within limits, by channel.
  func scale(_ change: (Int) -> (factor: Float, shift: Float, limits: ClosedRange<Float>)) {
    let line = line(change)
    var kernel = kernelValues
    ck_scale_values(
      &kernel, line.map(\.factor), line.map(\.shift), line.map(\.limits.lowerBound), line.map(\.limits.upperBound))
  }

  /// Raises the share that a value is of a span, beyond an origin, to a power; a channel without one stays as it is.
  ///
  /// Returns: the statistics afterwards.
  func bend(_ change: (Int) -> (origin: Float, span: Float, exponent: Float)?) -> [ChannelStatistics] {
    let line = line { change($0) ?? (0, 0, 1) }
    return measuring {
      ck_bend_values(
        $0, line.map(\.origin), line.map(\.span), line.map { $0.span == 0 ? 0 : 1 / $0.span }, line.map(\.exponent),
        $1, $2)
    }
  }

  /// Maps values along polylines over [`minimum`, `maximum`]: of each channel the places of its corners, evenly spaced
  /// before, as shares of that range; a channel without any stays as it is. All have as many corners, at least 2.
  func map(_ statistics: [ChannelStatistics], corners: [[Double]?]) {
    guard let segments = corners.lazy.compactMap({ $0?.count }).first.map({ $0 - 1 }) else { return }
    var (starts, rises) = ([Float](), [Float]())
    for (channel, corners) in zip(statistics, corners) {
      let (from, range) = (Double(channel.minimum), Double(channel.maximum) - Double(channel.minimum))
      let corners = corners ?? [Double](repeating: 0, count: segments + 1)
      starts += corners.dropLast().map { Float(from + range * $0) }
      rises += zip(corners, corners.dropFirst()).map { Float(range * ($1 - $0)) }
    }
    let scales = zip(statistics, corners).map { $1 == nil ? 0 : Float(segments) / ($0.maximum - $0.minimum) }
    var kernel = kernelValues
    ck_map_values(
      &kernel, line { statistics[$0].minimum }, line { scales[$0] }, line { Int32($0) }, Int32(segments), starts,
      rises)
  }

  /// Adds normally distributed noise, or makes Rician noise about each channel's floor.
  func addNoise(standardDeviation: Double, seed: UInt64, floors: [Float]? = nil) {
    let (deviation, workers) = (Float(standardDeviation), Int32(workers))
    if let floors {
      let line = line { floors[$0] }
      ck_add_rician_noise(values.baseAddress, values.count, line, Int32(line.count), deviation, seed, workers)
    } else {
      ck_add_noise(values.baseAddress, values.count, deviation, seed, workers)
    }
  }

  /// Hands over one channel's values beside each other, (depth, height, width), and takes them back.
  func withChannel(_ channel: Int, _ change: (UnsafeMutablePointer<Float>) -> Void) {
    let (own, count) = (values.baseAddress! + channel, grid.size.count)
    guard channels > 1 else { return change(own) }
    withScratch(count) { values in
      ck_copy_spaced(own, channels, values, 1, count, Int32(workers))
      change(values)
      ck_copy_spaced(values, 1, own, channels, count, Int32(workers))
    }
  }
}
