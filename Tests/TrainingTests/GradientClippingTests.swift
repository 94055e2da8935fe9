import CKernels
import Networks
import Randomness
import TestSupport
import Testing
import Training

@Suite struct GradientClippingTests {
  /// Gradients of a network whose arrays are longer than a thread's share.
  private func gradients() throws -> ParameterBuffer {
    let network = try UNetConfiguration(dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 64, depth: 1)
      .network()
    let gradients = ParameterBuffer(network.layout)
    network.initialise(gradients, seed: 2, stage: "gradients")
    return gradients
  }

  private func norm(_ values: some Sequence<Float>) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test("Too long gradients get the wanted norm, and keep their direction")
  func shortens() throws {
    let gradients = try gradients()
    let before = Array(gradients.values)
    let found = GradientClipping(limit: 2, layout: gradients.layout, isTrainable: { _ in true })
      .clip(gradients, workers: 2)
    let expected = norm(before)
    #expect(abs(found - expected) < 1e-9 * expected && expected > 2)
    // As PyTorch's clip_grad_norm_: the limit over the norm plus 1e-6.
    let factor = Float(2 / (found + 1e-6))
    #expect(Array(gradients.values) == before.map { $0 * factor })
  }

  @Test("Gradients that are short enough keep their bits")
  func leaves() throws {
    let gradients = try gradients()
    let before = Array(gradients.values)
    GradientClipping(limit: norm(before) * 1.01, layout: gradients.layout, isTrainable: { _ in true })
      .clip(gradients, workers: 2)
    #expect(Array(gradients.values) == before)
  }

  @Test("The gradients of frozen parameters, which nobody computes, neither count nor change")
  func frozen() throws {
    let gradients = try gradients()
    for entry in gradients.layout.entries where !UNetPart.head.contains(entry.parameter.name) {
      gradients[entry].update(repeating: .nan)
    }
    let head = gradients.layout.entries.filter { UNetPart.head.contains($0.parameter.name) }
    let expected = norm(head.flatMap { Array(gradients[$0]) })
    let found = GradientClipping(limit: 1e-3, layout: gradients.layout, isTrainable: { UNetPart.head.contains($0) })
      .clip(gradients, workers: 1)
    #expect(abs(found - expected) < 1e-9 * expected)
    #expect(abs(norm(head.flatMap { Array(gradients[$0]) }) - 1e-3) < 1e-6)
    #expect(gradients.firstNotFinite != nil)
  }

  @Test("The bits depend neither on the number of threads nor on the width of vectors")
  func bits() throws {
    func clipped(workers: Int, variant: String? = nil) throws -> (norm: Double, gradients: [Float]) {
      ck_use_kernel_on_this_thread(variant)
      defer { ck_use_kernel_on_this_thread(nil) }
      let gradients = try gradients()
      let clipping = GradientClipping(limit: 1, layout: gradients.layout, isTrainable: { _ in true })
      let norm = clipping.clip(gradients, workers: workers)
      return (norm, Array(gradients.values))
    }
    let expected = try clipped(workers: 1)
    for workers in [2, 3, 4] { #expect(try clipped(workers: workers) == expected) }
    let variants: [String] = ["avx512", "avx2", "neon", "plain"]
    for variant in variants where ck_kernel_is_possible(variant) {
      #expect(try clipped(workers: 2, variant: variant) == expected, "\(variant)")
    }
  }

  @Test("A training with clipped gradients differs from one without, and resumes with the same bits")
  func training() throws {
    func toy(_ limit: Double?) throws -> ToyTraining {
      var toy = try ToyTraining()
      toy.configuration.options.gradientClipping = limit
      return toy
    }
    let (free, loose, tight) = (try toy(nil), try toy(1e6), try toy(0.05))
    for toy in [free, loose, tight] { try toy.loop(Recorder()).run() }
    #expect(loose.weights == free.weights)
    #expect(tight.weights != free.weights)
    let (stopped, resumed, recorder) = (try toy(0.05), try toy(0.05), Recorder())
    recorder.stopAfterStep = 6
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    try resumed.loop(Recorder()).run(from: recorder.lastCheckpoint())
    #expect(resumed.weights == tight.weights)
  }
}
