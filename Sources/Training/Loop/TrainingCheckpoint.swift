import Foundation
import Networks

/// The state of a training from which it resumes with the same results as without the interruption.
public struct TrainingCheckpoint {
  /// The numbers beside the arrays.
  struct State: Codable, Equatable {
    var epoch = 0
    var step = 0
    var optimiserStep = 0
    var loss = LossSum()
    var seconds = 0.0
    var rows: [ProgressRow] = []
    var best: Best?
    /// The primary score before the first step; nil where it was not asked for or is undefined.
    var start: Double?
    /// The steps after which the budget of time was used up; nil: it was not, or there is none.
    var endedAfterSteps: Int?
    /// The epochs that a budget of time allows, by the first one; nil: their number is given, or not yet known.
    var plannedEpochs: Int?
    /// How long the last validation took, which is set aside from a budget of time; nil before the first, and in
    /// checkpoints of version 0.2.
    var validationSeconds: Double?

    /// The time of all epochs, in seconds.
    var allSeconds: Double { seconds + rows.reduce(0) { $0 + $1.seconds } }
  }

  /// The best epoch so far.
  struct Best: Codable, Equatable {
    var epoch: Int
    /// Nil where it is undefined, such as the Dice of labels without foreground.
    var score: Double?
    /// The loss on the validation part; nil where it has none, and in checkpoints of version 0.1.
    var loss: Double?
    /// Whether it is the average of the weights; nil: it is not.
    var isAveraged: Bool?

    /// Whether it is better than another: a higher score or, of equal scores and where one is undefined, a lower loss.
    func isBetter(than other: Best?) -> Bool {
      guard let other else { return true }
      if let score, let otherScore = other.score, score != otherScore { return score > otherScore }
      guard let loss, let otherLoss = other.loss else { return false }
      return loss < otherLoss
    }
  }

  private static let stateKey = "training_state"

  /// The checkpoint as a weight file.
  public let file: WeightFile

  init(state: State, buffers: [String: ParameterBuffer]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var file = WeightFile(metadata: [Self.stateKey: String(decoding: try encoder.encode(state), as: UTF8.self)])
    for (name, buffer) in buffers { file.store(buffer, prefix: name + "/") }
    self.file = file
  }

  /// A checkpoint that an earlier attempt saved.
  public init(file: WeightFile) { self.file = file }

  /// Where the training was, the epoch and its steps from 0, and its best epoch; nil for what is no checkpoint.
  public var position: (epoch: Int, step: Int, best: BestEpoch?)? {
    decodedState.map { ($0.epoch, $0.step, $0.best.map(BestEpoch.init)) }
  }

  private var decodedState: State? {
    file.metadata[Self.stateKey].flatMap { try? JSONDecoder().decode(State.self, from: Data($0.utf8)) }
  }

  /// The state, checked together with the arrays; nothing is changed.
  ///
  /// - Parameter length: The length of the training, by its planned epochs.
  /// - Throws: `TrainingError.foreignCheckpoint`.
  func state(for buffers: [String: ParameterBuffer], length: (Int?) -> TrainingLength) throws -> State {
    guard let state = decodedState else { throw TrainingError.foreignCheckpoint(reason: "it has no training state") }
    let length = length(state.plannedEpochs)
    let isPossible =
      (state.plannedEpochs ?? 1) > 0
      && length.contains(
        epoch: state.epoch, step: state.step, stepsDone: state.optimiserStep, ended: state.endedAfterSteps)
      && state.rows.count == state.epoch && (0...1 << 53).contains(state.loss.count)
      && (state.best.map { (0..<max(1, state.epoch)).contains($0.epoch) } ?? true)
    guard isPossible else {
      throw TrainingError.foreignCheckpoint(
        reason:
          "epoch \(state.epoch), step \(state.step) is outside this training of \(length.epochs) epochs with "
          + "\(length.stepsPerEpoch) steps")
    }
    do {
      for (name, buffer) in buffers.sorted(by: { $0.key < $1.key }) {
        try file.check(for: buffer.layout, prefix: name + "/", file: "checkpoint")
      }
    } catch let error as NetworkError {
      throw TrainingError.foreignCheckpoint(reason: "\(error)")
    }
    return state
  }

  /// Fills the buffers of a checked checkpoint.
  func load(into buffers: [String: ParameterBuffer]) throws {
    for (name, buffer) in buffers { try file.load(into: buffer, prefix: name + "/", file: "checkpoint") }
  }
}
