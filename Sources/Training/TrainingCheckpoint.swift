import Foundation
import Networks

/// Everything that a training needs to go on as if it had never stopped.
public struct TrainingCheckpoint {
  /// The numbers beside the arrays.
  struct State: Codable, Equatable {
    var epoch = 0
    var step = 0
    var optimiserStep = 0
    var loss = CrossEntropy.Sum()
    var seconds = 0.0
    var rows: [ProgressRow] = []
    var best: Best?
  }

  /// The best epoch so far.
  struct Best: Codable, Equatable {
    var epoch: Int
    var score: Double
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

  func restore(buffers: [String: ParameterBuffer]) throws -> State {
    guard let text = file.metadata[Self.stateKey],
      let state = try? JSONDecoder().decode(State.self, from: Data(text.utf8))
    else { throw TrainingError.foreignCheckpoint(reason: "it does not say where the training stood") }
    do {
      for (name, buffer) in buffers { try file.load(into: buffer, prefix: name + "/", file: "checkpoint") }
    } catch let error as NetworkError {
      throw TrainingError.foreignCheckpoint(reason: "\(error)")
    }
    return state
  }
}
