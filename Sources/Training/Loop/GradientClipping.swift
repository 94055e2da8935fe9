import CKernels
import Networks

/// Shortens gradients that are too long: where their norm over all trained parameters exceeds a limit, all are multiplied
/// by the limit over the norm.
///
/// The norm is the Euclidean one of all numbers together, summed in double precision in an order that follows from the
/// shapes alone. A gradient that is not finite stays so.
/// Source: Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1; to the norm
/// 1e-6 is added, as in PyTorch's `clip_grad_norm_`.
public final class GradientClipping {
  private let limit: Double
  private let trainable: [ParameterLayout.Entry]
  private let partials: UnsafeMutableBufferPointer<Double>

  /// Makes a clipping to a limit above 0, of the parameters that a closure accepts by name.
  public init(limit: Double, layout: ParameterLayout, isTrainable: (String) -> Bool) {
    self.limit = limit
    trainable = layout.trainable(isTrainable)
    partials = .allocate(capacity: trainable.reduce(0) { $0 + ck_norm_blocks($1.parameter.count) })
  }

  deinit { partials.deallocate() }

  /// Shortens gradients where they are too long; returns the norm that they had. No result depends on `workers`.
  @discardableResult
  public func clip(_ gradients: ParameterBuffer, workers: Int) -> Double {
    let norm = norm(of: gradients, workers: workers)
    let factor = limit / (norm + 1e-6)
    guard factor < 1 else { return norm }
    for entry in trainable {
      ck_scale(gradients[entry].baseAddress, Float(factor), entry.parameter.count, Int32(workers))
    }
    return norm
  }

  private func norm(of gradients: ParameterBuffer, workers: Int) -> Double {
    guard let start = partials.baseAddress else { return 0 }
    var used = 0
    for entry in trainable {
      ck_sum_squares(gradients[entry].baseAddress, entry.parameter.count, start + used, Int32(workers))
      used += ck_norm_blocks(entry.parameter.count)
    }
    return ck_sum_partials(start, used).squareRoot()
  }
}
