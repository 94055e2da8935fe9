import Networks
import Pipelines

/// What a network is pre-trained for, without labels.
enum PretextTask: Equatable {
  /// Blocks of the image are taken away, and the network must fill them in.
  /// Source: He et al., "Masked Autoencoders Are Scalable Vision Learners", CVPR 2022; with a convolutional network and the
  /// loss of the masked voxels alone, as Tian et al., "SparK", ICLR 2023.
  case masked(share: Double, block: Int)
  /// Noise is added, and the network must remove it.
  /// Source: Vincent et al., "Extracting and Composing Robust Features with Denoising Autoencoders", ICML 2008.
  case denoising(noise: Double)
  /// The image must pass through few channels at the lowest resolution.
  /// Source: Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science 313, 2006.
  case autoencoder(bottleneck: Int)
  /// The network must tell from which neighbouring place a patch was taken.
  /// Source: Doersch, Gupta and Efros, "Unsupervised Visual Representation Learning by Context Prediction", ICCV 2015.
  case relativePatches(gap: Int, jitter: Int, brightness: Double)

  private enum Kind: String, CaseIterable {
    case masked, denoising, autoencoder
    case relativePatches = "relative_patches"
  }

  /// Reads the key `task`, and the keys of the task.
  init(_ parameters: ParameterReader) throws {
    let kind: Kind = try parameters.choice("task", default: .masked)
    switch kind {
    case .masked:
      let share = try parameters.double("mask_share", default: 0.6, in: .within(0.05...0.95))
      self = .masked(share: share, block: try parameters.int("mask_block", default: 8, in: .within(1...256)))
    case .denoising: self = .denoising(noise: try parameters.double("noise", default: 0.5, in: .above(0, atMost: 10)))
    case .autoencoder:
      self = .autoencoder(bottleneck: try parameters.int("bottleneck", default: 16, in: .within(1...1024)))
    case .relativePatches:
      let gap = try parameters.int("gap", default: 2, in: .within(0...64))
      let jitter = try parameters.int("jitter", default: 1, in: .within(0...32))
      self = .relativePatches(
        gap: gap, jitter: jitter, brightness: try parameters.double("brightness", default: 0.2, in: .within(0...2)))
    }
  }

  /// The network's task.
  var networkTask: NetworkTask {
    switch self {
    case .masked, .denoising: .reconstruction(hasSkips: true, bottleneck: nil)
    case .autoencoder(let bottleneck): .reconstruction(hasSkips: false, bottleneck: bottleneck)
    case .relativePatches: .relativePatches
    }
  }

  /// The loss that is trained.
  var loss: LossTerms {
    if case .relativePatches = self { return LossTerms(CrossEntropyConfiguration()) }
    return LossTerms(SquaredErrorConfiguration())
  }
}
