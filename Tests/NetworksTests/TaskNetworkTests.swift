import Networks
import TestSupport
import Testing

/// A network of U-Net blocks for another task than segmentation, with a loss.
private final class TaskNet {
  let network: Network
  let weights: ParameterBuffer
  let gradients: ParameterBuffer
  let execution: Execution
  private let loss: any Loss
  private let targets: TargetBuffer
  private let input: [Float]

  init(_ task: NetworkTask, dimensions: Int) throws {
    var configuration = UNetConfiguration(
      dimensions: dimensions, inputChannels: 2, classes: 2, baseChannels: 3, depth: 1, normalisation: .instance)
    (configuration.activation, configuration.downsampling) = (.leakyReLU, .meanPooling)
    network = try configuration.network(for: task)
    weights = ParameterBuffer(network.layout)
    gradients = ParameterBuffer(network.layout)
    network.initialise(weights, seed: 4, stage: "tasks")
    // Away from the kinks of the rectifiers, where a loss has no slope.
    for entry in network.layout.entries {
      let name = entry.parameter.name
      if name.hasSuffix(".shift") {
        for index in weights[entry].indices { weights[entry][index] = index % 2 == 1 ? -4 : 4 }
      }
      if name == "pretext.hidden.convolution1.bias" { weights[entry].update(repeating: 9) }
    }
    let shape = Shape(
      batch: 4, channels: 2, extent: Extent(depth: dimensions == 3 ? 4 : 1, height: 12, width: 14))
    execution = try Execution(
      network, parameters: weights, input: shape,
      purpose: .training(gradients: gradients, isTrainable: { _ in true }))
    let output = execution.output.shape
    let terms =
      task == .relativePatches
      ? LossTerms(CrossEntropyConfiguration()) : LossTerms(SquaredErrorConfiguration())
    loss = terms.loss(of: output)
    targets = TargetBuffer(terms.target, shape: output)
    input = normalFloats(shape.count, "task input")
    switch targets.all {
    case .classes(let labels): for index in labels.indices { labels[index] = UInt8(3 * index % output.channels) }
    case .numbers(let numbers): _ = numbers.update(fromContentsOf: normalFloats(output.count, "task target"))
    }
  }

  @discardableResult func forward() -> Double {
    _ = execution.input.values.update(from: input)
    execution.forward()
    return loss(output: execution.output, target: targets.all, gradient: execution.outputGradient, workers: 2).mean
      ?? .nan
  }
}

@Suite("A network for pre-training")
struct TaskNetworkTests {
  @Test(
    "has gradients that agree with central differences",
    arguments: [
      NetworkTask.reconstruction(hasSkips: true, bottleneck: nil), .reconstruction(hasSkips: false, bottleneck: 3),
      .relativePatches,
    ], [2, 3])
  func gradients(_ task: NetworkTask, dimensions: Int) throws {
    let net = try TaskNet(task, dimensions: dimensions)
    net.forward()
    net.execution.backward()
    let gradient = Array(net.gradients.values)
    for entry in net.network.layout.entries {
      let direction = gradient[entry.range].map(Double.init)
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-3 else { continue }
      let values = net.weights[entry]
      let start = Array(values)
      func loss(_ step: Double) -> Double {
        for index in values.indices { values[index] = Float(Double(start[index]) + step * direction[index] / length) }
        return net.forward()
      }
      let step = 2e-3
      let slope = (loss(step) - loss(-step)) / (2 * step)
      _ = values.update(from: start)
      #expect(abs(slope - length) < 0.05 * length + 1e-3, "\(entry.parameter.name): \(slope) for \(length)")
    }
  }

  @Test("has the encoder of the U-Net by name and shape; an autoencoder's decoder sees no skip connection")
  func names() throws {
    let configuration = UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 4, depth: 2)
    let unet = try configuration.network().layout
    let encoder = unet.entries.map(\.parameter).filter { $0.name.hasPrefix("encoder.") }
    let tasks: [NetworkTask] = [
      .reconstruction(hasSkips: true, bottleneck: nil), .reconstruction(hasSkips: false, bottleneck: 2),
      .relativePatches,
    ]
    for task in tasks {
      let layout = try configuration.network(for: task).layout
      #expect(encoder.allSatisfy { layout[$0.name]?.parameter == $0 })
    }
    let autoencoder = try configuration.network(for: tasks[1])
    #expect(autoencoder.layout["decoder.0.convolution1.weight"]?.parameter.shape == [1, 3, 3, 4, 4])
    #expect(autoencoder.layout["bottleneck.convolution.weight"]?.parameter.shape == [1, 1, 1, 16, 2])
    #expect(autoencoder.outputChannels == 1)
    let patches = try configuration.network(for: .relativePatches)
    #expect(patches.imagesPerSample == 2 && patches.outputChannels == 8)
    #expect(
      patches.outputShapes(input: Shape(batch: 6, channels: 1, extent: Extent(height: 16, width: 16)))
        == [Shape(batch: 3, channels: 8, extent: Extent(height: 1, width: 1))])
  }

  @Test("is cut behind one activation: the head's input computed once gives the output of the whole")
  func tails() throws {
    let configuration = UNetConfiguration(
      dimensions: 2, inputChannels: 1, classes: 3, baseChannels: 4, depth: 2, normalisation: .batch)
    let network = try configuration.network()
    let blocks = ["encoder.", "decoder."]
    let (front, tail) = (try #require(network.front(upTo: blocks)), try #require(network.tail(behind: blocks)))
    #expect(network.tail(behind: ["encoder."]) == nil && tail.inputChannels == 4)
    let weights = ParameterBuffer(network.layout)
    network.initialise(weights, seed: 2, stage: "tail")
    let shape = Shape(batch: 2, channels: 1, extent: Extent(height: 8, width: 12))
    func output(_ network: Network, _ shape: Shape, _ input: [Float]) throws -> [Float] {
      let execution = try Execution(network, parameters: weights, input: shape, purpose: .inference)
      _ = execution.input.values.update(fromContentsOf: input)
      execution.forward()
      return Array(execution.output.values)
    }
    let image = normalFloats(shape.count, "tail input")
    var inner = shape
    inner.channels = 4
    #expect(try output(tail, inner, output(front, shape, image)) == output(network, shape, image))
  }
}

@Suite("A network that judges whole scans")
struct ScanHeadTests {
  private static let heads = [
    ScanHead(body: .encoder, pooling: .mean, hidden: [], outputs: 3),
    ScanHead(body: .encoder, pooling: .mean, hidden: [5], activation: .tanh, outputs: 3),
    ScanHead(
      body: .lenet(channels: [2, 3]), pooling: .flatten, hidden: [6, 4], activation: .sigmoid, outputs: 3,
      window: Extent(height: 12, width: 16)),
    ScanHead(
      body: .lenet(channels: [2]), pooling: .mean, hidden: [6], activation: .tanh, outputs: 3),
    ScanHead(
      body: .voxels, pooling: .flatten, hidden: [4], activation: .tanh, outputs: 3,
      window: Extent(height: 12, width: 16)),
  ]

  @Test("has gradients that agree with central differences", arguments: heads)
  func gradients(_ head: ScanHead) throws {
    var configuration = UNetConfiguration(
      dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 3, depth: 1, normalisation: .instance)
    (configuration.activation, configuration.downsampling) = (.leakyReLU, .meanPooling)
    let network = try configuration.network(for: .scan(head))
    let (weights, gradients) = (ParameterBuffer(network.layout), ParameterBuffer(network.layout))
    network.initialise(weights, seed: 6, stage: "scan")
    for entry in network.layout.entries where entry.parameter.name.hasSuffix(".shift") {
      for index in weights[entry].indices { weights[entry][index] = index % 2 == 1 ? -4 : 4 }
    }
    let shape = Shape(batch: 3, channels: 1, extent: Extent(height: 12, width: 16))
    let execution = try Execution(
      network, parameters: weights, input: shape,
      purpose: .training(gradients: gradients, isTrainable: { _ in true }))
    #expect(execution.output.shape == Shape(batch: 3, channels: 3, extent: Extent(height: 1, width: 1)))
    let loss = CrossEntropyConfiguration().loss(of: execution.output.shape)
    let targets = TargetBuffer(classes: [0, 2, 1])
    let input = normalFloats(shape.count, "scan input")
    func forward() -> Double {
      _ = execution.input.values.update(from: input)
      execution.forward()
      return loss(output: execution.output, target: targets.all, gradient: execution.outputGradient, workers: 2).mean
        ?? .nan
    }
    _ = forward()
    execution.backward()
    let gradient = Array(gradients.values)
    for entry in network.layout.entries {
      let direction = gradient[entry.range].map(Double.init)
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-3 else { continue }
      let values = weights[entry]
      let start = Array(values)
      func loss(_ step: Double) -> Double {
        for index in values.indices { values[index] = Float(Double(start[index]) + step * direction[index] / length) }
        return forward()
      }
      let slope = (loss(5e-3) - loss(-5e-3)) / 1e-2
      _ = values.update(from: start)
      #expect(abs(slope - length) < 0.05 * length + 1e-3, "\(entry.parameter.name): \(slope) for \(length)")
    }
  }

  @Test("beside a segmentation has the weighted sum of both losses, and gradients that agree with central differences")
  func shared() throws {
    var configuration = UNetConfiguration(
      dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 3, depth: 1, normalisation: .instance)
    (configuration.activation, configuration.downsampling) = (.leakyReLU, .meanPooling)
    let network = try configuration.network(for: .shared(Self.heads[1]))
    #expect(network.outputNames == ["logits", "scan"] && network.outputChannels == 2)
    let (weights, gradients) = (ParameterBuffer(network.layout), ParameterBuffer(network.layout))
    network.initialise(weights, seed: 6, stage: "scan")
    for entry in network.layout.entries where entry.parameter.name.hasSuffix(".shift") {
      for index in weights[entry].indices { weights[entry][index] = index % 2 == 1 ? -4 : 4 }
    }
    let shape = Shape(batch: 3, channels: 1, extent: Extent(height: 12, width: 16))
    let execution = try Execution(
      network, parameters: weights, input: shape,
      purpose: .training(gradients: gradients, isTrainable: { _ in true }))
    let terms = LossTerms(
      [.init(CrossEntropyConfiguration())], scan: .init(SigmoidCrossEntropyConfiguration(), weight: 0.7))
    let losses = OutputLosses(terms, of: execution)
    let targets = TargetBuffer(classes: randomLabels(shape.pixels, classes: 2, ignoresSome: true))
    let scanTargets = TargetBuffer(.numbers, shape: execution.outputs[1].values.shape)
    if case .numbers(let numbers) = scanTargets.all {
      for index in numbers.indices { numbers[index] = Float(index % 2) }
    }
    let input = normalFloats(shape.count, "scan input")
    func forward() -> Double {
      _ = execution.input.values.update(from: input)
      execution.forward()
      return losses(target: targets.all, scanTarget: scanTargets.all, workers: 2).mean ?? .nan
    }
    let sum = forward()
    let parts = zip(execution.outputs, [targets, scanTargets]).map { output, target in
      let configuration: any LossConfiguration =
        output.name == "scan" ? SigmoidCrossEntropyConfiguration() : CrossEntropyConfiguration()
      return configuration.loss(of: output.values.shape)(
        output: output.values, target: target.all, gradient: nil, workers: 1
      ).mean ?? .nan
    }
    #expect(abs(sum - parts[0] - 0.7 * parts[1]) < 1e-6)
    execution.backward()
    let gradient = Array(gradients.values)
    for name in ["encoder.1.convolution1.weight", "scan.hidden1.convolution1.weight", "head.convolution.weight"] {
      let entry = try #require(network.layout[name])
      let direction = gradient[entry.range].map(Double.init)
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(length > 1e-3, "\(name)")
      let values = weights[entry]
      let start = Array(values)
      func loss(_ step: Double) -> Double {
        for index in values.indices { values[index] = Float(Double(start[index]) + step * direction[index] / length) }
        return forward()
      }
      let slope = (loss(5e-3) - loss(-5e-3)) / 1e-2
      _ = values.update(from: start)
      #expect(abs(slope - length) < 0.05 * length + 1e-3, "\(name): \(slope) for \(length)")
    }
  }

  @Test(
    "beside a segmentation gives what it gives alone, with the weights of the whole; features are those of each level")
  func parts() throws {
    let configuration = UNetConfiguration(
      dimensions: 2, inputChannels: 1, classes: 3, baseChannels: 4, depth: 2, normalisation: .batch)
    let head = ScanHead(body: .encoder, pooling: .mean, hidden: [], outputs: 2)
    let network = try configuration.network(for: .shared(head))
    let weights = ParameterBuffer(network.layout)
    network.initialise(weights, seed: 2, stage: "parts")
    let shape = Shape(batch: 2, channels: 1, extent: Extent(height: 8, width: 12))
    let image = normalFloats(shape.count, "parts input")
    func outputs(_ network: Network, _ weights: ParameterBuffer) throws -> [[Float]] {
      let execution = try Execution(network, parameters: weights, input: shape, purpose: .inference)
      _ = execution.input.values.update(fromContentsOf: image)
      execution.forward()
      return execution.outputs.map { Array($0.values.values) }
    }
    func alone(_ task: NetworkTask) throws -> [[Float]] {
      let other = try configuration.network(for: task)
      let own = ParameterBuffer(other.layout)
      for entry in other.layout.entries {
        let source = try #require(network.layout[entry.parameter.name])
        withExtendedLifetime(weights) { _ = own[entry].update(fromContentsOf: weights[source]) }
      }
      return try outputs(other, own)
    }
    let both = try outputs(network, weights)
    #expect(try both == alone(.segmentation) + alone(.scan(head)))
    #expect(try outputs(network.mainPart, weights) == [both[0]])
    #expect(try outputs(#require(network.scanPart), weights) == [both[1]])
    let features = try alone(.features(of: nil))
    #expect(features.map(\.count) == [2 * 4 * 96, 2 * 8 * 24, 2 * 16 * 6])
  }
}
