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
  public func loss(of output: Shape) -> any Loss {
    let borders =
      borderWeight > 0 ? BorderWeights(weight: borderWeight, sigma: borderSigma, labels: output) : nil
    return PixelLoss(classWeights: classWeights, borderWeights: borders, output: output)
  }
}

extension ClassWeights {
  /// For the documentation of the losses that have them.
  static let meaning = "how much a pixel of each class counts; classes without a number count 1"
}
