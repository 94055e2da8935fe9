import Randomness

/// Layers and how they are joined.
///
/// Activations are numbered: 0 is the input, each node makes the next.
public struct Network: Sendable {
  /// A layer, where it takes its inputs from, and the name before those of its parameters.
  struct Node: Sendable {
    let name: String
    let layer: any Layer
    let inputs: [Int]

    /// Unique in its network.
    var title: String { layer.title.map { "\(name).\($0)" } ?? name }

    /// Whether the layer belongs to one of these blocks, such as `encoder.0.`.
    func isIn(_ blocks: [String]) -> Bool { blocks.contains { "\(name).".hasPrefix($0) } }

    func parameterName(_ parameter: ParameterSpecification) -> String { "\(name).\(parameter.name)" }
  }

  /// An output: its name, and the activation that it is.
  struct Output: Sendable {
    let name: String
    let value: Int
    /// The pixels of the input along each axis for one of the output.
    var step = Extent(height: 1, width: 1)
    /// The share of its loss in that of a training; all sum to 1.
    var weight = 1.0
    /// Whether it only helps the training of the main output, as with deep supervision.
    var isForTraining = false
  }

  /// The channels of the input.
  public let inputChannels: Int
  /// The images that one output is made of: 2 where a network compares two patches.
  public let imagesPerSample: Int
  /// An input's extent must be a multiple of this along each axis.
  public let extentMultiple: Extent
  let nodes: [Node]
  /// The main output first.
  let outputs: [Output]
  /// The offset of each parameter.
  public let layout: ParameterLayout

  init(
    inputChannels: Int, imagesPerSample: Int = 1, extentMultiple: Extent, nodes: [Node], outputs: [Output],
    layout: ParameterLayout? = nil
  ) {
    precondition(
      !outputs.isEmpty && outputs.allSatisfy { $0.value > 0 }, "a network has an output, which a layer makes")
    self.inputChannels = inputChannels
    self.imagesPerSample = imagesPerSample
    self.extentMultiple = extentMultiple
    self.nodes = nodes
    self.outputs = outputs
    self.layout =
      layout
      ?? ParameterLayout(
        nodes.flatMap { node in
          node.layer.parameters.map { parameter in
            var named = parameter
            named.name = node.parameterName(parameter)
            return named
          }
        })
  }

  /// What a prediction computes: all but the outputs that serve the training alone.
  var predictingPart: Network { part { !$0.isForTraining } }

  /// What an output alone needs, with the parameters of the whole network; nil where there is no output of this name.
  private func part(of output: String) -> Network? {
    outputs.contains { $0.name == output } ? part { $0.name == output } : nil
  }

  /// What some of the outputs need, with the parameters of the whole network.
  private func part(of isKept: (Output) -> Bool) -> Network {
    let kept = outputs.filter(isKept)
    guard kept.count < outputs.count else { return self }
    var isNeeded = Array(repeating: false, count: nodes.count + 1)
    for output in kept { isNeeded[output.value] = true }
    for index in nodes.indices.reversed() where isNeeded[index + 1] {
      for input in nodes[index].inputs { isNeeded[input] = true }
    }
    // The numbers of the activations that stay.
    var numbers = [0]
    for index in nodes.indices { numbers.append(numbers[index] + (isNeeded[index + 1] ? 1 : 0)) }
    let needed = nodes.indices.filter { isNeeded[$0 + 1] }.map { index in
      Node(name: nodes[index].name, layer: nodes[index].layer, inputs: nodes[index].inputs.map { numbers[$0] })
    }
    return Network(
      inputChannels: inputChannels, extentMultiple: extentMultiple, nodes: needed,
      outputs: kept.map { Output(name: $0.name, value: numbers[$0.value], step: $0.step) }, layout: layout)
  }

  /// The rest of the network behind its first part: a network whose input is the one activation of the first part that it
  /// reads, with the parameters of the whole. Nil where it reads several, such as skip connections, or none.
  ///
  /// - Parameter firstPart: The blocks of the first part, such as `encoder.0.`.
  public func tail(behind firstPart: [String]) -> Network? {
    let first = nodes.indices.filter { nodes[$0].isIn(firstPart) }
    guard !first.isEmpty, first == Array(0..<first.count), first.count < nodes.count else { return nil }
    let rest = nodes[first.count...]
    let read = Set(rest.flatMap(\.inputs).filter { $0 <= first.count })
    guard let value = read.first, read.count == 1, value > 0, outputs.allSatisfy({ $0.value > first.count }) else {
      return nil
    }
    func number(_ old: Int) -> Int { old == value ? 0 : old - first.count }
    return Network(
      inputChannels: channels[value], extentMultiple: extentMultiple,
      nodes: rest.map { Node(name: $0.name, layer: $0.layer, inputs: $0.inputs.map(number)) },
      outputs: outputs.map {
        Output(
          name: $0.name, value: number($0.value), step: $0.step, weight: $0.weight, isForTraining: $0.isForTraining)
      },
      layout: layout)
  }

  /// The first part of a network up to the activation that `tail` reads, which is its output.
  ///
  /// - Parameter firstPart: As in `tail`.
  public func front(upTo firstPart: [String]) -> Network? {
    guard tail(behind: firstPart) != nil else { return nil }
    let count = nodes.count { $0.isIn(firstPart) }
    let value = nodes[count...].flatMap(\.inputs).first { $0 <= count } ?? count
    return Network(
      inputChannels: inputChannels, extentMultiple: extentMultiple, nodes: Array(nodes[..<value]),
      outputs: [Output(name: "features", value: value)], layout: layout)
  }

  /// The channels of each activation, by its number.
  private var channels: [Int] {
    shapes(input: Shape(batch: imagesPerSample, channels: inputChannels, extent: extentMultiple)).map(\.channels)
  }

  /// Whether passes of a training draw random numbers, so that equal inputs give other outputs.
  public var isRandom: Bool { nodes.contains { $0.layer is Dropout } }

  /// The name of the output that judges the whole scan.
  static let scanOutput = "scan"

  /// What judges the whole scan alone; nil where nothing does.
  public var scanPart: Network? { part(of: Self.scanOutput) }
  /// What makes the main output alone.
  public var mainPart: Network { part { $0.name == outputs[0].name } }

  /// The names of the outputs, the main one first.
  public var outputNames: [String] { outputs.map(\.name) }

  /// The shapes of the outputs, the main one first.
  public func outputShapes(input: Shape) -> [Shape] {
    let shapes = shapes(input: input)
    return outputs.map { shapes[$0.value] }
  }

  /// The shape of each activation, by its number.
  private func shapes(input: Shape) -> [Shape] {
    var shapes = [input]
    for node in nodes { shapes.append(node.layer.outputShape(of: node.inputs.map { shapes[$0] })) }
    return shapes
  }

  /// The channels of the main output: of a segmentation, its classes.
  public var outputChannels: Int { channels[outputs[0].value] }

  /// The multiplications with an addition that the definition of a forward pass asks for.
  public func multiplyAdds(input: Shape) -> Int {
    multiplyAddsOfLayers(input: input).reduce(0) { $0 + $1.count }
  }

  /// The same for each layer, by the name that an execution reports for it.
  public func multiplyAddsOfLayers(input: Shape) -> [(layer: String, count: Int)] {
    var shapes = [input]
    return nodes.map { node in
      let inputs = node.inputs.map { shapes[$0] }
      shapes.append(node.layer.outputShape(of: inputs))
      return (node.title, node.layer.multiplyAdds(inputs: inputs))
    }
  }

  /// Fills the parameters whose names `isChosen` accepts with their first values, each from a generator of its own.
  public func initialise(
    _ parameters: ParameterBuffer, seed: UInt64, stage: String, where isChosen: (String) -> Bool = { _ in true }
  ) {
    for entry in layout.entries where isChosen(entry.parameter.name) {
      var generator = PhiloxGenerator(
        RandomKey(seed: seed, stage: stage, operation: "initialise \(entry.parameter.name)"))
      let values = parameters[entry]
      switch entry.parameter.initialisation {
      case .constant(let value): values.update(repeating: value)
      case .he(let fanIn, let slope):
        Self.fillNormal(values, variance: 2 / (1 + Double(slope) * Double(slope)) / Double(fanIn), &generator)
      case .leCun(let fanIn): Self.fillNormal(values, variance: 1 / Double(fanIn), &generator)
      }
    }
  }

  private static func fillNormal(
    _ values: UnsafeMutableBufferPointer<Float>, variance: Double, _ generator: inout PhiloxGenerator
  ) {
    let deviation = variance.squareRoot()
    for index in values.indices { values[index] = Float(deviation * generator.normal()) }
  }
}
