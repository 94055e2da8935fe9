import CKernels

/// The weights of background pixels between two objects that lie close together, as U-Net's weight map has them.
///
/// w0 exp(-(d1 + d2)^2 / (2 sigma^2)) of a background pixel, where d1 and d2 are its distances to the nearest pixel of the
/// nearest and of the second nearest object, in pixels from middle to middle; 0 of other pixels, in samples of fewer than two
/// objects, and where it is below w0 / 2^24. An object is a part of the foreground that is connected by faces of pixels,
/// whatever its classes: a nucleus in its cell is the same object. In a volume distances are in space, also in pixels.
/// Source: Ronneberger, Fischer and Brox, "U-Net", MICCAI 2015, equation 2.
final class BorderWeights {
  private var kernel: ck_border_weights
  private let scratch: UnsafeMutableRawPointer
  private let weights: UnsafeMutableBufferPointer<Float>

  /// Makes room for the weights of a batch of labels.
  ///
  /// - Parameters:
  ///   - weight: w0, above 0.
  ///   - sigma: In pixels, above 0.
  init(weight: Double, sigma: Double, labels shape: Shape) {
    kernel = Self.kernel(weight: weight, sigma: sigma, labels: shape)
    scratch = .allocate(byteCount: ck_border_weights_scratch(&kernel), alignment: 64)
    weights = .allocate(capacity: shape.pixels)
  }

  deinit {
    scratch.deallocate()
    weights.deallocate()
  }

  private static func kernel(weight: Double, sigma: Double, labels shape: Shape) -> ck_border_weights {
    ck_border_weights(
      samples: Int32(shape.batch), depth: Int32(shape.extent.depth), height: Int32(shape.extent.height),
      width: Int32(shape.extent.width), weight: Float(weight), sigma: Float(sigma), workers: 1)
  }

  /// The memory of the weights of a batch of labels, in bytes.
  static func memory(labels shape: Shape) -> Int {
    var kernel = kernel(weight: 1, sigma: 1, labels: shape)
    return ck_border_weights_scratch(&kernel) + shape.pixels * MemoryLayout<Float>.stride
  }

  /// The weights of labels, for the shape that there is room for.
  func callAsFunction(_ labels: UnsafeBufferPointer<UInt8>, workers: Int) -> UnsafePointer<Float> {
    precondition(labels.count == weights.count, "there is room for labels of another shape")
    kernel.workers = Int32(workers)
    ck_border_weights_of(&kernel, labels.baseAddress!, scratch, weights.baseAddress!)
    return UnsafePointer(weights.baseAddress!)
  }
}
