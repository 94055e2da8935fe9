import CKernels
import Configurations

/// The mean squared error of numbers, such as the voxels of an image or a target of each scan.
public struct SquaredErrorConfiguration: LossConfiguration {
  /// `mean_squared_error`.
  public static let name = "mean_squared_error"
  /// The mean of (x - t)^2.
  public static let meaning = "mean of (x - t)^2 over all numbers of the output x and the target t"
  /// Numbers.
  public static let target = TargetKind.numbers
  /// None.
  public static let keys: [ConfigurationKey<SquaredErrorConfiguration>] = []

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { ValueLoss(CK_SQUARED_ERROR, output: output) }
}

/// The mean absolute error of numbers: outliers count less than with the squared error.
public struct AbsoluteErrorConfiguration: LossConfiguration {
  /// `mean_absolute_error`.
  public static let name = "mean_absolute_error"
  /// The mean of |x - t|.
  public static let meaning = "mean of |x - t|"
  /// Numbers.
  public static let target = TargetKind.numbers
  /// None.
  public static let keys: [ConfigurationKey<AbsoluteErrorConfiguration>] = []

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { ValueLoss(CK_ABSOLUTE_ERROR, output: output) }
}

/// The cross-entropy of a sigmoid of each number of the output: for targets of 0 and 1 that do not exclude one another.
public struct SigmoidCrossEntropyConfiguration: LossConfiguration {
  /// `sigmoid_cross_entropy`.
  public static let name = "sigmoid_cross_entropy"
  /// The mean of -t log s(x) - (1 - t) log(1 - s(x)).
  public static let meaning = "mean of -t log s(x) - (1 - t) log(1 - s(x)), where s is the sigmoid and t is from 0 to 1"
  /// Numbers.
  public static let target = TargetKind.numbers
  /// None.
  public static let keys: [ConfigurationKey<SigmoidCrossEntropyConfiguration>] = []

  /// Makes the configuration.
  public init() {}

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { ValueLoss(CK_SIGMOID_CROSS_ENTROPY, output: output) }
}

/// The mean of a function of each number of the output and its target; targets that are not a number do not count.
final class ValueLoss: Loss {
  private let kind: ck_value_loss_kind
  private let scratch: UnsafeMutableBufferPointer<Double>

  init(_ kind: ck_value_loss_kind, output: Shape) {
    self.kind = kind
    var kernel = ck_value_losses(count: output.count, kind: kind, workers: 1)
    scratch = .allocate(capacity: ck_value_losses_scratch(&kernel))
  }

  deinit { scratch.deallocate() }

  /// The sum over the numbers that count.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
    guard case .numbers(let numbers) = target else { preconditionFailure("the target has numbers") }
    precondition(numbers.count == output.shape.count, "a number of the target for each of the output")
    var kernel = ck_value_losses(count: numbers.count, kind: kind, workers: Int32(workers))
    precondition(ck_value_losses_scratch(&kernel) <= scratch.count, "the loss has scratch memory for fewer numbers")
    let sum = ck_value_loss(&kernel, output.start, numbers.baseAddress, gradient?.start, scratch.baseAddress)
    return LossSum(loss: sum.loss, count: sum.values)
  }
}
