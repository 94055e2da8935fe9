import Foundation
import TestSupport
import Testing
import Training

@Suite struct ScheduleTests {
  /// The shares of the first learning rate that the epochs have.
  private func shares(
    _ schedule: any ScheduleConfiguration, epochs: Int, history: [ProgressRow] = []
  ) -> [Double] {
    (0..<epochs).map { epoch in
      schedule.learningRate(
        1, epoch: epoch, of: epochs, step: 0, of: 4, history: Array(history.prefix(epoch)))
    }
  }

  private func rows(scores: [Double?], losses: [Double?] = []) -> [ProgressRow] {
    scores.indices.map { index in
      ProgressRow(
        epoch: index + 1, trainLoss: losses.isEmpty ? nil : losses[index], validationLoss: nil, score: scores[index],
        averagedScore: nil, learningRate: 1, seconds: 0)
    }
  }

  @Test("The constant and the polynomial schedule have the bits that they had before there were others")
  func bits() {
    #expect(shares(ConstantSchedule(), epochs: 3) == [1, 1, 1])
    for epoch in 0..<10 {
      let found = PolynomialSchedule().learningRate(0.1, epoch: epoch, of: 10, step: 3, of: 4, history: [])
      #expect(found == 0.1 * pow(1 - Double(epoch) / 10, 0.9))
    }
  }

  /// The numbers are PyTorch's: PolynomialLR, CosineAnnealingLR, StepLR and, with a threshold of 0, ReduceLROnPlateau.
  @Test("Every schedule agrees with PyTorch's")
  func agrees() {
    var polynomial = PolynomialSchedule()
    polynomial.power = 2
    let straight = [1.0, 0.64, 0.36, 0.16, 0.04]
    #expect(Tolerance.accurateKernel.deviation(of: shares(polynomial, epochs: 5), from: straight) == nil)
    var cosine = CosineSchedule()
    cosine.finalShare = 0.1
    let wave = [
      1.0, 0.9554359905560885, 0.83057041083643, 0.6501344202803414, 0.44986557971965857, 0.26942958916356996,
      0.14456400944391146,
    ]
    #expect(Tolerance.accurateKernel.deviation(of: shares(cosine, epochs: 7), from: wave) == nil)
    var step = StepSchedule()
    (step.every, step.factor) = (3, 0.5)
    #expect(shares(step, epochs: 8) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25])
  }

  @Test("A plateau changes the learning rate when PyTorch does")
  func plateau() {
    var plateau = PlateauSchedule()
    (plateau.factor, plateau.patience) = (0.5, 2)
    let scores = [0.1, 0.3, 0.2, 0.3, 0.25, 0.28, 0.4, 0.4, 0.4, 0.4, 0.4, 0.5]
    let expected = [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]
    #expect(shares(plateau, epochs: 12, history: rows(scores: scores)) == expected)
    // Without a validation part it is the training loss, and an undefined score is no improvement.
    let losses = rows(scores: scores.map { _ in nil }, losses: scores.map { 1 - $0 })
    #expect(shares(plateau, epochs: 12, history: losses) == expected)
    let gaps = rows(scores: [0.5, nil, nil, nil, 0.6])
    #expect(shares(plateau, epochs: 5, history: gaps) == [1, 1, 1, 1, 0.5])
  }

  @Test("By step, the curve is that of as many epochs as there are steps")
  func byStep() {
    var (polynomial, cosine) = (PolynomialSchedule(), CosineSchedule())
    (polynomial.interval, cosine.interval) = (.step, .step)
    for (fine, coarse) in [
      (polynomial, PolynomialSchedule()), (cosine, CosineSchedule()),
    ] as [(any ScheduleConfiguration, any ScheduleConfiguration)] {
      let rates = (0..<3).flatMap { epoch in
        (0..<4).map { fine.learningRate(1, epoch: epoch, of: 3, step: $0, of: 4, history: []) }
      }
      #expect(Tolerance.accurateKernel.deviation(of: rates, from: shares(coarse, epochs: 12)) == nil)
    }
  }

  @Test("The warm-up grows step by step from nearly 0, and the curve begins at its end")
  func warmUp() {
    var cosine = CosineSchedule()
    cosine.warmUp = 2
    let rates = (0..<2).flatMap { epoch in
      (0..<4).map { cosine.learningRate(0.8, epoch: epoch, of: 6, step: $0, of: 4, history: []) }
    }
    #expect(Tolerance.accurateKernel.deviation(of: rates, from: (1...8).map { 0.1 * Double($0) }) == nil)
    #expect(cosine.learningRate(0.8, epoch: 2, of: 6, step: 0, of: 4, history: []) == 0.8)
    #expect(
      cosine.learningRate(0.8, epoch: 3, of: 6, step: 2, of: 4, history: [])
        == CosineSchedule().learningRate(0.8, epoch: 1, of: 4, step: 0, of: 4, history: []))
  }

  @Test("A schedule that the training would end before is named with what would fit")
  func tooLong() throws {
    var step = StepSchedule()
    (step.every, step.warmUp) = (7, 3)
    #expect(step.problem(epochs: 11) == nil)
    let problem = try #require(step.problem(epochs: 10))
    #expect(problem.key == "every" && problem.expected.contains("after the warm-up (7)") && problem.found == "7")
    #expect(step.problem(epochs: 3)?.key == "warm_up")
    #expect(PolynomialSchedule().problem(epochs: 1) == nil)
    #expect(PlateauSchedule().problem(epochs: 10)?.key == "patience")
    #expect(PlateauSchedule().problem(epochs: 11) == nil)
  }

  @Test(
    "Every learning rate of every schedule is above 0 and at most the first", arguments: Schedules.all.map { $0.name })
  func positive(name: String) throws {
    let kind = try #require(Schedules.all.first { $0.name == name })
    let history = rows(scores: (0..<5000).map { _ in 0.5 })
    for share in shares(kind.init(), epochs: 5000, history: history) where !(share > 0 && share <= 1) {
      Issue.record("\(share)")
    }
  }

  @Test(
    "Resumed after any step, a training with a warm-up and a plateau ends with the same bits", arguments: [2, 6, 9])
  func resumes(step: Int) throws {
    func toy() throws -> ToyTraining {
      var plateau = PlateauSchedule()
      (plateau.patience, plateau.warmUp, plateau.factor) = (0, 1, 0.5)
      var toy = try ToyTraining()
      toy.configuration.schedule = plateau
      toy.scores = [0.5, 0.4, 0.6].map { Score(primary: $0, loss: 1) }
      return toy
    }
    let whole = try toy()
    let wholeRecorder = Recorder()
    try whole.loop(wholeRecorder).run()
    #expect(wholeRecorder.rows.map(\.learningRate) == [1e-2, 1e-2, 5e-3])
    let stopped = try toy()
    let recorder = Recorder()
    recorder.stopAfterStep = step
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    let resumed = try toy()
    let resumedRecorder = Recorder()
    resumedRecorder.rows = recorder.rows
    try resumed.loop(resumedRecorder).run(from: recorder.lastCheckpoint())
    #expect(resumed.weights == whole.weights)
  }
}
