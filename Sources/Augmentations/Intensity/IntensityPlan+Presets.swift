extension IntensityPlan {
  /// The probabilities and ranges of nnU-Net v2's training; what is not stated here are the kinds' own defaults, which are
  /// nnU-Net's.
  /// Source: Isensee et al., Nature Methods 18, 2021, and the program's version 2.8.
  static let nnunet: IntensityPlan = {
    var plan = IntensityPlan()
    plan[NoiseRanges.self].probability = 0.1
    plan[BlurRanges.self].probability = 0.2
    plan[BlurRanges.self].channelProbability = 0.5
    plan[BrightnessRanges.self].probability = 0.15
    plan[ContrastRanges.self].probability = 0.15
    plan[LowResolutionRanges.self].probability = 0.25
    plan[LowResolutionRanges.self].channelProbability = 0.5
    plan[InvertedGammaRanges.self].probability = 0.1
    plan[GammaRanges.self].probability = 0.3
    return plan
  }()

  /// Small changes of what differs between scanners and sessions anyway: brightness, contrast and gamma. The image keeps
  /// its sharpness and its noise.
  static let light: IntensityPlan = {
    var plan = IntensityPlan()
    plan[BrightnessRanges.self].probability = 0.15
    plan[BrightnessRanges.self].factor = 0.9...1.1
    plan[ContrastRanges.self].probability = 0.15
    plan[ContrastRanges.self].factor = 0.9...1.1
    plan[GammaRanges.self].probability = 0.15
    plan[GammaRanges.self].exponent = 0.85...1.2
    return plan
  }()

  /// nnU-Net's changes, which have proved themselves on magnetic resonance, computed tomography and micrographs alike, with
  /// gentler factors; and a bias field, which is the commonest inhomogeneity of magnetic resonance and the uneven
  /// illumination of micrographs, at half of TorchIO's coefficients since CT has none. Nothing that looks like a fault of
  /// one kind of scanner (ghosts, motion, spikes, Rician noise), nothing that takes content away while its label stays
  /// (cut-outs), and no curve of the inverted image, for which the plain one with its exponents on either side of 1 stands
  /// in. Three images of one channel in five are changed, most of them by one or two kinds.
  static let standard: IntensityPlan = {
    var plan = IntensityPlan()
    plan[BiasFieldRanges.self].probability = 0.15
    plan[BiasFieldRanges.self].coefficient = 0.25
    plan[NoiseRanges.self].probability = 0.1
    plan[BlurRanges.self].probability = 0.1
    plan[BlurRanges.self].channelProbability = 0.5
    plan[BrightnessRanges.self].probability = 0.15
    plan[BrightnessRanges.self].factor = 0.8...1.2
    plan[ContrastRanges.self].probability = 0.15
    plan[ContrastRanges.self].factor = 0.8...1.2
    plan[LowResolutionRanges.self].probability = 0.1
    plan[LowResolutionRanges.self].channelProbability = 0.5
    plan[GammaRanges.self].probability = 0.2
    plan[GammaRanges.self].exponent = 0.75...1.4
    return plan
  }()
}
