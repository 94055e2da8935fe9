import CKernels
import Machine
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
  /// - Throws: `NetworkError` where the extent does not fit, `MachineError.notEnoughMemory` where all networks together need
  ///   more than there is.
  public init(models: [(network: Network, parameters: ParameterBuffer)], extent: Extent, batch: Int) throws {
    precondition(!models.isEmpty && batch > 0, "a prediction needs at least one model and a batch of at least 1")
    let shape = Shape(batch: batch, channels: models[0].network.inputChannels, extent: extent)
    let executions = try Self.executions(of: models, input: shape)
    let classes = executions[0].output.shape.channels
    precondition(
      executions.allSatisfy { $0.output.shape.channels == classes }, "the models of an ensemble have equal classes")
    self.executions = executions
    self.shape = shape
    self.batch = batch
    self.classes = classes
    probabilities = .allocate(capacity: shape.pixels * classes)
  }

  deinit { probabilities.deallocate() }

  /// Lays the networks out, where there is the memory for all of them.
  private static func executions(
    of models: [(network: Network, parameters: ParameterBuffer)], input shape: Shape
  ) throws -> [Execution] {
    let arenas = try models.map { try $0.network.memory(input: shape, parameterBuffers: 0, isTrainable: nil) }
    let classes = models[0].network.outputChannels
    let probabilities = ByteCount.product(
      shape.batch, shape.extent.height, shape.extent.width, shape.extent.depth, classes, MemoryLayout<Float>.stride)
    return try MemoryBudget.reserving(
      ByteCount.sum(ByteCount.sum(of: arenas), probabilities),
      for: (models.count > 1 ? "\(models.count) models, the first of them " : "")
        + models[0].network.purpose(input: shape)
    ) {
      try models.map { try Execution($0.network, parameters: $0.parameters, input: shape, purpose: .inference) }
    }
  }

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
