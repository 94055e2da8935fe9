import Networks
import Testing
import Training

@Suite("Weight transfer")
struct WeightTransferTests {
  private static let model = UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 4, depth: 2)

  private func file(_ configuration: UNetConfiguration = model) throws -> WeightFile {
    let network = try configuration.network()
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 3, stage: "source")
    var file = WeightFile()
    file.store(parameters)
    return file
  }

  private func apply(
    _ transfer: WeightTransfer, _ file: WeightFile, to configuration: UNetConfiguration
  ) throws -> (rows: [String: WeightTransfer.Row], parameters: ParameterBuffer, network: Network) {
    let network = try configuration.network()
    let parameters = ParameterBuffer(network.layout)
    let rows = try transfer.apply(
      file, fileName: "a", to: network, depth: configuration.depth, parameters: parameters, seed: 9, stage: "s")
    let present = rows.filter { $0.outcome != .leftOut }
    return (Dictionary(uniqueKeysWithValues: present.map { ($0.name, $0) }), parameters, network)
  }

  @Test(
    "Part 1 keeps its bits up to the cut, and part 2 is new",
    arguments: [
      ("whole", ["encoder.0.", "encoder.1.", "encoder.2.", "decoder.1.", "decoder.0.", "head."]),
      ("head", ["encoder.0.", "encoder.1.", "encoder.2.", "decoder.1.", "decoder.0."]),
      ("encoder", ["encoder.0.", "encoder.1.", "encoder.2."]), ("encoder.1", ["encoder.0.", "encoder.1."]),
      ("decoder.1", ["encoder.0.", "encoder.1.", "encoder.2.", "decoder.1."]),
    ])
  func cuts(_ name: String, _ kept: [String]) throws {
    let file = try file()
    let cut = try #require(CutPoint(name))
    let found = try apply(WeightTransfer(cut: cut), file, to: Self.model)
    for entry in found.network.layout.entries {
      let isKept = kept.contains { entry.parameter.name.hasPrefix($0) }
      #expect(found.rows[entry.parameter.name]?.outcome == (isKept ? .loaded : .initialised))
      let isEqual = Array(found.parameters[entry]) == file.arrays[entry.parameter.name]?.values
      #expect(
        isEqual == isKept || entry.parameter.initialisation == .constant(0)
          || entry.parameter.initialisation == .constant(1))
    }
  }

  @Test("The head is new for other classes; the table says what is left out of the model")
  func classes() throws {
    var other = Self.model
    other.classes = 5
    let network = try other.network()
    let rows = try WeightTransfer(cut: .head).apply(
      file(), fileName: "a", to: network, depth: 2, parameters: ParameterBuffer(network.layout), seed: 9, stage: "s")
    let left = rows.suffix(2)
    #expect(left.map(\.name) == ["head.convolution.bias", "head.convolution.weight"])
    #expect(left.map(\.shape) == [[2], [1, 1, 1, 4, 2]])
    #expect(left.allSatisfy { $0.outcome == .leftOut && $0.reason == "replaced by part 2" })
    #expect(rows.count { $0.outcome == .initialised } == 2)
  }

  @Test("A deeper network is loaded as far as it fits, a shallower one leaves the rest out")
  func depth() throws {
    var deeper = Self.model
    deeper.depth = 3
    let found = try apply(WeightTransfer(cut: .whole), try file(), to: deeper)
    let new = found.rows.values.filter { $0.outcome == .initialised }
    #expect(
      Set(new.map { $0.name.split(separator: ".").prefix(2).joined(separator: ".") }) == ["encoder.3", "decoder.2"])
    #expect(new.allSatisfy { $0.reason == "not in the model" })
    let shallow = try apply(WeightTransfer(cut: .whole), try file(deeper), to: Self.model)
    #expect(shallow.rows.values.allSatisfy { $0.outcome == .loaded })
  }

  @Test("2-D weights inflated by the mean give the 2-D output on a volume of equal slices, but at its ends")
  func inflation() throws {
    var volume = Self.model
    volume.dimensions = 3
    volume.normalisation = .none
    var plane = Self.model
    plane.normalisation = .none
    let file = try file(plane)
    let found = try apply(WeightTransfer(cut: .whole, inflation: .mean), file, to: volume)
    #expect(found.rows["encoder.0.convolution1.weight"]?.outcome == .inflated)
    #expect(found.rows["decoder.0.upsampling.weight"]?.reason == "2-D kernel, repeated over depth 2")
    let image = (0..<256).map { Float($0 % 17) / 17 }
    let expected = try output(plane, file, image, depth: 1)
    var weights = WeightFile()
    weights.store(found.parameters)
    let slices = try output(volume, weights, (0..<64).flatMap { _ in image }, depth: 64)
    let middle = Array(slices[(32 * 512)..<(33 * 512)])
    for (a, b) in zip(middle, expected) { #expect(abs(a - b) <= 1e-4 * (1 + abs(b))) }
    let centre = try apply(WeightTransfer(cut: .whole, inflation: .centre), file, to: volume)
    weights = WeightFile()
    weights.store(centre.parameters)
    let alone = try output(volume, weights, (0..<64).flatMap { _ in image }, depth: 64)
    for (a, b) in zip(alone.prefix(512), expected) { #expect(abs(a - b) <= 1e-4 * (1 + abs(b))) }
  }

  private func output(
    _ configuration: UNetConfiguration, _ file: WeightFile, _ image: [Float], depth: Int
  ) throws -> [Float] {
    let network = try configuration.network()
    let parameters = ParameterBuffer(network.layout)
    try file.load(into: parameters, file: "a")
    let shape = Shape(batch: 1, channels: 1, extent: Extent(depth: depth, height: 16, width: 16))
    let execution = try Execution(network, parameters: parameters, input: shape, purpose: .inference)
    _ = execution.input.values.update(fromContentsOf: image)
    execution.forward()
    return Array(execution.output.values)
  }

  @Test("Another number of channels needs a rule: the mean keeps the response to equal channels, a copy the first ones")
  func channels() throws {
    var colours = Self.model
    colours.inputChannels = 3
    let file = try file()
    let model = try #require(file.arrays["encoder.0.convolution1.weight"]).values
    let none = try apply(WeightTransfer(cut: .head), file, to: colours)
    #expect(none.rows["encoder.0.convolution1.weight"]?.outcome == .initialised)
    let mean = try apply(WeightTransfer(cut: .head, channels: .average), file, to: colours)
    #expect(mean.rows["encoder.0.convolution1.weight"]?.reason == "1 channels to 3, average")
    let entry = try #require(mean.network.layout["encoder.0.convolution1.weight"])
    // Shape [1, 3, 3, channels, 4].
    let inflated = Array(mean.parameters[entry])
    for place in 0..<9 {
      for channel in 0..<3 {
        for filter in 0..<4 {
          #expect(abs(inflated[(place * 3 + channel) * 4 + filter] - model[place * 4 + filter] / 3) < 1e-6)
        }
      }
    }
    let copied = try apply(WeightTransfer(cut: .head, channels: .copy), file, to: colours)
    let copy = withExtendedLifetime(copied.parameters) { Array(copied.parameters[entry]) }
    #expect(Array(copy[0..<4]) == Array(model[0..<4]) && Array(copy[4..<12]) == Array(repeating: 0, count: 8))
  }

  @Test("A cut that no network has, or this one has not, and a model that fits nowhere are refused")
  func mistakes() throws {
    for name in ["all", "encoder.x", "encoder.", "decoder.-1", "head.1", "encoder.01"] {
      #expect(CutPoint(name) == nil)
    }
    let cut = try #require(CutPoint("encoder.3"))
    let error = TransferError.unknownCut(
      "encoder.3",
      known: ["whole", "head", "encoder", "encoder.0", "encoder.1", "encoder.2", "decoder.1", "decoder.0"])
    #expect(throws: error) { try apply(WeightTransfer(cut: cut), try file(), to: Self.model) }
    var wide = Self.model
    wide.baseChannels = 8
    #expect(throws: TransferError.nothingLoaded(file: "a", cut: "encoder")) {
      try apply(WeightTransfer(cut: .encoder), WeightFile(), to: wide)
    }
  }
}

@Suite("A parameter schedule")
struct ParameterScheduleTests {
  private static let schedule = ParameterSchedule([
    .init(prefix: "encoder.0.", firstEpoch: nil), .init(prefix: "encoder.1.", rate: 0.5, firstEpoch: 2),
    .init(prefix: "encoder.2.", firstEpoch: 1),
  ])

  private func toy(_ schedule: ParameterSchedule, epochs: Int) throws -> ToyTraining {
    var toy = try ToyTraining(normalisation: .batch)
    toy.schedule = schedule
    toy.configuration.options.epochs = epochs
    return toy
  }

  private func block(_ prefix: String, _ toy: ToyTraining) -> [Float] {
    toy.network.layout.entries.filter { $0.parameter.name.hasPrefix(prefix) }.flatMap { Array(toy.parameters[$0]) }
  }

  @Test(
    "Frozen parameters keep their bits through ten steps and more, batch statistics included; thawed ones move from then on"
  )
  func thaws() throws {
    let start = try toy(Self.schedule, epochs: 1)
    for (epochs, moved) in [(1, [false, false, false]), (2, [false, false, true]), (3, [false, true, true])] {
      let toy = try toy(Self.schedule, epochs: epochs)
      let recorder = Recorder()
      try toy.loop(recorder).run()
      for (level, isMoved) in moved.enumerated() {
        #expect((block("encoder.\(level).", toy) != block("encoder.\(level).", start)) == isMoved, "\(epochs) \(level)")
      }
      #expect(block("decoder.", toy) != block("decoder.", start))
    }
    let long = try toy(ParameterSchedule([.init(prefix: "encoder.", firstEpoch: nil)]), epochs: 4)
    try long.loop(Recorder()).run()
    #expect(block("encoder.", long) == block("encoder.", start))
  }

  @Test("A training that resumes before, at and after a thaw ends with the bits of one that never stopped")
  func resumes() throws {
    let whole = try toy(Self.schedule, epochs: 4)
    try whole.loop(Recorder()).run()
    for stop in [3, 4, 5, 9, 13] {
      let first = try toy(Self.schedule, epochs: 4)
      let stopped = Recorder()
      stopped.stopAfterStep = stop
      #expect(throws: TrainingError.self) { try first.loop(stopped).run() }
      let second = try toy(Self.schedule, epochs: 4)
      try second.loop(Recorder()).run(from: try stopped.lastCheckpoint())
      #expect(second.weights == whole.weights, "stopped after \(stop) steps")
    }
  }

  @Test("A block with a tenth of the learning rate moves a tenth as far in the first step")
  func rates() throws {
    func moved(_ rate: Double) throws -> [Float] {
      var toy = try toy(ParameterSchedule([.init(prefix: "encoder.", rate: rate)]), epochs: 1)
      toy.samples = 4
      toy.configuration.optimiser = SGDConfiguration()
      let start = block("encoder.0.", try self.toy(.all, epochs: 1))
      try toy.loop(Recorder()).run()
      return zip(block("encoder.0.", toy), start).map { $0 - $1 }
    }
    let (whole, tenth) = (try moved(1), try moved(0.1))
    let largest = whole.map { abs($0) }.max() ?? 0
    #expect(largest > 0)
    // Running statistics move alike.
    let weights = zip(whole, tenth).filter { abs($0.0 - $0.1) > 1e-3 * largest }
    #expect(!weights.isEmpty && weights.allSatisfy { abs($0.1 - 0.1 * $0.0) < 0.02 * largest })
  }
}
