import CKernels
import Machine
import Networks

/// Class probabilities of images of one extent.
///
/// It computes in batches of a fixed size, with memory laid out once. Not for use by two threads at once.
public final class Predictor {
  private let execution: Execution
  private let shape: Shape
  private let classes: Int
  private let mirrorings: [Mirroring]
  private let probabilities: UnsafeMutableBufferPointer<Float>

  /// Allocates the buffers of a prediction.
  ///
  /// - Parameters:
  ///   - extent: the extent of every image; it must fit the network's depth.
  ///   - batch: images at a time; at least 1.
  ///   - mirrors: whether the probabilities are the mean of those of the image mirrored along each combination of its axes,
  ///     mirrored back: 4 passes for a plane, 8 for a volume.
  /// - Throws: `NetworkError` where the extent does not fit, `MachineError.notEnoughMemory`.
  public init(
    _ network: Network, parameters: ParameterBuffer, extent: Extent, batch: Int, mirrors: Bool = false
  ) throws {
    precondition(batch > 0, "a prediction needs a batch of at least 1")
    let shape = Shape(batch: batch, channels: network.inputChannels, extent: extent)
    execution = try MemoryBudget.reserving(
      try Self.memory(network, input: shape), for: network.purpose(input: shape)
    ) { try Execution(network, parameters: parameters, input: shape, purpose: .inference) }
    self.shape = shape
    classes = execution.output.shape.channels
    mirrorings = mirrors ? Mirroring.all(of: extent) : [[]]
    probabilities = .allocate(capacity: shape.pixels * classes)
  }

  deinit { probabilities.deallocate() }

  /// The memory that a prediction takes, in bytes, beside the parameters.
  ///
  /// - Throws: `NetworkError` where the shape does not fit the network.
  static func memory(_ network: Network, input shape: Shape) throws -> Int {
    ByteCount.sum(
      try network.memory(input: shape, parameterBuffers: 0, isTrainable: nil),
      ByteCount.product(
        shape.batch, shape.extent.height, shape.extent.width, shape.extent.depth, network.outputChannels,
        MemoryLayout<Float>.stride))
  }

  /// Predicts `count` images with the weights as they are at the call.
  ///
  /// - Parameters:
  ///   - write: fills the image of an index: [channels, depth, height, width], stored channels-last. On several threads.
  ///   - read: is given its probabilities [classes, depth, height, width], stored channels-last, each pixel's sum 1; in
  ///     the order of the images.
  public func predict(
    count: Int, write: (Int, UnsafeMutableBufferPointer<Float>) -> Void,
    read: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    execution.readParameters()
    for first in stride(from: 0, to: count, by: shape.batch) {
      let images = min(shape.batch, count - first)
      probabilities.update(repeating: 0)
      for mirroring in mirrorings { addProbabilities(of: images, mirroring) { write(first + $0, $1) } }
      for index in 0..<images {
        try read(first + index, UnsafeBufferPointer(Self.image(index, of: probabilities, batch: shape.batch)))
      }
    }
  }

  /// Adds the probabilities of the first images of a batch, as they are mirrored, by their share in the mean.
  private func addProbabilities(
    of images: Int, _ mirroring: Mirroring, write: (Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let (input, output) = (execution.input.values, execution.output.values)
    Threads.forEach(images) { write($0, Self.image($0, of: input, batch: shape.batch)) }
    for index in 0..<images {
      mirroring.apply(
        to: Self.image(index, of: input, batch: shape.batch), extent: shape.extent, channels: shape.channels)
    }
    execution.forward()
    for index in 0..<images {
      mirroring.apply(to: Self.image(index, of: output, batch: shape.batch), extent: shape.extent, channels: classes)
    }
    ck_add_softmax(
      output.baseAddress!, shape.pixels, Int32(classes), 1 / Float(mirrorings.count), probabilities.baseAddress!,
      Int32(Threads.count))
  }

  /// The values of an image of a batch.
  private static func image(
    _ index: Int, of values: UnsafeMutableBufferPointer<Float>, batch: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    let count = values.count / batch
    return UnsafeMutableBufferPointer(rebasing: values[index * count..<(index + 1) * count])
  }
}
