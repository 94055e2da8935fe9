import CAllocationCounter
import Networks
import Testing
import Training

@Suite struct StepAllocationTests {
  @Test(
    "Neither an optimiser, clipped gradients nor averaged weights allocate in a step",
    .enabled(if: counts_allocations(), "a sanitizer replaces the counting of allocations"),
    arguments: OptimiserTests.names)
  func steps(name: String) throws {
    let toy = try ToyTraining()
    let layout = toy.network.layout
    let gradients = ParameterBuffer(layout)
    toy.network.initialise(gradients, seed: 2, stage: "gradients")
    let kind = try #require(Optimisers.all.first { $0.name == name })
    let optimiser = Optimiser(kind.init(), layout: layout)
    let clipping = GradientClipping(limit: 0.1, layout: layout, isTrainable: { _ in true })
    let average = WeightAverage(decay: 0.9, layout: layout)
    func step(_ number: Int) {
      clipping.clip(gradients, workers: 1)
      optimiser.update(toy.parameters, gradients: gradients, learningRate: 0.01, step: number, workers: 1)
      average.update(by: toy.parameters, step: number, workers: 1)
    }
    step(1)
    let before = allocations_of_this_thread()
    step(2)
    #expect(allocations_of_this_thread() - before == 0)
  }
}
