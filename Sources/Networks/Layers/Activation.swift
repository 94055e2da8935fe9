/// The activation function after each normalised convolution.
public enum Activation: String, CaseIterable, Hashable, Sendable, Codable {
  /// max(0, x).
  /// Source: Nair and Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines", ICML 2010.
  case relu
  /// x, or 0.01 x below 0.
  /// Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", ICML 2013.
  case leakyReLU = "leaky_relu"
  /// x, or below 0 a slope times x, which is learnt for each channel: the layer `PReLU`.
  case prelu

  /// The factor below 0; where it is learnt, its first value.
  var slope: Float {
    switch self {
    case .relu: 0
    case .leakyReLU: 0.01
    case .prelu: 0.25
    }
  }
}
