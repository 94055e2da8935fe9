import CKernels
import Networks

/// Class probabilities of images of one extent, from one network or the mean of several (an ensemble).
///
/// It computes in batches of a fixed size, with memory laid out once. Not for use by two threads at once.
public final class Predictor {
  private let executions: [Execution]
  private let batch: Int
  private let shape: Shape
  private let classes: Int
  private let probabilities: UnsafeMutableBufferPointer<Float>

  /// Lays a prediction out.
  ///
  /// - Parameters:
  ///   - models: networks with the same classes and input channels, and their weights; at least one.
  ///   - extent: the extent of every image; it must fit the networks' depth.
  ///   - batch: images at a time; at least 1.
  /// - Throws: `NetworkError` where the extent does not fit.
  public init(models: [(network: Network, parameters: ParameterBuffer)], extent: Extent, batch: Int) throws {
    precondition(!models.isEmpty && batch > 0, "a prediction needs a model and a batch")
    let shape = Shape(batch: batch, channels: models[0].network.inputChannels, extent: extent)
    for model in models { try model.network.checkMemory(input: shape, parameterBuffers: 1, isTrainable: nil) }
    let executions = try models.map {
      try Execution($0.network, parameters: $0.parameters, input: shape, purpose: .inference)
    }
    let classes = executions[0].output.shape.channels
    precondition(executions.allSatisfy { $0.output.shape.channels == classes }, "an ensemble shares its classes")
    self.executions = executions
    self.shape = shape
    self.batch = batch
    self.classes = classes
    probabilities = .allocate(capacity: shape.pixels * classes)
  }

  deinit { probabilities.deallocate() }

  /// Predicts `count` images with the weights as they are at the call.
  ///
  /// - Parameters:
  ///   - write: fills the image of an index: [channels, depth, height, width], stored channels-last. On several threads.
  ///   - read: is given its probabilities [classes, depth, height, width], stored channels-last, each pixel's sum 1.
  public func predict(
    count: Int, write: (Int, UnsafeMutableBufferPointer<Float>) -> Void,
    read: (Int, UnsafeBufferPointer<Float>) -> Void
  ) {
    for execution in executions { execution.readParameters() }
    let values = shape.count / batch
    let outputs = probabilities.count / batch
    for first in stride(from: 0, to: count, by: batch) {
      let images = min(batch, count - first)
      probabilities.update(repeating: 0)
      for execution in executions {
        Threads.forEach(images) { index in
          write(
            first + index,
            UnsafeMutableBufferPointer(rebasing: execution.input.values[index * values..<(index + 1) * values]))
        }
        execution.forward()
        ck_add_softmax(
          execution.output.values.baseAddress!, shape.pixels, Int32(classes), 1 / Float(executions.count),
          probabilities.baseAddress!, Int32(Threads.count))
      }
      for index in 0..<images {
        read(first + index, UnsafeBufferPointer(rebasing: probabilities[index * outputs..<(index + 1) * outputs]))
      }
    }
  }
}
