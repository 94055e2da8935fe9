import Networks

/// Transfer learning: copies the weights of a trained network into another as far as they fit.
/// Source: Yosinski et al., "How transferable are features in deep neural networks?", NeurIPS 2014.
public struct WeightTransfer: Sendable {
  /// How the weights of a 2-D convolution become those of a 3-D one.
  /// Source: Carreira and Zisserman, "Quo Vadis, Action Recognition?", CVPR 2017, section 2.2, for `mean`.
  public enum Inflation: String, CaseIterable, Sendable {
    /// They are the middle slice of the kernel, the others are 0: at first the network sees each slice alone.
    case centre
    /// Each slice has them, divided by the number of slices.
    case mean
  }

  /// How the weights of the first layer become those of one with other channels.
  public enum ChannelRule: String, CaseIterable, Sendable {
    /// Each channel has the mean of the model's, so that the sum over equal channels stays the same.
    case average
    /// The first channels are copied; further ones start at 0.
    case copy
  }

  /// What became of a parameter.
  public enum Outcome: String, Sendable {
    /// Copied.
    case loaded
    /// Made of weights of another shape.
    case inflated
    /// New, with its first values.
    case initialised
    /// In the model, but not in the network, or not in part 1.
    case leftOut = "left out"
  }

  /// A line of the table of what became of each parameter.
  public struct Row: Hashable, Sendable {
    /// The parameter's name.
    public let name: String
    /// Its shape: the network's, or the model's where it is left out.
    public let shape: [Int]
    /// What became of it.
    public let outcome: Outcome
    /// Why.
    public let reason: String
  }

  /// The last block of part 1.
  public var cut: CutPoint
  /// For convolutions along the depth of a 3-D network.
  public var inflation = Inflation.centre
  /// For another number of channels; nil: the first layer must have the model's.
  public var channels: ChannelRule?

  /// Makes a transfer up to a cut.
  public init(cut: CutPoint, inflation: Inflation = .centre, channels: ChannelRule? = nil) {
    (self.cut, self.inflation, self.channels) = (cut, inflation, channels)
  }

  /// Fills the parameters of a network: part 1 from a model as far as it fits, all others with their first values.
  ///
  /// - Parameters:
  ///   - file: The model; `fileName` names it in messages.
  ///   - depth: The network's number of downsamplings.
  /// - Returns: The table, in the order of the network, then what is left out by name.
  /// - Throws: `TransferError.unknownCut`, `.nothingLoaded`.
  public func apply(
    _ file: WeightFile, fileName: String, to network: Network, depth: Int, parameters: ParameterBuffer, seed: UInt64,
    stage: String
  ) throws(TransferError) -> [Row] {
    let blocks = try cut.firstPart(depth: depth).map { $0 + "." }
    var rows: [Row] = []
    var new: Set<String> = []
    for entry in network.layout.entries {
      let (name, shape) = (entry.parameter.name, entry.parameter.shape)
      let (outcome, reason) =
        blocks.contains { name.hasPrefix($0) }
        ? load(file.arrays[name], into: parameters[entry], name: name, shape: shape)
        : (.initialised, "part 2, behind the cut \(cut.name)")
      if outcome == .initialised { new.insert(name) }
      rows.append(Row(name: name, shape: shape, outcome: outcome, reason: reason))
    }
    network.initialise(parameters, seed: seed, stage: stage) { new.contains($0) }
    guard rows.contains(where: { $0.outcome != .initialised }) else {
      throw .nothingLoaded(file: fileName, cut: cut.name)
    }
    let known = Set(rows.map(\.name))
    for (name, array) in file.arrays.sorted(by: { $0.key < $1.key }) {
      if !known.contains(name) {
        rows.append(Row(name: name, shape: array.shape, outcome: .leftOut, reason: "not in the network"))
      } else if new.contains(name) {
        rows.append(Row(name: name, shape: array.shape, outcome: .leftOut, reason: "replaced by part 2"))
      }
    }
    return rows
  }

  /// The number of parameters of part 1 that the model does not have.
  ///
  /// - Throws: `TransferError.unknownCut`.
  public func newInFirstPart(_ rows: [Row], depth: Int) throws(TransferError) -> Int {
    let blocks = try cut.firstPart(depth: depth).map { $0 + "." }
    return rows.count { row in row.outcome == .initialised && blocks.contains { row.name.hasPrefix($0) } }
  }

  private func load(
    _ array: WeightFile.Array?, into values: UnsafeMutableBufferPointer<Float>, name: String, shape: [Int]
  ) -> (Outcome, String) {
    guard let array else { return (.initialised, "not in the model") }
    if array.shape == shape {
      _ = values.update(fromContentsOf: array.values)
      return (.loaded, "")
    }
    guard array.shape.count == 5, shape.count == 5 else { return (.initialised, other(array.shape)) }
    // A transposed convolution has its channels first: [channels, depth, height, width, filters].
    let isTransposed = name.hasSuffix("upsampling.weight")
    let depthAxis = isTransposed ? 1 : 0
    var expected = array.shape
    var notes: [String] = []
    if array.shape[depthAxis] == 1, shape[depthAxis] > 1 {
      expected[depthAxis] = shape[depthAxis]
      notes.append(
        "2-D kernel, " + (isTransposed ? "repeated over" : "\(inflation.rawValue) of") + " depth \(shape[depthAxis])")
    }
    if !isTransposed, name.hasPrefix(Self.firstLayer), array.shape[3] != shape[3], let channels {
      expected[3] = shape[3]
      notes.append("\(array.shape[3]) channels to \(shape[3]), \(channels.rawValue)")
    }
    guard expected == shape, !notes.isEmpty else { return (.initialised, other(array.shape)) }
    fill(values, shape: shape, from: array, isTransposed: isTransposed)
    return (.inflated, notes.joined(separator: "; "))
  }

  /// The first layer's parameters begin with this.
  private static let firstLayer = "encoder.0."

  private func other(_ shape: [Int]) -> String { "shape \(shape) in the model" }

  private func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: [Int], from array: WeightFile.Array, isTransposed: Bool
  ) {
    let (d, h, w) = isTransposed ? (1, 2, 3) : (0, 1, 2)
    let c = isTransposed ? 0 : 3
    func offset(_ shape: [Int], _ depth: Int, _ y: Int, _ x: Int, _ channel: Int) -> Int {
      isTransposed
        ? (((channel * shape[1] + depth) * shape[2] + y) * shape[3] + x) * shape[4]
        : (((depth * shape[1] + y) * shape[2] + x) * shape[3] + channel) * shape[4]
    }
    for depth in 0..<shape[d] {
      let (source, factor) = slice(depth, of: shape[d], from: array.shape[d], isTransposed: isTransposed)
      for y in 0..<shape[h] {
        for x in 0..<shape[w] {
          for channel in 0..<shape[c] {
            let target = offset(shape, depth, y, x, channel)
            let mixed = mixture(channel, of: shape[c], from: array.shape[c])
            for filter in 0..<shape[4] {
              let sum = mixed.channels.reduce(Float(0)) {
                $0 + array.values[offset(array.shape, source, y, x, $1) + filter]
              }
              values[target + filter] = factor * mixed.factor * sum
            }
          }
        }
      }
    }
  }

  /// The slice of the model's kernel that a slice is made of, and what it is multiplied by.
  private func slice(_ depth: Int, of count: Int, from model: Int, isTransposed: Bool) -> (Int, Float) {
    if model == count { return (depth, 1) }
    if isTransposed { return (0, 1) }
    switch inflation {
    case .centre: return (0, depth == count / 2 ? 1 : 0)
    case .mean: return (0, 1 / Float(count))
    }
  }

  /// The model's channels that a channel is the sum of, and what that is multiplied by.
  private func mixture(_ channel: Int, of count: Int, from model: Int) -> (channels: Range<Int>, factor: Float) {
    if model == count { return (channel..<channel + 1, 1) }
    switch channels {
    case .average: return (0..<model, 1 / Float(count))
    case .copy, nil: return channel < model ? (channel..<channel + 1, 1) : (0..<0, 0)
    }
  }
}
