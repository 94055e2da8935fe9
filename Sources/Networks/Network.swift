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

    func parameterName(_ parameter: ParameterSpecification) -> String { "\(name).\(parameter.name)" }
  }

  /// An output: its name, and the activation that it is.
  struct Output: Sendable {
    let name: String
    let value: Int
  }

  /// The channels of the input.
  public let inputChannels: Int
  /// An input's extent must be a multiple of this along each axis.
  public let extentMultiple: Extent
  let nodes: [Node]
  /// The main output first.
  let outputs: [Output]
  /// The offset of each parameter.
  public let layout: ParameterLayout

  init(inputChannels: Int, extentMultiple: Extent, nodes: [Node], outputs: [Output]) {
    precondition(
      !outputs.isEmpty && outputs.allSatisfy { $0.value > 0 }, "a network has an output, which a layer makes")
    self.inputChannels = inputChannels
    self.extentMultiple = extentMultiple
    self.nodes = nodes
    self.outputs = outputs
    layout = ParameterLayout(
      nodes.flatMap { node in
        node.layer.parameters.map { parameter in
          var named = parameter
          named.name = node.parameterName(parameter)
          return named
        }
      })
  }

  /// The names of the outputs, the main one first.
  public var outputNames: [String] { outputs.map(\.name) }

  /// The channels of the main output: of a segmentation, its classes.
  public var outputChannels: Int {
    let smallest = Shape(batch: 1, channels: inputChannels, extent: extentMultiple)
    var shapes = [smallest]
    for node in nodes { shapes.append(node.layer.outputShape(of: node.inputs.map { shapes[$0] })) }
    return shapes[outputs[0].value].channels
  }

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
