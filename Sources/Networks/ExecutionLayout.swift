import Randomness

/// Decides which activations and gradients an execution needs, for how long, and hence their offsets.
///
/// Steps: node i runs forward in step i, the loss in step n, node i backward in step 2n - i.
struct ExecutionLayout {
  let network: Network
  let shapes: [Shape]
  let workers: Int
  let isInference: Bool
  /// The gradient of these values (by index) is computed.
  let needsGradient: [Bool]
  let isTrainable: [Bool]
  private(set) var memory = MemoryPlan([])

  /// Indices into the memory plan; nil where there is no such buffer.
  private var valueSlots: [Int] = []
  private var gradientSlots: [Int?] = []
  private var pendingSlots: [Int?] = []
  private var preparedSlots: [Int?] = []
  private var savedSlots: [Int?] = []
  private var forwardScratchSlots: [Int?] = []
  private var backwardScratchSlots: [Int?] = []

  /// Lays out for training what `isTrainable` accepts by name; nil: for inference.
  init(_ network: Network, input: Shape, isTrainable isChosen: ((String) -> Bool)?, workers: Int) {
    self.network = network
    self.workers = workers
    var shapes = [input]
    for node in network.nodes { shapes.append(node.layer.outputShape(of: node.inputs.map { shapes[$0] })) }
    self.shapes = shapes
    isInference = isChosen == nil
    isTrainable = network.nodes.map { node in
      node.layer.parameters.contains { isChosen?(node.parameterName($0)) ?? false }
    }
    var needsGradient = [false]
    for (index, node) in network.nodes.enumerated() {
      needsGradient.append(isTrainable[index] || node.inputs.contains { needsGradient[$0] })
    }
    self.needsGradient = needsGradient
    layOut()
  }

  private var count: Int { network.nodes.count }
  private func backwardStep(_ node: Int) -> Int { 2 * count - node }

  /// The first node whose backward pass runs.
  var firstBackwardNode: Int { needsGradient.dropFirst().firstIndex(of: true).map { $0 - 1 } ?? count }

  private func runsBackward(_ node: Int) -> Bool { needsGradient[node + 1] }
  private func mode(_ node: Int) -> LayerMode {
    isInference ? .inference : runsBackward(node) ? .training : .frozen
  }

  // MARK: Lifetimes

  private mutating func layOut() {
    var requests: [MemoryPlan.Request] = []
    func request(_ name: String, _ size: Int, _ lifetime: ClosedRange<Int>) -> Int? {
      guard size > 0 else { return nil }
      requests.append(MemoryPlan.Request(name: name, size: size, lifetime: lifetime))
      return requests.count - 1
    }
    valueSlots = shapes.indices.map { request("activations \($0)", shapes[$0].count, valueLifetime($0))! }
    gradientSlots = Array(repeating: nil, count: shapes.count)
    for value in shapes.indices.reversed() where value > 0 && needsGradient[value] {
      // A layer that works in place hands its output's gradient on as its input's.
      if let heir = inPlaceHeir(of: value) {
        gradientSlots[value] = gradientSlots[heir]
      } else {
        gradientSlots[value] = request("gradient of activations \(value)", shapes[value].count, gradientLifetime(value))
      }
    }
    pendingSlots = shapes.indices.map { value in
      request("normalisation of activations \(value)", pendingNormalisation(of: value)?.size ?? 0, valueLifetime(value))
    }
    for (index, node) in network.nodes.enumerated() {
      let needs = node.layer.needs(
        inputs: node.inputs.map { shapes[$0] }, workers: workers, mode: mode(index),
        leavesNormalisation: pendingSlots[index + 1] != nil)
      let backward = backwardStep(index)
      preparedSlots.append(request("prepared weights of \(node.name)", needs.prepared, 0...2 * count + 1))
      savedSlots.append(request("kept by \(node.name)", needs.saved, index...(runsBackward(index) ? backward : index)))
      forwardScratchSlots.append(request("temporary of \(node.name)", needs.forwardScratch, index...index))
      backwardScratchSlots.append(
        runsBackward(index)
          ? request("temporary of \(node.name), backward", needs.backwardScratch, backward...backward) : nil)
    }
    memory = MemoryPlan(requests)
  }

  private func consumers(of value: Int) -> [Int] {
    network.nodes.indices.filter { network.nodes[$0].inputs.contains(value) }
  }

  private func isOutput(_ value: Int) -> Bool { network.outputs.contains { $0.value == value } }

  /// The normalisation that a value's reader does, where it has one reader that can.
  private func pendingNormalisation(of value: Int) -> PendingNormalisation? {
    let readers = consumers(of: value)
    guard value > 0, readers.count == 1, !isOutput(value) else { return nil }
    let (maker, reader) = (network.nodes[value - 1], network.nodes[readers[0]])
    guard reader.layer.normalisesInputs(reader.inputs.map { shapes[$0] }) else { return nil }
    return maker.layer.pendingNormalisation(inputs: maker.inputs.map { shapes[$0] }, mode: mode(value - 1))
  }

  private func valueLifetime(_ value: Int) -> ClosedRange<Int> {
    let consumers = consumers(of: value)
    // The input is written before the first step, an output read after the last forward one.
    var last = isOutput(value) ? count : consumers.max() ?? value
    for node in consumers where runsBackward(node) && network.nodes[node].layer.backwardReads.contains(.inputs) {
      last = max(last, backwardStep(node))
    }
    if value > 0, runsBackward(value - 1),
      network.nodes[value - 1].layer.backwardReads.contains(.output) || pendingNormalisation(of: value) != nil
    {
      last = max(last, backwardStep(value - 1))
    }
    return max(value - 1, 0)...max(last, value - 1)
  }

  /// From the loss, for an output, or the backward step of the last consumer, to that of the node that made the value; further where
  /// in-place layers hand the buffer on.
  private func gradientLifetime(_ value: Int) -> ClosedRange<Int> {
    let first = isOutput(value) ? count : consumers(of: value).max().map(backwardStep) ?? backwardStep(value - 1)
    var maker = value - 1
    while network.nodes[maker].layer.isBackwardInPlace, needsGradient[network.nodes[maker].inputs[0]] {
      maker = network.nodes[maker].inputs[0] - 1
    }
    return first...backwardStep(maker)
  }

  /// The output of the in-place layer that this value alone goes into.
  private func inPlaceHeir(of value: Int) -> Int? {
    let consumers = consumers(of: value)
    guard let heir = consumers.first(where: { network.nodes[$0].layer.isBackwardInPlace }) else { return nil }
    precondition(
      consumers.count == 1 && !isOutput(value), "the input of an in-place layer has one consumer and is no output")
    return heir + 1
  }

  // MARK: Places

  func value(_ index: Int, in arena: UnsafeMutablePointer<Float>) -> Tensor {
    Tensor(shape: shapes[index], start: arena + memory.offsets[valueSlots[index]])
  }

  func gradient(_ index: Int, in arena: UnsafeMutablePointer<Float>) -> Tensor? {
    gradientSlots[index].map { Tensor(shape: shapes[index], start: arena + memory.offsets[$0]) }
  }

  func passes(
    arena: UnsafeMutablePointer<Float>, parameters: ParameterBuffer, gradients: ParameterBuffer?,
    key: UnsafePointer<RandomKey>
  ) -> [LayerPass] {
    // The loss writes those of the outputs first.
    var isWritten = shapes.indices.map(isOutput)
    func place(_ slot: Int?) -> UnsafeMutablePointer<Float> { slot.map { arena + memory.offsets[$0] } ?? arena }
    var passes: [LayerPass] = []
    for (index, node) in network.nodes.enumerated().reversed() {
      let targets = node.inputs.map { value -> LayerPass.GradientTarget? in
        guard runsBackward(index), let tensor = gradient(value, in: arena) else { return nil }
        defer { isWritten[value] = true }
        return LayerPass.GradientTarget(tensor: tensor, adds: isWritten[value])
      }
      passes.append(
        LayerPass(
          inputs: node.inputs.map { value($0, in: arena) }, output: value(index + 1, in: arena),
          pendingOfInputs: node.inputs.map { pendingCoefficients(of: $0, in: arena) },
          pendingOfOutput: pendingSlots[index + 1].map { arena + memory.offsets[$0] },
          parameters: places(of: node, in: parameters),
          prepared: preparedSlots[index].map { arena + memory.offsets[$0] }, saved: place(savedSlots[index]),
          scratch: place(forwardScratchSlots[index]), backwardScratch: place(backwardScratchSlots[index]),
          workers: workers, mode: mode(index), key: key, outputGradient: gradient(index + 1, in: arena),
          inputGradients: targets,
          parameterGradients: gradients.flatMap { isTrainable[index] ? places(of: node, in: $0) : nil } ?? []))
    }
    return passes.reversed()
  }

  private func pendingCoefficients(of value: Int, in arena: UnsafeMutablePointer<Float>) -> PendingCoefficients? {
    guard let slot = pendingSlots[value], let normalisation = pendingNormalisation(of: value) else { return nil }
    return PendingCoefficients(coefficients: arena + memory.offsets[slot], normalisation: normalisation)
  }

  private func places(of node: Network.Node, in buffer: ParameterBuffer) -> [UnsafeMutablePointer<Float>] {
    node.layer.parameters.compactMap { network.layout[node.parameterName($0)] }.map { buffer[$0].baseAddress! }
  }
}
