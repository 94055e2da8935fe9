import Machine

extension Network {
  /// The memory of an execution with so many buffers of the parameters' size, in bytes.
  ///
  /// Of an input of more pixels than kernels count, the memory of the input alone.
  /// - Parameter isTrainable: by a parameter's name; nil: inference.
  /// - Throws: `NetworkError` where the shape does not fit the network.
  public func memory(
    input: Shape, parameterBuffers: Int, isTrainable: ((String) -> Bool)?, workers: Int = Threads.count
  ) throws -> Int {
    // What is far too large is not laid out first; whoever has the memory for the input learns then what is wrong with it.
    let pixels = ByteCount.product(input.batch, input.extent.saturatedCount)
    guard pixels <= Int32.max else {
      return ByteCount.product(MemoryLayout<Float>.stride, input.channels, pixels)
    }
    try check(input)
    let network = isTrainable == nil ? predictingPart : self
    let layout = ExecutionLayout(network, input: input, isTrainable: isTrainable, workers: workers)
    return ByteCount.sum(layout.memory.bytes, parameterBytes(buffers: parameterBuffers))
  }

  /// The memory of so many buffers of the parameters' size, in bytes.
  public func parameterBytes(buffers: Int) -> Int {
    ByteCount.product(buffers, layout.size, MemoryLayout<Float>.stride)
  }

  /// Such as `a U-Net of 31043 parameters on inputs of [16, 1, 1, 256, 256]`, for messages.
  public func purpose(input: Shape) -> String {
    "a network of \(layout.parameterCount) parameters on inputs of \(input) (batch, channels, depth, height, width)"
  }

  /// Parameters of zeros, where there is the memory for them.
  ///
  /// - Throws: `MachineError.notEnoughMemory`.
  public func makeParameters(remedy: String? = nil) throws -> ParameterBuffer {
    try MemoryBudget.reserving(
      parameterBytes(buffers: 1), for: "the \(layout.parameterCount) parameters of a network", remedy: remedy
    ) { ParameterBuffer(layout) }
  }
}

extension Extent {
  /// The number of pixels; `Int.max` where it cannot be counted.
  var saturatedCount: Int { ByteCount.product(depth, height, width) }
}
