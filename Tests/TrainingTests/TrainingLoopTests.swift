import Foundation
import Networks
import Testing
import Training

@Suite struct TrainingLoopTests {
  @Test("The loss falls as the network learns squares in noise")
  func learns() throws {
    var toy = try ToyTraining()
    toy.configuration.options.epochs = 30
    let recorder = Recorder()
    try toy.loop(recorder).run()
    let first = try #require(recorder.rows.first)
    let last = try #require(recorder.rows.last)
    #expect(recorder.rows.count == 30)
    #expect(try #require(last.trainLoss) < #require(first.trainLoss) / 3)
  }

  @Test(
    "Every loss falls to less than half, though noise keeps some from 0",
    arguments: Losses.with(.classes).map { LossTerms($0.init()) })
  func learnsByEveryLoss(loss: LossTerms) throws {
    var toy = try ToyTraining()
    toy.configuration.options.epochs = 30
    toy.configuration.loss = loss
    let recorder = Recorder()
    try toy.loop(recorder).run()
    let (first, last) = (try #require(recorder.rows.first), try #require(recorder.rows.last))
    #expect(try #require(last.trainLoss) < #require(first.trainLoss) / 2)
  }

  @Test(
    "Stopped after any step and resumed from the checkpoint, it ends with the same bits", arguments: 1...11, [0, 0.3])
  func resumes(step: Int, dropout: Double) throws {
    let whole = try ToyTraining(dropout: dropout)
    let wholeRecorder = Recorder()
    try whole.loop(wholeRecorder).run()

    let stopped = try ToyTraining(dropout: dropout)
    let recorder = Recorder()
    recorder.stopAfterStep = step
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    let checkpoint = TrainingCheckpoint(
      file: try WeightFile(try #require(recorder.checkpoints.last).file.encoded(), file: "checkpoint"))
    let resumed = try ToyTraining(dropout: dropout)
    let resumedRecorder = Recorder()
    try resumed.loop(resumedRecorder).run(from: checkpoint)
    #expect(resumed.weights == whole.weights)
    #expect(resumedRecorder.rows.map(\.trainLoss) == wholeRecorder.rows.map(\.trainLoss))
  }

  @Test("Each epoch drops other activations: its loss moves though images and weights stay", arguments: [0, 0.3])
  func dropoutDraws(dropout: Double) throws {
    struct OneImage: SampleSource {
      let sampleCount = 1
      let target = TargetKind.classes
      var shape: Shape { Squares(sampleCount: 1).shape }
      func write(
        sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target
      ) { Squares(sampleCount: 1).write(sample: 0, epoch: 0, draw: 0, image: image, target: target) }
    }
    var toy = try ToyTraining(dropout: dropout)
    toy.configuration.optimiser = AdamConfiguration(learningRate: 0)
    let recorder = Recorder()
    try TrainingLoop(
      toy.network, parameters: toy.parameters, configuration: toy.configuration, source: OneImage(), validator: nil,
      observer: recorder
    ).run()
    #expect(Set(recorder.rows.map(\.trainLoss)).count == (dropout > 0 ? 3 : 1))
  }

  @Test("Checkpoints are saved within an epoch when their time has come")
  func savesByTime() throws {
    var toy = try ToyTraining()
    toy.configuration.checkpointSeconds = 0
    let recorder = Recorder()
    try toy.loop(recorder).run()
    // 4 steps an epoch: three within it, one after it.
    #expect(recorder.checkpoints.count == 12)
  }

  @Test("Frozen parameters keep their bits, the others move")
  func frozen() throws {
    var toy = try ToyTraining()
    let before = toy.weights
    toy.schedule = .headOnly
    try toy.loop(Recorder()).run()
    let after = toy.weights
    for entry in toy.network.layout.entries {
      let isHead = UNetPart.head.contains(entry.parameter.name)
      #expect((Array(before[entry.range]) != Array(after[entry.range])) == isHead, "\(entry.parameter.name)")
    }
  }

  @Test("The weights of the best epoch are kept, the earlier of equals")
  func keepsBest() throws {
    var toy = try ToyTraining()
    toy.scores = [0.2, 0.6, 0.6].map { Score(primary: $0, loss: 1) }
    let recorder = Recorder()
    let loop = try toy.loop(recorder)
    try loop.run()
    #expect(loop.best?.epoch == 2)
    #expect(loop.best?.score == 0.6)
    let second = try ToyTraining()
    try recorder.checkpoints[1].file.load(into: second.parameters, prefix: "weights/", file: "checkpoint")
    #expect(toy.weights == second.weights)
    let average = try #require(recorder.rows[2].averagedScore)
    #expect(abs(average - 0.276) < 1e-12)
  }

  @Test("Patience ends a training that no longer gets better")
  func patience() throws {
    var toy = try ToyTraining()
    toy.configuration.options.epochs = 50
    toy.configuration.patience = Patience(epochs: 2)
    toy.scores = [0.5, 0.7, 0.6, 0.6, 0.9].map { Score(primary: $0, loss: 1) }
    let recorder = Recorder()
    let loop = try toy.loop(recorder)
    try loop.run()
    #expect(recorder.rows.count == 4)
    #expect(loop.best?.epoch == 2)
  }

  @Test("Fewer samples than a batch make a smaller batch")
  func smallSet() throws {
    var toy = try ToyTraining()
    toy.samples = 3
    toy.configuration.options.batch = 32
    let recorder = Recorder()
    try toy.loop(recorder).run()
    #expect(recorder.stepsSeen == 3)
  }

  @Test("A checkpoint of another network is refused")
  func foreignCheckpoint() throws {
    let recorder = Recorder()
    try ToyTraining().loop(recorder).run()
    var file = try #require(recorder.checkpoints.last).file
    file.arrays["weights/head.convolution.bias"] = nil
    let toy = try ToyTraining()
    #expect(throws: TrainingError.self) { try toy.loop(Recorder()).run(from: TrainingCheckpoint(file: file)) }
    file.metadata = [:]
    #expect {
      try toy.loop(Recorder()).run(from: TrainingCheckpoint(file: file))
    } throws: { error in
      "\(error)".contains("it has no training state")
    }
  }
}

@Suite struct TrainingPartsTests {
  @Test("progress.csv has a row an epoch, empty where a number is not known")
  func table() {
    let rows = [
      ProgressRow(
        epoch: 1, trainLoss: 0.5, validationLoss: 0.25, score: 0.75, averagedScore: 0.75, learningRate: 0.001,
        seconds: 1.23456),
      ProgressRow(
        epoch: 2, trainLoss: 0.5, validationLoss: nil, score: nil, averagedScore: nil, learningRate: 0.001, seconds: 2),
    ]
    #expect(
      ProgressTable(primaryName: "fg_dice").csv(rows) == """
        epoch,train_loss,val_loss,mean_fg_dice,ema_fg_dice,lr,seconds
        1,0.5,0.25,0.75,0.75,0.001,1.235
        2,0.5,,,,0.001,2.0

        """)
  }

  @Test("With deep supervision it learns, also of the lower resolution, and resumes with the same bits")
  func deepSupervision() throws {
    let whole = try ToyTraining(hasDeepSupervision: true)
    let first = whole.weights
    let wholeRecorder = Recorder()
    try whole.loop(wholeRecorder).run()
    let losses = wholeRecorder.rows.compactMap(\.trainLoss)
    #expect(try #require(losses.last) < losses[0])
    for entry in whole.network.layout.entries where UNetPart.head.contains(entry.parameter.name) {
      #expect(Array(whole.parameters[entry]) != Array(first[entry.range]), "\(entry.parameter.name)")
    }
    let stopped = try ToyTraining(hasDeepSupervision: true)
    let recorder = Recorder()
    recorder.stopAfterStep = 6
    #expect(throws: TrainingError.self) { try stopped.loop(recorder).run() }
    let resumed = try ToyTraining(hasDeepSupervision: true)
    let resumedRecorder = Recorder()
    try resumed.loop(resumedRecorder).run(from: try recorder.lastCheckpoint())
    #expect(resumed.weights == whole.weights)
    #expect(resumedRecorder.rows.map(\.trainLoss) == wholeRecorder.rows.map(\.trainLoss))
  }

  @Test(
    "With deep supervision, frozen parameters keep their bits, and a step moves the others as if none were frozen",
    arguments: ["encoder.", "decoder.", "decoder.0", "head.", "head.1"])
  func frozenDeepSupervision(prefix: String) throws {
    func trained(_ schedule: ParameterSchedule) throws -> ToyTraining {
      var toy = try ToyTraining(hasDeepSupervision: true)
      (toy.samples, toy.configuration.options.epochs, toy.schedule) = (4, 1, schedule)
      try toy.loop(Recorder()).run()
      return toy
    }
    let (whole, part) = (try trained(.all), try trained(ParameterSchedule([.init(prefix: prefix, firstEpoch: nil)])))
    let before = try ToyTraining(hasDeepSupervision: true).parameters
    for entry in whole.network.layout.entries {
      let expected = entry.parameter.name.hasPrefix(prefix) ? before : whole.parameters
      #expect(Array(part.parameters[entry]) == Array(expected[entry]), "\(entry.parameter.name)")
      #expect(Array(whole.parameters[entry]) != Array(before[entry]), "\(entry.parameter.name)")
    }
  }
}
