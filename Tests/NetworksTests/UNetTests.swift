import Foundation
import Networks
import TestSupport
import Testing

@Suite struct UNetTests {
  private func configuration(
    dimensions: Int = 2, inputChannels: Int = 1, classes: Int = 2, baseChannels: Int = 4, depth: Int = 2
  ) -> UNetConfiguration {
    UNetConfiguration(
      dimensions: dimensions, inputChannels: inputChannels, classes: classes, baseChannels: baseChannels, depth: depth)
  }

  @Test("a U-Net has the parameters that its shape asks for")
  func parameterCount() throws {
    // Convolutions without bias and normalisations: 9 (1 * 4 + 4 * 4) + 16, 9 (4 * 8 + 8 * 8) + 32, ...
    let encoder = 9 * (4 + 16) + 16 + 9 * (32 + 64) + 32 + 9 * (128 + 256) + 64
    let decoder = 16 * 4 * 8 + 8 + 9 * (128 + 64) + 32 + 8 * 4 * 4 + 4 + 9 * (32 + 16) + 16
    let head = 4 * 2 + 2
    let layout = try configuration().network().layout
    #expect(layout.parameterCount == encoder + decoder + head)
    #expect(layout.entries.allSatisfy { $0.offset % 16 == 0 })
    for entry in layout.entries {
      #expect(UNetPart.allCases.count { $0.contains(entry.parameter.name) } == 1, "\(entry.parameter.name)")
    }
  }

  @Test("weight decay applies to the weights of convolutions, and to nothing else")
  func decay() throws {
    var configuration = configuration(baseChannels: 8)
    configuration.activation = .prelu
    for normalisation in NormalisationKind.allCases {
      configuration.normalisation = normalisation
      for entry in try configuration.network().layout.entries {
        let name = entry.parameter.name
        #expect(entry.parameter.decays == name.hasSuffix(".weight"), "\(name)")
      }
    }
  }

  @Test("interpolation has no parameters; the convolution behind it reads all channels")
  func linearUpsampling() throws {
    var configuration = configuration()
    configuration.upsampling = .linear
    let layout = try configuration.network().layout
    #expect(layout.entries.allSatisfy { !$0.parameter.name.contains("upsampling") })
    #expect(layout["decoder.1.convolution1.weight"]?.parameter.shape == [1, 3, 3, 16 + 8, 8])
    #expect(layout["decoder.0.convolution1.weight"]?.parameter.shape == [1, 3, 3, 8 + 4, 4])
  }

  @Test("strided convolutions halve the resolution without a layer, or a parameter, more; shortcuts take the mean")
  func stridedConvolutions() throws {
    var configuration = configuration()
    let pooled = try configuration.network()
    configuration.downsampling = .stridedConvolution
    let strided = try configuration.network()
    #expect(strided.layout == pooled.layout)
    let shape = Shape(batch: 1, channels: 1, extent: Extent(height: 16, width: 16))
    // The first convolutions of the two lower levels are computed at a quarter of the pixels of what they read, as behind pooling.
    #expect(strided.multiplyAdds(input: shape) == pooled.multiplyAdds(input: shape))
    configuration.residual = .all
    let titles = try configuration.network().multiplyAddsOfLayers(input: shape).map(\.layer)
    #expect(titles.filter { $0.hasSuffix("pooling") } == ["encoder.1.shortcut.pooling", "encoder.2.shortcut.pooling"])
  }

  @Test("residual blocks have a 1x1 convolution where the channels change, and none where they do not")
  func residualBlocks() throws {
    var configuration = configuration(inputChannels: 4)
    let plain = try configuration.network().layout
    configuration.residual = .all
    let layout = try configuration.network().layout
    let added = Set(layout.entries.map(\.parameter.name)).subtracting(plain.entries.map(\.parameter.name))
    let convolutions = added.filter { $0.hasSuffix(".shortcut.convolution1.weight") }
    #expect(convolutions.map { $0.prefix(9) }.sorted() == ["decoder.0", "decoder.1", "encoder.1", "encoder.2"])
    #expect(added.count == 3 * convolutions.count)
    configuration.residual = .encoder
    let names = try configuration.network().layout.entries.map(\.parameter.name)
    #expect(Set(names).subtracting(plain.entries.map(\.parameter.name)) == added.filter { $0.hasPrefix("encoder.") })
    #expect(layout["encoder.1.shortcut.convolution1.weight"]?.parameter.shape == [1, 1, 1, 4, 8])
    #expect(layout["decoder.1.shortcut.convolution1.weight"]?.parameter.shape == [1, 1, 1, 16, 8])
  }

  @Test("without normalisation a residual network learns as well")
  func residualWithoutNormalisation() throws {
    var configuration = SmallUNet.Configuration.all[0]
    (configuration.unet.residual, configuration.unet.normalisation) = (.all, .none)
    let net = try SmallUNet(configuration)
    let first = net.train()
    for _ in 0..<60 { net.train() }
    #expect(net.forward() < first / 2)
  }

  @Test("an extent must be a multiple of 2 to the power of the depth, of depth 1 in two dimensions")
  func extentMultiples() throws {
    #expect(try configuration(depth: 3).network().extentMultiple == Extent(height: 8, width: 8))
    #expect(
      try configuration(dimensions: 3, depth: 2).network().extentMultiple == Extent(depth: 4, height: 4, width: 4))
  }

  private func supervised(depth: Int) -> UNetConfiguration {
    var configuration = configuration(depth: depth)
    configuration.hasDeepSupervision = true
    return configuration
  }

  @Test(
    "deep supervision adds a head at each resolution but the lowest of the decoder, with half the weight of the last one"
  )
  func deepSupervision() throws {
    let network = try supervised(depth: 4).network()
    let plain = try configuration(depth: 4).network()
    let shape = Shape(batch: 1, channels: 1, extent: Extent(height: 32, width: 48))
    #expect(network.outputNames == ["logits", "logits.1", "logits.2"])
    #expect(network.outputShapes(input: shape).map(\.extent.height) == [32, 16, 8])
    let added = Set(network.layout.entries.map(\.parameter.name)).subtracting(
      plain.layout.entries.map(\.parameter.name))
    #expect(
      added == [
        "head.1.convolution.weight", "head.1.convolution.bias", "head.2.convolution.weight", "head.2.convolution.bias",
      ])
    let (weights, gradients) = (ParameterBuffer(network.layout), ParameterBuffer(network.layout))
    let execution = try Execution(
      network, parameters: weights, input: shape, purpose: .training(gradients: gradients, isTrainable: { _ in true }))
    let shares: [Double] = [4 / 7, 2 / 7, 1 / 7]
    #expect(execution.outputs.map(\.weight) == shares)
    // In prediction neither the time nor the memory of a network without it.
    let prediction = try Execution(network, parameters: weights, input: shape, purpose: .inference)
    var layers: [String] = []
    prediction.forward { layers.append($0) }
    #expect(layers == plain.multiplyAddsOfLayers(input: shape).map(\.layer))
    #expect(prediction.outputs.count == 1)
    #expect(
      try network.memory(input: shape, parameterBuffers: 0, isTrainable: nil)
        == plain.memory(input: shape, parameterBuffers: 0, isTrainable: nil))
  }

  private func grouped(_ groups: Int, _ normalisation: NormalisationKind = .group) -> UNetConfiguration {
    var configuration = configuration()
    (configuration.normalisation, configuration.groups) = (normalisation, groups)
    return configuration
  }

  @Test("numbers out of range, and values that do not go together, are refused by name")
  func ranges() {
    let wrong = [
      (configuration(dimensions: 4), "network: dimensions is 4; expected a whole number from 2 to 3"),
      (configuration(inputChannels: 0), "network: input_channels is 0; expected a whole number from 1 to 1024"),
      (configuration(classes: 1), "network: classes is 1; expected a whole number from 2 to 254"),
      (configuration(baseChannels: 0), "network: base_channels is 0; expected a whole number from 1 to 1024"),
      (configuration(depth: 0), "network: depth is 0; expected a whole number from 1 to 6"),
      (configuration(depth: 7), "network: depth is 7; expected a whole number from 1 to 6"),
      (
        supervised(depth: 2),
        "network: deep_supervision is true; expected false with fewer than 3 downsamplings (depth)"
      ),
      (grouped(3), "network: groups is 3; expected a number that divides base_channels (4)"),
      (grouped(4, .batch), "network: groups is 4; expected no value without norm: group"),
    ]
    for dropout in [-0.1, 1, .nan] {
      var configuration = configuration()
      configuration.dropout = dropout
      let error = #expect(throws: NetworkError.self) { try configuration.network() }
      #expect(error?.description == "network: dropout is \(dropout); expected a number of at least 0 and below 1")
    }
    for (configuration, text) in wrong {
      let error = #expect(throws: NetworkError.self) { try configuration.network() }
      #expect(error?.description == text)
    }
  }

  @Test("weights begin normally distributed with the layer's variance, normalisations as the identity")
  func initialisation() throws {
    let network = try configuration(baseChannels: 32, depth: 1).network()
    let weights = ParameterBuffer(network.layout)
    network.initialise(weights, seed: 1, stage: "test")
    func moments(_ name: String) throws -> (mean: Double, variance: Double) {
      let values = doubles(Array(weights[try #require(network.layout[name])]))
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }
    let variances: [(name: String, variance: Double)] = [
      ("encoder.1.convolution2.weight", 2 / 576), ("decoder.0.convolution1.weight", 2 / 576),
      ("decoder.0.upsampling.weight", 1 / 64),
    ]
    for (name, variance) in variances {
      let found = try moments(name)
      #expect(found.mean.magnitude < 0.05 * variance.squareRoot())
      #expect((found.variance / variance - 1).magnitude < 0.05)
    }
    #expect(try moments("encoder.0.normalisation1.scale") == (1, 0))
    #expect(try moments("encoder.0.normalisation1.shift") == (0, 0))
  }

  @Test("before a leaky rectifier the variance is smaller by 1 + slope^2")
  func leakyInitialisation() throws {
    var configuration = configuration(baseChannels: 32, depth: 1)
    configuration.activation = .leakyReLU
    let network = try configuration.network()
    let entry = try #require(network.layout["encoder.1.convolution2.weight"])
    #expect(entry.parameter.initialisation == .he(fanIn: 576, slope: 0.01))
    let (relu, leaky) = (ParameterBuffer(network.layout), ParameterBuffer(network.layout))
    try self.configuration(baseChannels: 32, depth: 1).network().initialise(relu, seed: 1, stage: "test")
    network.initialise(leaky, seed: 1, stage: "test")
    let scaled = doubles(Array(relu[entry])).map { $0 / 1.0001.squareRoot() }
    #expect(Tolerance.accurateKernel.deviation(of: Array(leaky[entry]), from: scaled) == nil)
  }

  @Test("a card's network is read as it was written; older ones lack what has been added since")
  func cards() throws {
    var changed = configuration()
    changed.activation = .leakyReLU
    changed.dropout = 0.25
    for written in [configuration(), changed] + UNetConfiguration.variations {
      #expect(try JSONDecoder().decode(UNetConfiguration.self, from: JSONEncoder().encode(written)) == written)
    }
    let old = #"{"base_channels":4,"classes":2,"depth":2,"dimensions":2,"input_channels":1,"norm":"instance"}"#
    #expect(try JSONDecoder().decode(UNetConfiguration.self, from: Data(old.utf8)) == configuration())
  }

  @Test("first values are a function of seed, stage and parameter, and only of those chosen")
  func initialisationIsKeyed() throws {
    let network = try configuration().network()
    func values(_ seed: UInt64, _ stage: String, where isChosen: (String) -> Bool = { _ in true }) -> [Float] {
      let buffer = ParameterBuffer(network.layout)
      network.initialise(buffer, seed: seed, stage: stage, where: isChosen)
      return Array(buffer.values)
    }
    let all = values(1, "train")
    #expect(values(1, "train") == all)
    #expect(values(2, "train") != all)
    #expect(values(1, "pretrain") != all)
    let head = values(1, "train", where: UNetPart.head.contains)
    for entry in network.layout.entries {
      let isHead = UNetPart.head.contains(entry.parameter.name)
      #expect(isHead ? head[entry.range] == all[entry.range] : head[entry.range].allSatisfy { $0 == 0 })
    }
  }
}
