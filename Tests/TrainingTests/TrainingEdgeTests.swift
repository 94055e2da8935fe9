import Networks
import Testing
import Training

@Suite struct TrainingEdgeTests {
  private func best(_ scores: [Score]) throws -> Int? {
    var toy = try ToyTraining()
    toy.configuration.options.epochs = scores.count
    toy.scores = scores
    let loop = try toy.loop(Recorder())
    try loop.run()
    return loop.best?.epoch
  }

  private func score(_ dice: Double?, _ loss: Double?) -> Score {
    Score(primary: dice, loss: loss)
  }

  @Test("Of epochs with one Dice, such as 0 throughout, that of the lowest validation loss is kept")
  func tiesByLoss() throws {
    #expect(try best([score(0, 0.9), score(0, 0.5), score(0, 0.3), score(0, 0.4)]) == 3)
    #expect(try best([score(0.5, 0.9), score(0.5, 0.9)]) == 1)
    #expect(try best([score(0.5, nil), score(0.5, 0.1)]) == 1)
  }

  @Test("Where Dice differs the loss does not count; where one is undefined it does")
  func diceGoesFirst() throws {
    #expect(try best([score(0.2, 0.1), score(0.6, 0.8), score(0.4, 0.01)]) == 2)
    #expect(try best([score(nil, 0.1), score(0, 0.8)]) == 1)
    #expect(try best([score(nil, 0.1), score(nil, 0.05)]) == 2)
  }

  /// Squares whose labels are ignored in the first samples of each epoch.
  private struct Unlabelled: SampleSource {
    let sampleCount = 8
    let ignored: Int
    let target = TargetKind.classes
    var shape: Shape { Squares(sampleCount: 8).shape }

    func write(
      sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target
    ) {
      Squares(sampleCount: 8).write(sample: sample, epoch: epoch, draw: draw, image: image, target: target)
      if draw < ignored, case .classes(let labels) = target { labels.update(repeating: Target.ignored) }
    }
  }

  private func rows(ignored: Int, loss: LossTerms) throws -> Recorder {
    var toy = try ToyTraining()
    toy.configuration.options.epochs = 1
    toy.configuration.loss = loss
    let recorder = Recorder()
    try TrainingLoop(
      toy.network, parameters: toy.parameters, configuration: toy.configuration, source: Unlabelled(ignored: ignored),
      validator: nil, observer: recorder
    ).run()
    return recorder
  }

  @Test(
    "Where every pixel is ignored there is no loss, not one of 0",
    arguments: Losses.with(.classes).map { LossTerms($0.init()) })
  func noLoss(loss: LossTerms) throws {
    let none = try rows(ignored: 8, loss: loss)
    #expect(none.rows.map(\.trainLoss) == [nil])
    #expect(none.emptySteps == [2])
    #expect(ProgressTable(primaryName: "fg_dice").csv(none.rows).split(separator: "\n")[1].hasPrefix("1,,,,,"))
    let some = try rows(ignored: 4, loss: loss)
    #expect(try #require(some.rows[0].trainLoss) > 0)
    #expect(some.emptySteps == [1])
    #expect(try rows(ignored: 0, loss: loss).emptySteps == [0])
  }

  @Test("A weight that becomes infinite in the last step ends the training, and no checkpoint has it")
  func divergesAtTheEnd() throws {
    var toy = try ToyTraining()
    toy.samples = 4
    toy.configuration.options.epochs = 1
    toy.configuration.optimiser = AdamConfiguration(learningRate: .infinity)
    let recorder = Recorder()
    #expect {
      try toy.loop(recorder).run()
    } throws: { error in
      guard case TrainingError.diverged(.weight, epoch: 0, step: 1, _) = error else { return false }
      return "\(error)".contains("Lower learning_rate")
    }
    #expect(recorder.checkpoints.isEmpty)
  }

  @Test("A validation loss that is not a number ends the training")
  func validationDiverges() throws {
    var toy = try ToyTraining()
    toy.scores = [score(nil, .nan)]
    #expect {
      try toy.loop(Recorder()).run()
    } throws: { error in
      if case TrainingError.diverged(.validationLoss(case: nil), epoch: 0, _, _) = error { true } else { false }
    }
  }

  @Test("A case for which the output is not finite is named")
  func failedCase() throws {
    var toy = try ToyTraining()
    toy.scores = [.notFinite(case: "case_7")]
    #expect {
      try toy.loop(Recorder()).run()
    } throws: { error in
      "\(error)".contains("the validation loss of case_7 is NaN or infinite")
    }
  }

  @Test("A checkpoint whose state cannot be, or whose weights are not finite, is refused and changes nothing")
  func impossibleCheckpoints() throws {
    let recorder = Recorder()
    try ToyTraining().loop(recorder).run()
    let good = try #require(recorder.checkpoints.last).file
    let toy = try ToyTraining()
    let loop = try toy.loop(Recorder())
    let before = toy.weights
    try loop.check(TrainingCheckpoint(file: good))
    let state = try #require(good.metadata["training_state"])
    for (found, replaced) in [
      ("\"epoch\":3,", "\"epoch\":9223372036854775807,"), ("\"epoch\":3,", "\"epoch\":-1,"),
      ("\"optimiserStep\":12", "\"optimiserStep\":5"), ("\"step\":0", "\"step\":5"),
    ] {
      var file = good
      let text = state.replacing(found, with: replaced)
      #expect(text != state, "\(found) in \(state)")
      file.metadata["training_state"] = text
      #expect(throws: TrainingError.self, "\(replaced)") { try loop.run(from: TrainingCheckpoint(file: file)) }
    }
    var file = good
    file.arrays["second/head.convolution.bias"]?.values[0] = .nan
    #expect(throws: TrainingError.self) { try loop.run(from: TrainingCheckpoint(file: file)) }
    #expect(toy.weights == before)
  }
}
