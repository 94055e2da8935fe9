import Machine
import Networks

extension TrainingLoop {
  /// The most memory that a training takes at once, in bytes: the steps, the parameters and all that belongs to them, the
  /// checkpoint, the targets, the loss, and the order of an epoch's samples.
  ///
  /// - Parameters:
  ///   - shape: Of a batch.
  ///   - averagesWeights: Whether there is a moving average of the weights.
  /// - Throws: `NetworkError` where the shape does not fit.
  public static func memory(
    _ network: Network, shape: Shape, loss: LossTerms, samples: Int, optimiser: any OptimiserConfiguration.Type,
    averagesWeights: Bool = false, isTrainable: (String) -> Bool
  ) throws -> Int {
    // The weights, the best ones, their average and the optimiser's state; a checkpoint is the same as arrays, and once
    // more as the bytes of its file. And the gradients.
    let buffers = 3 * (2 + (averagesWeights ? 1 : 0) + optimiser.state.count) + 1
    return try withoutActuallyEscaping(isTrainable) { isTrainable in
      ByteCount.sum(
        try network.memory(input: shape, parameterBuffers: buffers, isTrainable: isTrainable),
        TargetBuffer.bytes(loss.target, shape: network.outputShapes(input: shape)[0]),
        OutputLosses.memory(loss, of: network, input: shape),
        ByteCount.product(samples, MemoryLayout<Int>.stride))
    }
  }
}
