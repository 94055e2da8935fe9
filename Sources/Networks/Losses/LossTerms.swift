import CKernels
import Machine

/// A loss function of a training: one loss, or a weighted sum of losses of the same output and target.
public struct LossTerms: Sendable {
  /// A loss and its weight in the sum.
  public struct Term: Sendable {
    /// Above 0.
    public let weight: Double
    /// The loss.
    public let configuration: any LossConfiguration

    /// Makes a term.
    public init(_ configuration: any LossConfiguration, weight: Double = 1) {
      (self.configuration, self.weight) = (configuration, weight)
    }
  }

  /// At least one; all compare with the same target.
  public let terms: [Term]

  /// What is added for the output that judges whole scans, where a network has one beside its main output.
  public var scan: Term?

  /// Makes a sum of at least one loss.
  public init(_ terms: [Term], scan: Term? = nil) {
    self.scan = scan
    precondition(!terms.isEmpty, "a sum of losses has a term")
    precondition(
      terms.allSatisfy { type(of: $0.configuration).target == type(of: terms[0].configuration).target },
      "the losses of a sum compare with one target")
    self.terms = terms
  }

  /// Makes a single loss.
  public init(_ configuration: any LossConfiguration) { self.init([Term(configuration)]) }

  /// What the losses compare the output with.
  public var target: TargetKind { type(of: terms[0].configuration).target }

  private var isPlain: Bool { terms.count == 1 && terms[0].weight == 1 }

  /// Makes the loss for outputs of this shape.
  public func loss(of output: Shape) -> any Loss {
    isPlain ? terms[0].configuration.loss(of: output) : WeightedLosses(terms, output: output)
  }

  /// The memory that the loss keeps for outputs of this shape, in bytes.
  public func memory(of output: Shape) -> Int {
    let values = ByteCount.product(output.batch, output.channels, output.extent.saturatedCount)
    let own = terms.count == 1 ? 0 : ByteCount.product(values, MemoryLayout<Float>.stride)
    return ByteCount.sum(own, ByteCount.sum(of: terms.map { $0.configuration.memory(of: output) }))
  }
}

/// The weighted sum of the means of losses. It counts what the loss counts that counts most.
private final class WeightedLosses: Loss {
  private let losses: [(loss: any Loss, weight: Double)]
  /// The gradient of a loss after the first; nil: there is none.
  private let further: UnsafeMutableBufferPointer<Float>?

  init(_ terms: [LossTerms.Term], output: Shape) {
    losses = terms.map { ($0.configuration.loss(of: output), $0.weight) }
    further = terms.count > 1 ? allocateFloats(output.count) : nil
  }

  deinit { further?.deallocate() }

  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
    var (mean, count) = (0.0, 0)
    for (index, term) in losses.enumerated() {
      let own = gradient.map { index == 0 ? $0 : Tensor(shape: $0.shape, start: further!.baseAddress!) }
      let sum = term.loss(output: output, target: target, gradient: own, workers: workers)
      mean += term.weight * (sum.mean ?? 0)
      count = max(count, sum.count)
      guard let gradient, let own else { continue }
      if index == 0 {
        ck_scale(gradient.start, Float(term.weight), gradient.shape.count, Int32(workers))
      } else {
        ck_add_scaled(gradient.start, own.start, Float(term.weight), gradient.shape.count, Int32(workers))
      }
    }
    return LossSum(loss: mean * Double(count), count: count)
  }
}
