import CKernels
import Configurations
import Foundation
import Networks
import TestSupport
import Testing
import Training

/// What holds for every optimiser; see Tests/Golden/optimisers/make.py.
@Suite struct OptimiserTests {
  static let names = Optimisers.all.map { $0.name }

  private func kind(_ name: String) throws -> any OptimiserConfiguration.Type {
    try #require(Optimisers.all.first { $0.name == name })
  }

  // MARK: PyTorch

  /// Weights and gradients that follow from places and steps alone, as in the script of the golden files.
  private final class Replay {
    let weights: ParameterBuffer
    let gradients: ParameterBuffer
    private let entries: [ParameterLayout.Entry]

    init() throws {
      let layout = try UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 1, depth: 1)
        .network().layout
      (weights, gradients) = (ParameterBuffer(layout), ParameterBuffer(layout))
      entries = layout.entries.sorted { $0.parameter.name < $1.parameter.name }
      fill(weights) { Float(($0 * 31 + $1 * 53) % 97 - 48) / 32 }
    }

    func setGradients(step: Int) { fill(gradients) { Float((step * 37 + $0 * 29 + $1 * 101) % 201 - 100) / 64 } }

    private func fill(_ buffer: ParameterBuffer, _ value: (Int, Int) -> Float) {
      for (number, entry) in entries.enumerated() {
        for index in buffer[entry].indices { buffer[entry][index] = value(number, index) }
      }
    }
  }

  private func golden(_ name: String) throws -> WeightFile {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/optimisers/\(name).safetensors")
    return try WeightFile(contentsOf: url)
  }

  private func configuration<Kind: OptimiserConfiguration>(
    _ kind: Kind.Type, _ file: WeightFile, _ form: String
  ) throws -> any OptimiserConfiguration {
    let found = try JSONDecoder().decode(Kind.self, from: Data(try #require(file.metadata[form]).utf8))
    if form == "default" { #expect(found == Kind()) }
    return found
  }

  @Test("Fifty steps agree with PyTorch's, by the defaults and otherwise", arguments: names, ["default", "changed"])
  func agrees(name: String, form: String) throws {
    let file = try golden(name)
    let configuration = try configuration(try kind(name), file, form)
    let replay = try Replay()
    let optimiser = Optimiser(configuration, layout: replay.weights.layout)
    for step in 1...50 {
      replay.setGradients(step: step)
      optimiser.update(
        replay.weights, gradients: replay.gradients,
        learningRate: configuration.learningRate * (step <= 25 ? 1 : 0.5), step: step, workers: 1)
      guard [1, 10, 50].contains(step) else { continue }
      for entry in replay.weights.layout.entries {
        let expected = try #require(file.arrays["\(form)/\(step)/\(entry.parameter.name)"])
        #expect(expected.shape == entry.parameter.shape)
        let deviation = Tolerance.descent.deviation(of: replay.weights[entry], from: expected.values)
        #expect(deviation == nil, "\(entry.parameter.name) after step \(step)")
      }
    }
  }

  // MARK: Bits

  /// The weights after steps on a network whose arrays are longer than a thread's share.
  private func trained(_ name: String, workers: Int, variant: String? = nil) throws -> [Float] {
    ck_use_kernel_on_this_thread(variant)
    defer { ck_use_kernel_on_this_thread(nil) }
    let network = try UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 64, depth: 1)
      .network()
    let (weights, gradients) = (ParameterBuffer(network.layout), ParameterBuffer(network.layout))
    network.initialise(weights, seed: 1, stage: "weights")
    network.initialise(gradients, seed: 2, stage: "gradients")
    let optimiser = Optimiser(try kind(name).init(), layout: network.layout)
    for step in 1...3 {
      optimiser.update(weights, gradients: gradients, learningRate: 0.01, step: step, workers: workers)
    }
    return Array(weights.values)
  }

  @Test("The bits depend neither on the number of threads nor on the width of vectors", arguments: names)
  func bits(name: String) throws {
    let expected = try trained(name, workers: 1)
    for workers in [2, 3, 4] { #expect(try trained(name, workers: workers) == expected) }
    let variants: [String] = ["avx512", "avx2", "neon", "plain"]
    for variant in variants where ck_kernel_is_possible(variant) {
      #expect(try trained(name, workers: 2, variant: variant) == expected, "\(variant)")
    }
  }

  // MARK: Training

  private func toy(_ name: String) throws -> ToyTraining {
    var toy = try ToyTraining()
    toy.configuration.optimiser = try kind(name).init()
    return toy
  }

  @Test("Stopped and resumed from the checkpoint, a training ends with the same bits", arguments: names, [3, 6])
  func resumes(name: String, step: Int) throws {
    let whole = try toy(name)
    try whole.loop(Recorder()).run()
    let stopped = try toy(name)
    let recorder = Recorder()
    recorder.stopAfterStep = step
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    let checkpoint = TrainingCheckpoint(
      file: try WeightFile(try #require(recorder.checkpoints.last).file.encoded(), file: "checkpoint"))
    let resumed = try toy(name)
    try resumed.loop(Recorder()).run(from: checkpoint)
    #expect(resumed.weights == whole.weights)
  }

  @Test("Frozen parameters keep their bits, the others move", arguments: names)
  func frozen(name: String) throws {
    var toy = try toy(name)
    let before = toy.weights
    toy.schedule = .headOnly
    try toy.loop(Recorder()).run()
    let after = toy.weights
    for entry in toy.network.layout.entries {
      let isHead = UNetPart.head.contains(entry.parameter.name)
      #expect((Array(before[entry.range]) != Array(after[entry.range])) == isHead, "\(entry.parameter.name)")
    }
  }

  @Test("A learning rate of 0, and one that is not a number, are refused", arguments: names, [0, -0.1, .nan, 1.5])
  func rates(name: String, rate: Double) throws {
    var configuration = try kind(name).init()
    try configuration.check()
    configuration.learningRate = rate
    #expect {
      try configuration.check()
    } throws: { error in
      (error as? ConfigurationProblem)?.key == "learning_rate"
    }
  }
}

/// What an optimiser stores of a network.
@Suite struct OptimiserStateTests {
  @Test("The names of the state differ from one another and from those that a checkpoint has anyway")
  func names() {
    for kind in Optimisers.all {
      #expect(Set(kind.state + ["weights", "best"]).count == kind.state.count + 2, "\(kind.name)")
      #expect(kind.state.count <= 2)
    }
    #expect(Set(OptimiserTests.names).count == Optimisers.all.count)
  }
}
