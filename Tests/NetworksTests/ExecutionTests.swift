import CAllocationCounter
import CKernels
import Networks
import Randomness
import TestSupport
import Testing

@Suite struct ExecutionTests {
  typealias Configuration = SmallUNet.Configuration

  @Test(
    "a training has the same bits for 1, 2, 3 and 4 workers",
    arguments: Configuration.all + [.large, .dropping, .combined])
  func trainingDoesNotDependOnWorkers(_ configuration: Configuration) throws {
    func trained(_ workers: Int) throws -> (losses: [Double], weights: [Float]) {
      let net = try SmallUNet(configuration, workers: workers)
      let losses = (0..<3).map { _ in net.train() }
      return (losses, Array(net.weights.values))
    }
    let alone = try trained(1)
    for workers in 2...4 { #expect(try trained(workers) == alone) }
  }

  @Test("a step repeated has the same bits: nothing is left over in the arena")
  func stepsRepeat() throws {
    let net = try SmallUNet(.all[1])
    let first = net.forward()
    net.execution.backward()
    let gradients = Array(net.gradients.values)
    #expect(net.forward() == first)
    net.execution.backward()
    #expect(Array(net.gradients.values) == gradients)
  }

  @Test("training lowers the loss")
  func trainingLearns() throws {
    let net = try SmallUNet(.all[0])
    let first = net.train()
    for _ in 0..<60 { net.train() }
    #expect(net.forward() < first / 2)
  }

  @Test(
    "inference gives the logits of training in less memory, its prepared weights apart", arguments: Configuration.all)
  func inferenceAgrees(_ configuration: Configuration) throws {
    let net = try SmallUNet(configuration)
    net.forward()
    let inference = try Execution(
      net.network, parameters: net.weights, input: configuration.shape, purpose: .inference)
    _ = inference.input.values.update(from: normalFloats(configuration.shape.count, "input"))
    inference.forward()
    #expect(Array(inference.output.values) == Array(net.execution.output.values))
    #expect(inference.output.shape.channels == configuration.unet.classes)
    #expect(inference.outputGradient == nil)
    let prepared = inference.memory.requests.filter { $0.name.hasPrefix("prepared") }.reduce(0) { $0 + $1.size }
    #expect(inference.memory.size - prepared < net.execution.memory.size)
  }

  @Test("no two live buffers of an execution share memory", arguments: Configuration.all + [.dropping, .combined])
  func arenaIsSound(_ configuration: Configuration) throws {
    #expect(try MemoryPlanTests.firstCollision(SmallUNet(configuration).execution.memory) == nil)
  }

  @Test(
    "a training step allocates nothing once warm",
    .enabled(if: counts_allocations(), "a sanitizer replaces the counting of allocations"),
    arguments: [1, 2], Configuration.all + [.large, .dropping, .combined])
  func stepsDoNotAllocate(workers: Int, configuration: Configuration) throws {
    let net = try SmallUNet(configuration, workers: workers)
    net.train()
    let before = allocations_of_this_thread()
    net.train()
    #expect(allocations_of_this_thread() - before == 0)
  }

  @Test(
    "no loss allocates in a step, depends on the workers, or fails to fall",
    .enabled(if: counts_allocations(), "a sanitizer replaces the counting of allocations"), arguments: LossCheck.losses)
  func losses(_ loss: LossTerms) throws {
    let net = try SmallUNet(.large, workers: 1, loss: loss)
    let first = net.train()
    let before = allocations_of_this_thread()
    net.train()
    #expect(allocations_of_this_thread() - before == 0)
    let other = try SmallUNet(.large, workers: 3, loss: loss)
    for _ in 0..<2 { other.train() }
    #expect(Array(other.weights.values) == Array(net.weights.values))
    for _ in 0..<20 { net.train() }
    #expect(net.forward() < first * 0.9)
  }

  @Test("the counter counts")
  func counterCounts() {
    let before = allocations_of_this_thread()
    let memory = UnsafeMutablePointer<Int>.allocate(capacity: 1000)
    memory.deallocate()
    #expect(!counts_allocations() || allocations_of_this_thread() > before)
  }

  // MARK: Algorithms

  @Test(
    "on a fixed batch, the gradients of Winograd's convolutions are those of direct ones",
    arguments: [CK_WINOGRAD_2, CK_WINOGRAD_4],
    [
      Configuration(
        dimensions: 2, base: 16, depth: 2, classes: 3, batch: 4, channels: 1, extent: Extent(height: 64, width: 48)),
      Configuration(
        dimensions: 3, base: 16, depth: 1, classes: 2, batch: 2, channels: 1,
        extent: Extent(depth: 8, height: 20, width: 24)),
    ])
  func algorithmsAgree(_ algorithm: ck_algorithm, _ configuration: Configuration) throws {
    func gradients(_ algorithm: ck_algorithm) throws -> (network: Network, ParameterBuffer) {
      ck_use_algorithm_on_this_thread(algorithm)
      defer { ck_use_algorithm_on_this_thread(CK_AUTOMATIC) }
      let net = try SmallUNet(configuration)
      // Where roundings differ, a value may lie on the other side of a kink, and its gradient is another.
      net.keepAwayFromKinks()
      net.forward()
      net.execution.backward()
      return (net.network, net.gradients)
    }
    let (network, direct) = try gradients(CK_DIRECT)
    let (_, fast) = try gradients(algorithm)
    for entry in network.layout.entries {
      let deviation = Tolerance.sum.deviation(of: Array(fast[entry]), from: doubles(Array(direct[entry])))
      #expect(deviation == nil, "\(entry.parameter.name)")
    }
    #expect(Array(fast.values) != Array(direct.values))
  }

  @Test(
    "a training has the same bits with AVX2 and AVX-512",
    .enabled(if: ck_kernel_is_possible("avx512"), "no AVX-512 here"),
    arguments: Configuration.all + [.large, .batchNormalised, .combined])
  func bitsDoNotDependOnTheVariant(_ configuration: Configuration) throws {
    func trained(_ variant: String) throws -> [Float] {
      ck_use_kernel_on_this_thread(variant)
      defer { ck_use_kernel_on_this_thread(nil) }
      let net = try SmallUNet(configuration)
      for _ in 0..<3 { net.train() }
      return Array(net.weights.values)
    }
    #expect(try trained("avx2") == trained("avx512"))
  }

  // MARK: Dropout

  @Test("what is dropped follows from the key of the step alone")
  func dropoutIsKeyed() throws {
    func step(_ draw: Int, after others: [Int] = []) throws -> [Float] {
      let net = try SmallUNet(.dropping)
      for draw in others + [draw] {
        net.execution.key = RandomKey(seed: 3, stage: "train", epoch: 1, draw: draw, operation: "step")
        net.forward()
        net.execution.backward()
      }
      return Array(net.execution.output.values) + Array(net.gradients.values)
    }
    let second = try step(2)
    #expect(try step(2, after: [0, 1]) == second)
    #expect(try step(1) != second)
  }

  @Test("in inference dropout changes nothing")
  func dropoutIsForTraining() throws {
    let net = try SmallUNet(.dropping)
    var plain = Configuration.dropping
    plain.unet.dropout = 0
    func logits(_ network: Network) throws -> [Float] {
      let inference = try Execution(
        network, parameters: net.weights, input: plain.shape, purpose: .inference)
      _ = inference.input.values.update(from: normalFloats(plain.shape.count, "input"))
      inference.forward()
      return Array(inference.output.values)
    }
    let predicted = try logits(net.network)
    #expect(predicted == (try logits(plain.unet.network())))
    net.forward()
    #expect(Array(net.execution.output.values) != predicted)
  }

  // MARK: Frozen parts

  @Test(
    "a frozen encoder keeps its gradients as they are and changes nothing for the rest",
    arguments: Configuration.all + [.dropping, .combined])
  func frozenEncoder(_ configuration: Configuration) throws {
    let (all, part) = try gradients(configuration, frozen: UNetPart.encoder.contains)
    #expect(part.execution.memory.size < all.execution.memory.size)
  }

  @Test(
    "with several outputs, whatever is frozen keeps its gradients and changes nothing for the rest",
    arguments: ["encoder.", "encoder.3", "decoder.", "decoder.0", "decoder.2", "head.", "head.convolution", "head.1"])
  func frozenWithOutputs(prefix: String) throws {
    for configuration in [Configuration.supervised, .combined] {
      try gradients(configuration) { $0.hasPrefix(prefix) }
      try gradients(configuration) { !$0.hasPrefix(prefix) }
    }
  }

  /// The gradients of a network, and of one with frozen parameters, which are compared.
  @discardableResult private func gradients(
    _ configuration: Configuration, frozen isFrozen: @escaping (String) -> Bool
  ) throws -> (all: SmallUNet, part: SmallUNet) {
    let all = try SmallUNet(configuration)
    let part = try SmallUNet(configuration) { !isFrozen($0) }
    part.gradients.values.update(repeating: 7)
    for net in [all, part] {
      net.forward()
      net.execution.backward()
    }
    for entry in all.network.layout.entries {
      let isKept = isFrozen(entry.parameter.name)
      let expected = isKept ? Array(repeating: 7, count: entry.parameter.count) : Array(all.gradients[entry])
      #expect(Array(part.gradients[entry]) == expected, "\(entry.parameter.name)")
    }
    return (all, part)
  }

  @Test("with the head alone, or the encoder alone, the others' gradients stay", arguments: UNetPart.allCases)
  func onePart(_ part: UNetPart) throws {
    let all = try SmallUNet(.all[1])
    let one = try SmallUNet(.all[1], isTrainable: part.contains)
    for net in [all, one] {
      net.forward()
      net.execution.backward()
    }
    for entry in all.network.layout.entries {
      let expected =
        part.contains(entry.parameter.name)
        ? Array(all.gradients[entry]) : Array(repeating: 0, count: entry.parameter.count)
      #expect(Array(one.gradients[entry]) == expected, "\(entry.parameter.name)")
    }
  }

  @Test("with everything frozen, a backward pass does nothing")
  func nothingTrainable() throws {
    let net = try SmallUNet(.all[0]) { _ in false }
    net.forward()
    net.execution.backward()
    #expect(net.gradients.values.allSatisfy { $0 == 0 })
  }

  // MARK: Refusals

  @Test("an extent that the downsamplings do not divide is refused")
  func extentIsChecked() throws {
    let configuration = Configuration(
      dimensions: 2, base: 2, depth: 2, classes: 2, batch: 1, channels: 1, extent: Extent(height: 16, width: 18))
    let error = #expect(throws: NetworkError.self) { try SmallUNet(configuration) }
    #expect(error == .extentDoesNotFit(Extent(height: 16, width: 18), multiple: Extent(height: 4, width: 4)))
    #expect(
      error?.description
        == "network: input size 16x18 is not a multiple of 4x4; pad the input, or use fewer downsamplings "
        + "(network.depth)")
  }

  @Test("an input of other channels is refused")
  func channelsAreChecked() throws {
    var configuration = Configuration.all[0]
    configuration.shape.channels = 3
    let error = #expect(throws: NetworkError.self) { try SmallUNet(configuration) }
    #expect(error?.description == "network: input channels is 3; expected 1")
  }
}
