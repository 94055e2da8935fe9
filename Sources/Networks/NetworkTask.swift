/// What a network of U-Net blocks is for.
public enum NetworkTask: Hashable, Sendable, Codable {
  /// The class of each pixel: the whole U-Net.
  case segmentation
  /// The image itself, for pre-training.
  ///
  /// Without skip connections the decoder sees only the lowest resolution, narrowed to `bottleneck` channels where that is
  /// given: an autoencoder. With them it is the whole U-Net, which must fill in or clean what was taken from the image.
  case reconstruction(hasSkips: Bool, bottleneck: Int?)
  /// Which of the neighbouring places a patch was taken from, for pre-training: each of two patches goes through the encoder,
  /// and two dense layers see the means of both.
  /// Source: Doersch, Gupta and Efros, "Unsupervised Visual Representation Learning by Context Prediction", ICCV 2015.
  case relativePatches
  /// A class or numbers of the whole scan.
  case scan(ScanHead)
  /// The class of each pixel, and a class or numbers of the whole scan from the same encoder.
  case shared(ScanHead)
  /// The features of each place, of a U-Net's encoder at all its resolutions or of what a head sees.
  case features(of: ScanHead?)

  /// Whether the main output is the class of each pixel.
  public var segments: Bool {
    switch self {
    case .segmentation, .shared: true
    default: false
    }
  }
}

extension UNetConfiguration {
  /// The network's layers for a task.
  ///
  /// - Throws: `NetworkError.configuration` where a number is out of its range.
  public func network(for task: NetworkTask) throws -> Network {
    do {
      try check()
    } catch {
      throw NetworkError.configuration(key: error.key, expected: error.expected, found: error.found)
    }
    var builder = UNetBuilder(self)
    switch task {
    case .segmentation: return builder.build()
    case .reconstruction(let hasSkips, let bottleneck):
      return builder.buildReconstruction(hasSkips: hasSkips, bottleneck: bottleneck)
    case .relativePatches: return builder.buildRelativePatches()
    case .scan(let head): return try builder.buildScan(head)
    case .shared(let head): return try builder.buildShared(head)
    case .features(let head): return try builder.buildFeatures(head)
    }
  }

  /// The places of a patch beside another, diagonals included: 8, or 26 in 3-D.
  public var neighbourCount: Int { dimensions == 3 ? 26 : 8 }
}
