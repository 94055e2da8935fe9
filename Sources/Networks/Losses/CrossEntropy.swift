import CKernels
import Configurations

/// The softmax cross-entropy of each pixel, as pipeline files set it.
///
/// The loss is the mean of -log p over the pixels whose label is a class, each counted by a weight w(x), as sum(w l) / sum(w).
/// Source: Ronneberger, Fischer and Brox, "U-Net", MICCAI 2015, equations 1 and 2, divided by the sum of the weights.
public struct CrossEntropyConfiguration: ClassWeightedLoss {
  /// `cross_entropy`.
  public static let name = "cross_entropy"
  /// The mean of -log p.
  public static let meaning = "mean over the pixels of -log p, where p is the probability (softmax) of the true class"

  /// w_c, the part of a pixel's weight that its class has.
  public var classWeights = ClassWeights.equal
  /// w0, the most that the weight of a pixel between two objects is increased by; 0: not at all.
  public var borderWeight = 0.0
  /// How far from the objects, in pixels.
  public var borderSigma = 5.0

  /// What pipeline files can set.
  public static let keys: [ConfigurationKey<CrossEntropyConfiguration>] = [
    .classWeights("class_weights", \.classWeights, absent: .equal, ClassWeights.meaning),
    .number(
      "border_weight", \.borderWeight, .within(0...1000), absent: 0,
      "w0 of the U-Net paper (there 10): added to the weight of background pixels between two objects that nearly touch"
    ),
    .number(
      "border_sigma", \.borderSigma, .above(0, atMost: 100), absent: 5,
      "with `border_weight`: how far it reaches, in pixels: w0 exp(-(d1 + d2)^2 / (2 sigma^2)), d1 and d2: distances to the "
        + "two nearest objects"),
  ]

  /// Makes the configuration.
  public init() {}

  /// The sigma of no weight.
  public var contradictions: [ConfigurationProblem] {
    guard borderWeight == 0, borderSigma != Self().borderSigma else { return [] }
    return [
      ConfigurationProblem(
        key: "border_sigma", expected: "a border_weight above 0 beside it", found: "border_weight 0",
        comparedWith: ["border_weight"])
    ]
  }

  /// That of the border weights.
  public func memory(of output: Shape) -> Int { borderWeight > 0 ? BorderWeights.memory(labels: output) : 0 }

  /// Makes the loss.
  public func loss(of output: Shape) -> any Loss { CrossEntropy(self, output: output) }
}

extension ClassWeights {
  /// For the documentation of the losses that have them.
  static let meaning = "how much a pixel of each class counts; classes without a number count 1"
}

/// Per-pixel softmax cross-entropy, its gradient made in the same pass.
///
/// Pixels labelled `Target.ignored` count neither in the loss nor in the gradient. Where every pixel is ignored, the sum is 0
/// over 0 pixels and the gradient is zero.
private final class CrossEntropy: Loss {
  private let scratch: UnsafeMutableBufferPointer<Double>
  private let classWeights: ClassWeightTable
  private let borderWeights: BorderWeights?

  init(_ configuration: CrossEntropyConfiguration, output: Shape) {
    classWeights = ClassWeightTable(configuration.classWeights, classes: output.channels)
    borderWeights =
      configuration.borderWeight > 0
      ? BorderWeights(weight: configuration.borderWeight, sigma: configuration.borderSigma, labels: output) : nil
    var kernel = ck_cross_entropy()
    kernel.pixels = output.pixels
    scratch = .allocate(capacity: ck_cross_entropy_scratch(&kernel))
  }

  deinit { scratch.deallocate() }

  /// The weighted mean times the number of pixels that count.
  func callAsFunction(output: Tensor, target: Target, gradient: Tensor?, workers: Int) -> LossSum {
    let labels = target.classes
    precondition(labels.count == output.shape.pixels, "one label per pixel")
    precondition(gradient.map { $0.shape == output.shape } ?? true, "the gradient has the shape of the output")
    var kernel = ck_cross_entropy(
      pixels: labels.count, classes: Int32(output.shape.channels),
      weights: ck_pixel_weights(classes: classWeights.start, pixels: borderWeights?(labels, workers: workers)),
      workers: Int32(workers))
    precondition(ck_cross_entropy_scratch(&kernel) <= scratch.count, "the loss has scratch memory for fewer pixels")
    let sum = ck_cross_entropy_loss(
      &kernel, output.start, labels.baseAddress!, gradient?.start, scratch.baseAddress!)
    return LossSum(weighted: sum.loss, weight: sum.weight, count: sum.pixels)
  }
}

extension LossSum {
  /// The weighted mean over pixels, times their number; where each weighs 1, the sum itself.
  init(weighted sum: Double, weight: Double, count: Int) {
    let isPlain = weight == Double(count) || count == 0
    self.init(loss: isPlain ? sum : sum / weight * Double(count), count: count)
  }
}
