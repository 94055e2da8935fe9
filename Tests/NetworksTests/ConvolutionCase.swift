import CKernels
import Networks
import TestSupport
import Testing

/// A convolution to be tested: sizes, and the kernels' answers to random input.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var extent: Extent
  var kernel: Extent
  var channelsA: Int
  var channelsB: Int
  var filters: Int
  var batch = 2
  var stride = Extent(height: 1, width: 1)
  var algorithm = CK_AUTOMATIC
  /// The variant of the kernels; nil: the processor's best.
  var variant: String?

  var channels: Int { channelsA + channelsB }
  var pixels: Int { batch * extent.count }
  var testDescription: String {
    let way = [CK_AUTOMATIC: "automatic", CK_DIRECT: "direct", CK_WINOGRAD_2: "F(2x2)", CK_WINOGRAD_4: "F(4x4)"]
    return "\(batch) x \(extent), kernel \(kernel), stride \(stride), \(channelsA) + \(channelsB) -> \(filters), "
      + "\(way[algorithm]!), \(variant ?? "best variant")"
  }

  var reference: ReferenceConvolution {
    ReferenceConvolution(
      batch: batch, extent: extent, channels: channels, filters: filters, kernel: kernel, stride: stride)
  }

  func kernel(workers: Int) -> ck_convolution {
    ck_convolution(
      batch: Int32(batch), depth: Int32(extent.depth), height: Int32(extent.height), width: Int32(extent.width),
      channels_a: Int32(channelsA), channels_b: Int32(channelsB), filters: Int32(filters),
      kernel_depth: Int32(kernel.depth), kernel_height: Int32(kernel.height), kernel_width: Int32(kernel.width),
      stride_depth: Int32(stride.depth), stride_height: Int32(stride.height), stride_width: Int32(stride.width),
      workers: Int32(workers), algorithm: algorithm)
  }

  static let extents = [
    Extent(height: 1, width: 1), Extent(height: 1, width: 5), Extent(height: 5, width: 7),
    Extent(height: 8, width: 8), Extent(depth: 3, height: 4, width: 5),
  ]
  static let kernels = [
    Extent(height: 1, width: 1), Extent(height: 3, width: 3), Extent(depth: 3, height: 3, width: 3),
  ]
  static let channels = [
    (1, 0, 16), (3, 0, 17), (16, 0, 33), (17, 0, 3), (33, 0, 64), (64, 0, 1), (1, 3, 16), (16, 17, 33), (33, 64, 17),
  ]
  static let small = extents.flatMap { extent in
    kernels.flatMap { kernel in
      channels.map {
        ConvolutionCase(
          extent: extent, kernel: kernel, channelsA: $0.0, channelsB: $0.1, filters: $0.2, algorithm: CK_DIRECT)
      }
    }
  }
  /// By Winograd's algorithm, with every variant that this processor has.
  static let winograd = small.filter { $0.kernel.height == 3 }.flatMap { test in
    KernelVariants.all.flatMap { variant in
      [CK_WINOGRAD_2, CK_WINOGRAD_4].map { algorithm in
        var test = test
        (test.algorithm, test.variant) = (algorithm, variant)
        return test
      }
    }
  }
  /// Of other kernels and strides: anisotropic, large, along one axis alone.
  static let general: [ConvolutionCase] = [
    (Extent(height: 3, width: 3), Extent(height: 2, width: 2)),
    (Extent(depth: 3, height: 3, width: 3), Extent(depth: 2, height: 2, width: 2)),
    (Extent(depth: 3, height: 3, width: 3), Extent(depth: 1, height: 2, width: 2)),
    (Extent(depth: 1, height: 3, width: 3), Extent(height: 1, width: 1)),
    (Extent(depth: 3, height: 1, width: 1), Extent(height: 1, width: 1)),
    (Extent(depth: 1, height: 1, width: 1), Extent(depth: 1, height: 2, width: 3)),
    (Extent(height: 5, width: 7), Extent(height: 1, width: 2)),
  ].flatMap { kernel, stride in
    [(1, 0, 16), (17, 0, 3), (16, 3, 33)].map { channels in
      ConvolutionCase(
        extent: Extent(depth: kernel.depth == 1 && kernel.height > 3 ? 1 : 5, height: 7, width: 9), kernel: kernel,
        channelsA: channels.0, channelsB: channels.1, filters: channels.2, stride: stride)
    }
  }
  /// Of strides, from one pixel to many blocks of pixels; of some input pixels nothing is read.
  static let strided: [ConvolutionCase] = [
    (Extent(height: 1, width: 1), Extent(height: 3, width: 3), Extent(height: 2, width: 2), (3, 0, 5)),
    (Extent(height: 61, width: 66), Extent(height: 3, width: 3), Extent(height: 2, width: 2), (17, 0, 33)),
    (Extent(height: 40, width: 37), Extent(height: 3, width: 3), Extent(height: 2, width: 2), (32, 16, 16)),
    (
      Extent(depth: 9, height: 14, width: 13), Extent(depth: 3, height: 3, width: 3),
      Extent(depth: 2, height: 2, width: 2), (16, 0, 32)
    ),
    (
      Extent(depth: 2, height: 8, width: 12), Extent(depth: 3, height: 3, width: 3),
      Extent(depth: 1, height: 2, width: 3), (33, 1, 7)
    ),
    (Extent(height: 9, width: 10), Extent(height: 1, width: 5), Extent(height: 2, width: 3), (4, 0, 3)),
    (Extent(height: 2, width: 31), Extent(height: 3, width: 7), Extent(height: 4, width: 2), (8, 3, 8)),
  ].map { extent, kernel, stride, channels in
    ConvolutionCase(
      extent: extent, kernel: kernel, channelsA: channels.0, channelsB: channels.1, filters: channels.2,
      stride: stride)
  }
  /// Of so many channels that the stages of the computation go through memory, or the weights are streamed.
  static let staged = [
    ConvolutionCase(
      extent: Extent(height: 9, width: 10), kernel: Extent(height: 3, width: 3), channelsA: 70, channelsB: 60,
      filters: 100),
    ConvolutionCase(
      extent: Extent(height: 9, width: 10), kernel: Extent(height: 3, width: 3), channelsA: 140, channelsB: 40,
      filters: 170),
    ConvolutionCase(
      extent: Extent(depth: 4, height: 5, width: 6), kernel: Extent(depth: 3, height: 3, width: 3), channelsA: 48,
      channelsB: 64, filters: 70),
  ]
  /// Of many blocks of pixels, the last of them not full; the first one is written past the cache.
  static let large = [
    ConvolutionCase(
      extent: Extent(height: 141, width: 131), kernel: Extent(height: 3, width: 3), channelsA: 9, channelsB: 0,
      filters: 32),
    ConvolutionCase(
      extent: Extent(height: 61, width: 67), kernel: Extent(height: 3, width: 3), channelsA: 33, channelsB: 0,
      filters: 17),
    ConvolutionCase(
      extent: Extent(depth: 9, height: 14, width: 13), kernel: Extent(depth: 3, height: 3, width: 3), channelsA: 7,
      channelsB: 9, filters: 8),
    ConvolutionCase(
      extent: Extent(height: 1, width: 9001), kernel: Extent(height: 1, width: 1), channelsA: 5, channelsB: 0,
      filters: 3, batch: 1),
  ]

  /// Of slices that are computed in pairs: an even and an odd number of them, tiles of both sizes, several blocks an image,
  /// several images a block, more than one panel of filters, staged gradients of the weights.
  static let paired = [
    (Extent(depth: 8, height: 21, width: 22), (17, 0, 33), 3, CK_WINOGRAD_4),
    (Extent(depth: 9, height: 29, width: 17), (5, 18, 9), 3, CK_WINOGRAD_4),
    (Extent(depth: 16, height: 8, width: 5), (16, 0, 16), 5, CK_WINOGRAD_4),
    (Extent(depth: 8, height: 11, width: 13), (16, 8, 16), 2, CK_WINOGRAD_2),
    (Extent(depth: 9, height: 13, width: 17), (48, 60, 70), 2, CK_WINOGRAD_4),
  ].map { extent, channels, batch, algorithm in
    ConvolutionCase(
      extent: extent, kernel: Extent(depth: 3, height: 3, width: 3), channelsA: channels.0, channelsB: channels.1,
      filters: channels.2, batch: batch, algorithm: algorithm)
  }

  /// What the three passes make of random input.
  struct Answers: Equatable {
    var output: [Float]
    var outputOfPrepared: [Float]
    var gradientA: [Float]
    var gradientB: [Float]
    var weightsGradient: [Float]
    var biasGradient: [Float]
    var areFencesIntact = true
  }

  var inputA: [Float] { normalFloats(pixels * channelsA, "input a") }
  var inputB: [Float] { normalFloats(pixels * channelsB, "input b") }
  var weights: [Float] { normalFloats(reference.weightCount, "weights") }
  var bias: [Float] { normalFloats(filters, "bias") }
  var outputGradient: [Float] { normalFloats(reference.outputCount, "output gradient") }

  /// Both inputs as one, in double precision.
  var input: [Double] {
    let (a, b) = (inputA, inputB)
    var joined: [Float] = []
    for pixel in 0..<pixels {
      joined += a[pixel * channelsA..<(pixel + 1) * channelsA]
      joined += b[pixel * channelsB..<(pixel + 1) * channelsB]
    }
    return doubles(joined)
  }

  /// Inputs that need no normalisation, and weights.
  func tensors(_ a: FencedFloats, _ b: FencedFloats, _ weights: FencedFloats) -> ck_convolution_tensors {
    var tensors = ck_convolution_tensors()
    tensors.input_a.values = UnsafePointer(a.start)
    if channelsB > 0 { tensors.input_b.values = UnsafePointer(b.start) }
    tensors.weights = UnsafePointer(weights.start)
    return tensors
  }

  func answers(workers: Int) -> Answers {
    KernelVariants.using(variant) { answersInUse(workers: workers) }
  }

  private func answersInUse(workers: Int) -> Answers {
    var c = kernel(workers: workers)
    let (a, b) = (FencedFloats(inputA), FencedFloats(inputB))
    let (w, offset, gradient) = (FencedFloats(weights), FencedFloats(bias), FencedFloats(outputGradient))
    let output = FencedFloats(count: reference.outputCount)
    let (gradientA, gradientB) = (FencedFloats(count: a.count), FencedFloats(count: b.count))
    let (weightsGradient, biasGradient) = (FencedFloats(count: w.count), FencedFloats(count: filters))
    var tensors = tensors(a, b, w)
    tensors.epilogue.shift = UnsafePointer(offset.start)
    tensors.output = output.start
    tensors.output_gradient = UnsafePointer(gradient.start)
    tensors.gradient_a = written(gradientA)
    if channelsB > 0 { tensors.gradient_b = written(gradientB) }
    (tensors.weights_gradient, tensors.bias_gradient) = (weightsGradient.start, biasGradient.start)
    var scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, false))
    ck_convolution_forward(&c, &tensors, scratch.start)
    var areIntact = scratch.isFenceIntact
    let (prepared, again) = (FencedFloats(count: ck_convolution_prepared_size(&c)), FencedFloats(count: output.count))
    scratch = FencedFloats(count: ck_convolution_forward_scratch(&c, true))
    ck_convolution_prepare(&c, w.start, prepared.start)
    var preparedTensors = tensors
    preparedTensors.prepared = prepared.count > 0 ? UnsafePointer(prepared.start) : nil
    preparedTensors.output = again.start
    ck_convolution_forward(&c, &preparedTensors, scratch.start)
    areIntact = areIntact && scratch.isFenceIntact && prepared.isFenceIntact && again.isFenceIntact
    scratch = FencedFloats(count: ck_convolution_backward_data_scratch(&c))
    ck_convolution_backward_data(&c, &tensors, scratch.start)
    areIntact = areIntact && scratch.isFenceIntact
    scratch = FencedFloats(count: ck_convolution_backward_weights_scratch(&c))
    ck_convolution_backward_weights(&c, &tensors, scratch.start)
    for buffer in [scratch, output, gradientA, gradientB, weightsGradient, biasGradient] {
      areIntact = areIntact && buffer.isFenceIntact
    }
    return Answers(
      output: output.values, outputOfPrepared: again.values, gradientA: gradientA.values, gradientB: gradientB.values,
      weightsGradient: weightsGradient.values, biasGradient: biasGradient.values, areFencesIntact: areIntact)
  }
}
