/// How a parameter is initialised.
public enum Initialisation: Hashable, Sendable {
  /// Normal with mean 0 and variance 2 / ((1 + `slope`^2) `fanIn`), for layers before a rectifier of that slope below 0.
  /// Source: He et al., "Delving Deep into Rectifiers", ICCV 2015, equation 15.
  case he(fanIn: Int, slope: Float)
  /// Normal with mean 0 and variance 1 / `fanIn`, for layers before no rectifier.
  /// Source: LeCun et al., "Efficient BackProp", 1998, section 4.6.
  case leCun(fanIn: Int)
  /// The same number everywhere.
  case constant(Float)
}

/// A named array of numbers that a network learns, or measures as it learns.
public struct ParameterSpecification: Hashable, Sendable {
  /// Unique in its network, such as `encoder.0.convolution1.weight`; inside a layer the last part alone.
  public var name: String
  /// The sizes along the axes, slowest first.
  public var shape: [Int]
  /// Its first value.
  public var initialisation: Initialisation
  /// False for what is measured in training rather than learnt: a gradient of it is never taken.
  public var isLearnt = true
  /// Whether weight decay applies to it: true for the weights of convolutions, false for biases and for what scales or
  /// shifts a channel, or is its slope.
  public var decays = true

  /// The number of values.
  public var count: Int { shape.reduce(1, *) }
}

/// The offset of each parameter of a network in one buffer.
public struct ParameterLayout: Hashable, Sendable {
  /// A parameter and where its values begin, in floats from the buffer's start.
  public struct Entry: Hashable, Sendable {
    /// The parameter.
    public let parameter: ParameterSpecification
    /// Its first value's index; a multiple of 16.
    public let offset: Int

    /// The indices of its values.
    public var range: Range<Int> { offset..<offset + parameter.count }
  }

  /// The parameters in the network's order.
  public let entries: [Entry]
  /// The buffer's size in floats.
  public let size: Int
  private let indices: [String: Int]

  init(_ parameters: [ParameterSpecification]) {
    var size = 0
    entries = parameters.map { parameter in
      defer { size += MemoryPlan.padded(parameter.count) }
      return Entry(parameter: parameter, offset: size)
    }
    self.size = size
    indices = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, $0) })
  }

  /// The number of learnt numbers.
  public var parameterCount: Int { entries.reduce(0) { $0 + ($1.parameter.isLearnt ? $1.parameter.count : 0) } }

  /// The entry of a name.
  public subscript(name: String) -> Entry? { indices[name].map { entries[$0] } }
}

/// A number for each parameter of a network: its weights, their gradients or an optimiser's moments.
public final class ParameterBuffer {
  /// The offset of each parameter.
  public let layout: ParameterLayout
  /// All numbers, with zeros between the parameters; valid for as long as the buffer lives.
  public let values: UnsafeMutableBufferPointer<Float>

  /// Makes a buffer of zeros.
  public init(_ layout: ParameterLayout) {
    self.layout = layout
    values = allocateFloats(layout.size)
  }

  deinit { values.deallocate() }

  /// The values of an entry of this buffer's layout.
  public subscript(entry: ParameterLayout.Entry) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: values[entry.range])
  }

  /// Takes over another buffer's numbers; both have the same layout.
  public func copy(from other: ParameterBuffer) {
    precondition(layout == other.layout, "the buffers belong to different networks")
    values.baseAddress!.update(from: other.values.baseAddress!, count: values.count)
  }
}
