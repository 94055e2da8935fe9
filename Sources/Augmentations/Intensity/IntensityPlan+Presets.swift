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
}
