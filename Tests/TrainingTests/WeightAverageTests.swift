import CKernels
import Foundation
import Networks
import TestSupport
import Testing
import Training

@Suite struct WeightAverageTests {
  @Test("The average follows the weights by its definition, slower after the first steps")
  func definition() throws {
    let toy = try ToyTraining()
    let average = WeightAverage(decay: 0.5, layout: toy.parameters.layout)
    average.begin(with: toy.parameters)
    var expected = doubles(toy.weights)
    for step in 1...20 {
      toy.network.initialise(toy.parameters, seed: UInt64(step), stage: "average")
      average.update(by: toy.parameters, step: step, workers: 2)
      let decay = min(0.5, Double(1 + step) / Double(10 + step))
      for (index, value) in toy.weights.enumerated() {
        expected[index] = decay * expected[index] + (1 - decay) * Double(value)
      }
    }
    #expect(Tolerance.accurateKernel.deviation(of: average.values.values, from: expected) == nil)
  }

  private func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }

  @Test("In place of the weights it is scored, and afterwards both are what they were")
  func inPlace() throws {
    let toy = try ToyTraining()
    let average = WeightAverage(decay: 0.5, layout: toy.parameters.layout)
    let before = toy.weights
    let inside = average.inPlace(of: toy.parameters) { Array(toy.parameters.values) }
    #expect(inside.allSatisfy { $0 == 0 } && toy.weights == before)
    #expect(average.values.values.allSatisfy { $0 == 0 })
  }

  /// Gives scores in the order of the calls: of each epoch the weights, then their average.
  private final class Calls: Validator {
    let primaryName = "fg_dice"
    private let scores: [Double]
    private(set) var weights: [[Float]] = []
    private let parameters: ParameterBuffer

    init(_ scores: [Double], _ parameters: ParameterBuffer) { (self.scores, self.parameters) = (scores, parameters) }

    func score() -> Score {
      weights.append(Array(parameters.values))
      return Score(primary: scores[weights.count - 1], loss: 1)
    }
  }

  private func train(_ scores: [Double]) throws -> (loop: TrainingLoop, toy: ToyTraining, calls: Calls) {
    var toy = try ToyTraining()
    toy.configuration.options.weightAveraging = 0.9
    let calls = Calls(scores, toy.parameters)
    let loop = try TrainingLoop(
      toy.network, parameters: toy.parameters, configuration: toy.configuration, source: Squares(sampleCount: 18),
      validator: calls, observer: Recorder())
    try loop.run()
    return (loop, toy, calls)
  }

  @Test("The average is scored in columns of its own, and kept where it is better than the weights of every epoch")
  func keepsBetter() throws {
    let (loop, toy, calls) = try train([0.1, 0.2, 0.3, 0.5, 0.4, 0.4])
    #expect(loop.best?.epoch == 2 && loop.best?.isAveraged == true && loop.best?.score == 0.5)
    #expect(toy.weights == calls.weights[3] && calls.weights[3] != calls.weights[2])
    let columns = loop.rows[1].columns
    #expect(columns.map(\.name) == ["averaged_weights_fg_dice", "averaged_weights_val_loss"])
    #expect(columns.map(\.value) == [0.5, 1])
    #expect(loop.rows[1].score == 0.3)
    #expect(ProgressTable(primaryName: "fg_dice").csv(loop.rows).contains("seconds,averaged_weights_fg_dice,"))
  }

  @Test("Of equal scores the weights themselves are kept")
  func equals() throws {
    let (loop, toy, calls) = try train([0.5, 0.5, 0.4, 0.4, 0.4, 0.4])
    #expect(loop.best?.isAveraged == false)
    #expect(toy.weights == calls.weights[0])
  }

  @Test("Averaging changes no bit of the weights that are trained")
  func leavesTraining() throws {
    let plain = try ToyTraining()
    try plain.loop(Recorder()).run()
    let (_, _, calls) = try train([0, 0, 0, 0, 0, 0])
    #expect(calls.weights[4] == plain.weights)
  }

  @Test("Without a validation part the average is kept; resumed after any step it has the same bits", arguments: 1...11)
  func resumes(step: Int) throws {
    func toy() throws -> ToyTraining {
      var toy = try ToyTraining()
      toy.configuration.options.weightAveraging = 0.9
      return toy
    }
    let whole = try toy()
    try whole.loop(Recorder()).run()
    let plain = try ToyTraining()
    try plain.loop(Recorder()).run()
    #expect(whole.weights != plain.weights)
    let (stopped, resumed, recorder) = (try toy(), try toy(), Recorder())
    recorder.stopAfterStep = step
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    let checkpoint = TrainingCheckpoint(
      file: try WeightFile(try #require(recorder.checkpoints.last).file.encoded(), file: "checkpoint"))
    try resumed.loop(Recorder()).run(from: checkpoint)
    #expect(resumed.weights == whole.weights)
  }

  @Test("Running statistics are averaged with the weights")
  func statistics() throws {
    let network = try UNetConfiguration(
      dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 4, depth: 1, normalisation: .batch
    ).network()
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 7, stage: "toy")
    let measured = try #require(network.layout.entries.first { !$0.parameter.isLearnt })
    let average = WeightAverage(decay: 0.9, layout: network.layout)
    average.begin(with: parameters)
    parameters[measured].update(repeating: 5)
    average.update(by: parameters, step: 1000, workers: 1)
    let first = average.values[measured][0]
    #expect(first > 0 && first < 5)
  }
}
