import Networks
import Randomness
import Testing
import Training

/// Images of noise with a brighter square each; the square is class 1.
struct Squares: SampleSource {
  let sampleCount: Int
  let target = TargetKind.classes
  let shape = Shape(batch: 1, channels: 1, extent: Extent(height: 16, width: 16))

  func write(
    sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target
  ) {
    guard case .classes(let labels) = target else { return }
    var place = PhiloxGenerator(RandomKey(seed: 5, stage: "squares", draw: sample, operation: "place"))
    let (top, left) = (place.integer(below: 9), place.integer(below: 9))
    var noise = PhiloxGenerator(RandomKey(seed: 5, stage: "squares", epoch: epoch, draw: draw, operation: "noise"))
    for y in 0..<16 {
      for x in 0..<16 {
        let isInside = (top..<top + 8).contains(y) && (left..<left + 8).contains(x)
        image[y * 16 + x] = Float(noise.normal()) + (isInside ? 1.5 : 0)
        labels[y * 16 + x] = isInside ? 1 : 0
      }
    }
  }
}

/// Keeps what a training tells, and stops it where wanted.
final class Recorder: TrainingObserver {
  var checkpoints: [TrainingCheckpoint] = []
  var stepsSeen = 0
  var stopAfterStep: Int?
  var rows: [ProgressRow] = []
  var emptySteps: [Int] = []
  var concerns: [TrainingConcern] = []

  func lastCheckpoint() throws -> TrainingCheckpoint { try #require(checkpoints.last) }

  var isStopRequested: Bool { stopAfterStep == stepsSeen }
  func didStep(_ progress: StepProgress) { stepsSeen += 1 }
  func didFinishEpoch(_ rows: [ProgressRow], emptySteps: Int) {
    self.rows = rows
    self.emptySteps.append(emptySteps)
  }
  func didNotice(_ concern: TrainingConcern) { concerns.append(concern) }
  func save(_ checkpoint: TrainingCheckpoint) { checkpoints.append(checkpoint) }
}

/// A small training with everything that can be varied.
struct ToyTraining {
  var configuration = TrainingConfiguration(
    seed: 7, stage: "toy", options: TrainingOptions(batch: 4, epochs: 3),
    optimiser: AdamConfiguration(learningRate: 1e-2),
    schedule: PolynomialSchedule())
  var samples = 18
  var schedule = ParameterSchedule.all
  var scores: [Score]?
  let network: Network
  let parameters: ParameterBuffer

  init(
    dropout: Double = 0, hasDeepSupervision: Bool = false, normalisation: NormalisationKind = .instance
  ) throws {
    var configuration = UNetConfiguration(
      dimensions: 2, inputChannels: 1, classes: 2, baseChannels: 4, depth: hasDeepSupervision ? 3 : 2, dropout: dropout)
    configuration.hasDeepSupervision = hasDeepSupervision
    configuration.normalisation = normalisation
    network = try configuration.network()
    parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 7, stage: "toy")
  }

  var weights: [Float] { Array(parameters.values) }

  func loop(_ recorder: Recorder) throws -> TrainingLoop {
    return try TrainingLoop(
      network, parameters: parameters, schedule: schedule, configuration: configuration,
      source: Squares(sampleCount: samples), validator: scores.map { Scripted(scores: $0, recorder: recorder) },
      observer: recorder)
  }
}

/// Gives scores that were chosen beforehand, the last one again and again.
private struct Scripted: Validator {
  let primaryName = "fg_dice"
  let scores: [Score]
  let recorder: Recorder

  func score() -> Score { scores[min(recorder.rows.count, scores.count - 1)] }
}

extension ParameterSchedule {
  /// The head alone is trained.
  static let headOnly = ParameterSchedule([
    .init(prefix: "encoder.", firstEpoch: nil), .init(prefix: "decoder.", firstEpoch: nil),
  ])
}
