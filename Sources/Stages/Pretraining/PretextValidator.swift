import Foundation
import Machine
import Networks
import Training

/// Scores a pre-training on samples of the validation part, the same ones each time: the accuracy of places, or the share of
/// the variance of the image that the reconstruction explains (R2).
final class PretextValidator: Validator {
  let primaryName: String
  private let source: any SampleSource
  private let execution: Execution
  private let loss: any Loss
  private let targets: TargetBuffer
  private let batch: Int
  /// The most samples.
  private static let most = 64

  /// Allocates what a validation needs.
  ///
  /// - Throws: `NetworkError`, `MachineError.notEnoughMemory`.
  init(
    _ network: Network, parameters: ParameterBuffer, source: any SampleSource, loss terms: LossTerms, scoreName: String
  ) throws {
    primaryName = scoreName
    self.source = source
    batch = min(4, source.sampleCount)
    var shape = source.shape
    shape.batch *= batch
    execution = try MemoryBudget.reserving(
      try network.memory(input: shape, parameterBuffers: 0, isTrainable: nil), for: "the validation"
    ) { try Execution(network, parameters: parameters, input: shape, purpose: .inference) }
    loss = terms.loss(of: execution.output.shape)
    targets = TargetBuffer(terms.target, shape: execution.output.shape)
  }

  func score() throws -> Score {
    execution.readParameters()
    var sum = LossSum()
    var tally = Tally()
    let count = min(Self.most, source.sampleCount) / batch * batch
    for first in stride(from: 0, to: count, by: batch) {
      write(first)
      execution.forward()
      let own = loss(output: execution.output, target: targets.all, gradient: nil, workers: Threads.count)
      guard own.loss.isFinite else { return .notFinite(case: source.name(of: first, epoch: 0)) }
      sum += own
      tally.add(execution.output, targets.all)
    }
    return Score(primary: tally.score(loss: sum), loss: sum.mean)
  }

  private func write(_ first: Int) {
    let values = source.shape.count
    let image = execution.input.values
    Threads.forEach(batch) { index in
      source.write(
        sample: first + index, epoch: 0, draw: first + index,
        image: UnsafeMutableBufferPointer(rebasing: image[index * values..<(index + 1) * values]),
        target: targets[index])
    }
  }

  /// Calls with what the network sees, gives back and should give back for the first samples; for a reconstruction.
  func forEachReconstruction(_ body: (_ seen: [Float], _ found: [Float], _ wanted: [Float]) throws -> Void) rethrows {
    execution.readParameters()
    write(0)
    // A forward pass gives up the memory of the input.
    let seen = Array(execution.input.values)
    execution.forward()
    let values = source.shape.count
    for index in 0..<batch {
      guard case .numbers(let wanted) = targets[index] else { return }
      let range = index * values..<(index + 1) * values
      try body(Array(seen[range]), Array(execution.output.values[range]), Array(wanted))
    }
  }

  /// What scores are made of.
  private struct Tally {
    private var right = 0
    private var places = 0
    private var (count, total, squares) = (0.0, 0.0, 0.0)

    mutating func add(_ output: Tensor, _ target: Target) {
      let channels = output.shape.channels
      switch target {
      case .classes(let wanted):
        for (index, place) in wanted.enumerated() {
          let scores = output.values[index * channels..<(index + 1) * channels]
          let found = scores.indices.max { scores[$0] < scores[$1] }.map { $0 - index * channels }
          places += 1
          if found == Int(place) { right += 1 }
        }
      case .numbers(let wanted):
        for value in wanted where !value.isNaN {
          count += 1
          total += Double(value)
          squares += Double(value) * Double(value)
        }
      }
    }

    func score(loss: LossSum) -> Double? {
      if places > 0 { return Double(right) / Double(places) }
      guard count > 0 else { return nil }
      let variance = squares / count - total / count * (total / count)
      return variance > 0 ? loss.mean.map { 1 - $0 / variance } : nil
    }
  }
}
