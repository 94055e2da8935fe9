import CKernels
import Machine
import Networks
import Randomness

/// Measures one pass of a 3x3 or 3x3x3 convolution on synthetic data.
public struct ConvolutionBenchmark {
  /// The measured pass.
  public enum Direction: String, CaseIterable, Sendable {
    /// The output.
    case forward
    /// The gradient of the input.
    case backwardData = "backward-data"
    /// The gradient of the weights.
    case backwardWeights = "backward-weights"
  }

  /// Seconds of each repetition.
  public let seconds: [Double]
  /// Operations of a direct convolution in a repetition, in GFLOP.
  public let gigaflop: Double
  /// The number of weights.
  public let parameters: Int

  /// Runs two repetitions to warm up, then `repeats` that are timed.
  ///
  /// - Parameters:
  ///   - input: the shape; a depth above 1 makes the kernel 3x3x3.
  ///   - filters: the channels of the output; at least 1.
  ///   - stride: the distance of the outputs in pixels, along the axes of the kernel; at least 1.
  /// - Throws: `MachineError.notEnoughMemory`, `NetworkError.configuration` for more pixels or channels than kernels count.
  public init(
    input: Shape, filters: Int, stride: Int = 1, direction: Direction, repeats: Int, workers: Int = Threads.count
  ) throws {
    let pixels = ByteCount.product(input.batch, input.extent.depth, input.extent.height, input.extent.width)
    let tensors = ByteCount.sum(
      ByteCount.product(pixels, ByteCount.sum(input.channels, filters)),
      ByteCount.product(27, input.channels, filters))
    let purpose =
      "a convolution of \(input) (batch, channels, depth, height, width) to \(filters) channels"
    let remedy = "use a smaller --batch or --size, or fewer --channels or --filters"
    let floatBytes = MemoryLayout<Float>.stride
    try MemoryBudget.require(ByteCount.product(tensors, floatBytes), for: purpose, remedy: remedy)
    for (key, found) in [
      ("the number of pixels", pixels), ("channels", input.channels), ("filters", filters), ("stride", stride),
    ]
    where found > Int(Int32.max) {
      throw NetworkError.configuration(key: key, expected: "at most \(Int32.max)", found: "\(found)")
    }
    let depth = input.extent.depth > 1 ? 3 : 1
    parameters = depth * 9 * input.channels * filters
    let step = Extent(depth: depth > 1 ? stride : 1, height: stride, width: stride)
    func strided(_ size: Int, _ stride: Int) -> Int { (size + stride - 1) / stride }
    let output = Shape(
      batch: input.batch, channels: filters,
      extent: Extent(
        depth: strided(input.extent.depth, step.depth), height: strided(input.extent.height, step.height),
        width: strided(input.extent.width, step.width)))
    gigaflop = 2e-9 * Double(output.pixels) * Double(parameters)
    var kernel = ck_convolution(
      batch: Int32(input.batch), depth: Int32(input.extent.depth), height: Int32(input.extent.height),
      width: Int32(input.extent.width), channels_a: Int32(input.channels), channels_b: 0, filters: Int32(filters),
      kernel_depth: Int32(depth), kernel_height: 3, kernel_width: 3, stride_depth: Int32(step.depth),
      stride_height: Int32(step.height), stride_width: Int32(step.width), workers: Int32(workers),
      algorithm: CK_AUTOMATIC)
    let scratch = scratchCount(&kernel, direction)
    try MemoryBudget.require(
      ByteCount.product(ByteCount.sum(tensors, scratch), floatBytes), for: purpose, remedy: remedy)
    let buffers = Buffers(
      kernel: &kernel, input: input, output: output, parameters: parameters, direction: direction)
    let clock = ContinuousClock()
    let all = (0..<repeats + 2).map { _ in clock.measure { buffers.run(&kernel, direction) } / .seconds(1) }
    seconds = Array(all.dropFirst(2))
  }
}

/// The floats that a pass works in.
private func scratchCount(_ kernel: inout ck_convolution, _ direction: ConvolutionBenchmark.Direction) -> Int {
  switch direction {
  case .forward: ck_convolution_forward_scratch(&kernel, false)
  case .backwardData: ck_convolution_backward_data_scratch(&kernel)
  case .backwardWeights: ck_convolution_backward_weights_scratch(&kernel)
  }
}

/// What the passes read and write.
private final class Buffers {
  private let input: UnsafeMutableBufferPointer<Float>
  private let weights: UnsafeMutableBufferPointer<Float>
  private let output: UnsafeMutableBufferPointer<Float>
  private let scratch: UnsafeMutableBufferPointer<Float>

  init(
    kernel: inout ck_convolution, input shape: Shape, output outputShape: Shape, parameters: Int,
    direction: ConvolutionBenchmark.Direction
  ) {
    var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "benchmark", operation: "convolution"))
    func filled(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
      let buffer = allocateFloats(count)
      for index in buffer.indices { buffer[index] = Float(generator.normal()) }
      return buffer
    }
    input = filled(shape.count)
    weights = filled(parameters)
    output = filled(outputShape.count)
    scratch = allocateFloats(scratchCount(&kernel, direction))
  }

  deinit { for buffer in [input, weights, output, scratch] { buffer.deallocate() } }

  func run(_ kernel: inout ck_convolution, _ direction: ConvolutionBenchmark.Direction) {
    var tensors = ck_convolution_tensors()
    tensors.input_a.values = UnsafePointer(input.baseAddress)
    tensors.weights = UnsafePointer(weights.baseAddress)
    tensors.output_gradient = UnsafePointer(output.baseAddress)
    switch direction {
    case .forward:
      tensors.output = output.baseAddress
      ck_convolution_forward(&kernel, &tensors, scratch.baseAddress)
    case .backwardData:
      tensors.gradient_a.values = input.baseAddress
      ck_convolution_backward_data(&kernel, &tensors, scratch.baseAddress)
    case .backwardWeights:
      tensors.weights_gradient = weights.baseAddress
      ck_convolution_backward_weights(&kernel, &tensors, scratch.baseAddress)
    }
  }
}
