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
  private let probabilities: UnsafeMutableBufferPointer<Float>

  /// Allocates the buffers of a prediction.
  ///
  /// - Parameters:
  ///   - extent: the extent of every image; it must fit the network's depth.
  ///   - batch: images at a time; at least 1.
  /// - Throws: `NetworkError` where the extent does not fit, `MachineError.notEnoughMemory`.
  public init(_ network: Network, parameters: ParameterBuffer, extent: Extent, batch: Int) throws {
    precondition(batch > 0, "a prediction needs a batch of at least 1")
    let shape = Shape(batch: batch, channels: network.inputChannels, extent: extent)
    execution = try MemoryBudget.reserving(
      try Self.memory(network, input: shape), for: network.purpose(input: shape)
    ) { try Execution(network, parameters: parameters, input: shape, purpose: .inference) }
    self.shape = shape
    classes = execution.output.shape.channels
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
    let values = shape.count / shape.batch
    let outputs = probabilities.count / shape.batch
    for first in stride(from: 0, to: count, by: shape.batch) {
      let images = min(shape.batch, count - first)
      Threads.forEach(images) { index in
        write(
          first + index,
          UnsafeMutableBufferPointer(rebasing: execution.input.values[index * values..<(index + 1) * values]))
      }
      execution.forward()
      probabilities.update(repeating: 0)
      ck_add_softmax(
        execution.output.values.baseAddress!, shape.pixels, Int32(classes), 1, probabilities.baseAddress!,
        Int32(Threads.count))
      for index in 0..<images {
        try read(
          first + index, UnsafeBufferPointer(rebasing: probabilities[index * outputs..<(index + 1) * outputs]))
      }
    }
  }
}
