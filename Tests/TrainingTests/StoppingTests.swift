import Foundation
import Networks
import Testing
import Training

@Suite struct StoppingTests {
  /// 4 steps an epoch.
  private func toy(epochs: Int? = 3, steps: Int? = nil, minutes: Double? = nil) throws -> ToyTraining {
    var toy = try ToyTraining()
    (toy.configuration.options.epochs, toy.configuration.options.steps, toy.configuration.options.minutes) = (
      epochs, steps, minutes
    )
    return toy
  }

  // MARK: Steps

  @Test("Steps end a training within an epoch, whose row counts the steps that were done", arguments: [1, 4, 6, 9])
  func steps(steps: Int) throws {
    let toy = try toy(epochs: nil, steps: steps)
    let recorder = Recorder()
    let loop = try toy.loop(recorder)
    try loop.run()
    #expect(recorder.stepsSeen == steps && loop.stepsDone == steps)
    #expect(recorder.rows.count == (steps + 3) / 4)
    #expect(loop.scheduledEpochs == (steps + 3) / 4)
  }

  @Test("With epochs, the schedule spans these, and the training ends at what comes first")
  func both() throws {
    let (short, long) = (try toy(steps: 6), try toy(steps: 100))
    let recorder = Recorder()
    try short.loop(recorder).run()
    let whole = try toy()
    let wholeRecorder = Recorder()
    try whole.loop(wholeRecorder).run()
    #expect(recorder.stepsSeen == 6)
    #expect(recorder.rows.map(\.learningRate) == Array(wholeRecorder.rows.map(\.learningRate).prefix(2)))
    #expect(recorder.rows[0].trainLoss == wholeRecorder.rows[0].trainLoss)
    try long.loop(Recorder()).run()
    #expect(long.weights == whole.weights)
  }

  @Test("Resumed after any step, a training that steps end has the same bits", arguments: 1...5)
  func resumes(step: Int) throws {
    let whole = try toy(epochs: nil, steps: 6)
    try whole.loop(Recorder()).run()
    let (stopped, resumed, recorder) = (try toy(epochs: nil, steps: 6), try toy(epochs: nil, steps: 6), Recorder())
    recorder.stopAfterStep = step
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    try resumed.loop(Recorder()).run(from: recorder.lastCheckpoint())
    #expect(resumed.weights == whole.weights)
  }

  @Test("A schedule that is longer than the epochs that follow from the steps is refused")
  func schedule() throws {
    var toy = try toy(epochs: nil, steps: 8)
    var cosine = CosineSchedule()
    cosine.warmUp = 2
    toy.configuration.schedule = cosine
    #expect {
      try toy.loop(Recorder())
    } throws: { error in
      "\(error)".contains("schedule.warm_up: expected fewer epochs than the training has (2), found 2")
    }
  }

  // MARK: Minutes

  @Test("A training that its time ends can be repeated by its number of steps")
  func minutes() throws {
    let timed = try toy(minutes: 1e-9)
    let recorder = Recorder()
    let loop = try timed.loop(recorder)
    try loop.run()
    #expect(loop.stepsWithinTime == 1 && recorder.rows.count == 1)
    let repeated = try toy(steps: 1)
    try repeated.loop(Recorder()).run()
    #expect(repeated.weights == timed.weights)
    // What is complete stays as it is.
    let again = try toy(minutes: 1e-9)
    let second = Recorder()
    try again.loop(second).run(from: recorder.lastCheckpoint())
    #expect(second.stepsSeen == 0 && again.weights == timed.weights)
    let plenty = try toy(minutes: 1000)
    let whole = try toy()
    let free = try plenty.loop(Recorder())
    try free.run()
    try whole.loop(Recorder()).run()
    #expect(free.stepsWithinTime == nil && plenty.weights == whole.weights)
  }

  @Test(
    "Without epochs, the schedule spans as many as the time allows by the first one; the epochs and steps repeat it")
  func plannedByTime() throws {
    let timed = try toy(epochs: nil, minutes: 0.02)
    let recorder = Recorder()
    let loop = try timed.loop(recorder)
    try loop.run()
    let planned = loop.scheduledEpochs
    #expect(planned > 1 && recorder.rows.count <= planned)
    let again = try toy(epochs: planned, steps: loop.stepsDone)
    try again.loop(Recorder()).run()
    #expect(again.weights == timed.weights)
    // Also from each checkpoint.
    let middle = recorder.checkpoints[recorder.checkpoints.count / 2]
    let resumed = try toy(epochs: nil, minutes: 0.02)
    let second = try resumed.loop(Recorder())
    try second.run(from: middle)
    #expect(second.scheduledEpochs == planned)
  }

  @Test("The time before a stop counts")
  func timeBefore() throws {
    let (stopped, resumed, recorder) = (try toy(minutes: 60), try toy(minutes: 60), Recorder())
    recorder.stopAfterStep = 2
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    var file = try #require(recorder.checkpoints.last).file
    let state = try #require(file.metadata["training_state"])
    file.metadata["training_state"] = state.replacing(#/"seconds":[0-9.e-]+/#, with: "\"seconds\":3600")
    #expect(file.metadata["training_state"] != state)
    let loop = try resumed.loop(Recorder())
    try loop.run(from: TrainingCheckpoint(file: file))
    #expect(loop.stepsWithinTime == 3)
  }

  // MARK: Patience

  private func epochs(_ scores: [Double], _ patience: Patience) throws -> Int {
    var toy = try toy(epochs: 12)
    toy.samples = 4
    toy.configuration.patience = patience
    toy.scores = scores.map { Score(primary: $0, loss: 1) }
    let recorder = Recorder()
    try toy.loop(recorder).run()
    return recorder.rows.count
  }

  @Test("With smoothing, patience counts from the best moving average: one lucky epoch does not restart it")
  func smoothing() throws {
    let scores = [0.5, 0.6, 0.1, 0.1, 0.61, 0.1, 0.1, 0.1, 0.1]
    var patience = Patience(epochs: 3)
    #expect(try epochs(scores, patience) == 8)
    // The averages: 0.5, 0.55, 0.325, 0.2125, 0.41, ...
    patience.smoothing = 0.5
    #expect(try epochs(scores, patience) == 5)
  }

  // MARK: Divergence

  private struct Endless: SampleSource {
    let sampleCount = 8
    let target = TargetKind.classes
    var shape: Shape { Squares(sampleCount: 8).shape }
    func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
      Squares(sampleCount: 8).write(sample: sample, epoch: epoch, draw: draw, image: image, target: target)
      if sample == 5 { image[7] = .nan }
    }
    func name(of sample: Int, epoch: Int) -> String { "case_\(sample)" }
  }

  @Test("A loss that is not finite names the cases of its step")
  func names() throws {
    let toy = try toy()
    #expect {
      try TrainingLoop(
        toy.network, parameters: toy.parameters, configuration: toy.configuration, source: Endless(), validator: nil,
        observer: Recorder()
      ).run()
    } throws: { error in
      guard case TrainingError.diverged(.loss(let samples), epoch: 0, _, _) = error else { return false }
      return samples.count == 4 && samples.contains("case_5") && "\(error)".contains("case_5")
    }
  }
}
