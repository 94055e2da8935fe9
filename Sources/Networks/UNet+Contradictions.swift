import Configurations

extension UNetConfiguration {
  /// Groups that do not divide the channels, or that nothing is divided into; deep supervision of no further resolution;
  /// kernels and poolings of another number of resolutions, or such as cannot be.
  public var contradictions: [ConfigurationProblem] {
    groupsProblem + deepSupervisionProblem + kernelProblems + poolingProblems
  }

  private var groupsProblem: [ConfigurationProblem] {
    let isGrouped = normalisation == .group
    let channels = (0...max(0, depth)).map(channels(at:))
    let groupsFit = isGrouped ? channels.allSatisfy { $0 % groups == 0 } : groups == Self().groups
    guard !groupsFit else { return [] }
    let divided = maxChannels == nil ? "base_channels (\(baseChannels))" : "base_channels and max_channels"
    return [
      ConfigurationProblem(
        key: "groups",
        expected: isGrouped ? "a number that divides \(divided)" : "no value without norm: group", found: "\(groups)",
        comparedWith: ["base_channels", "max_channels", "norm"])
    ]
  }

  private var deepSupervisionProblem: [ConfigurationProblem] {
    guard hasDeepSupervision, depth < 3 else { return [] }
    return [
      ConfigurationProblem(
        key: "deep_supervision", expected: "false with fewer than 3 downsamplings (depth)", found: "true",
        comparedWith: ["depth"])
    ]
  }

  private var kernelProblems: [ConfigurationProblem] {
    guard let kernels else { return [] }
    if kernels.count != depth + 1 {
      return [
        ConfigurationProblem(
          key: "kernels", expected: "a kernel for each resolution (\(depth + 1), one more than depth)",
          found: "\(kernels.count)", comparedWith: ["depth"])
      ]
    }
    let isPossible = kernels.allSatisfy { kernel in
      kernel.list.allSatisfy { $0 % 2 == 1 } && (dimensions == 3 || kernel.depth == 1)
    }
    guard !isPossible else { return [] }
    return [
      ConfigurationProblem(
        key: "kernels", expected: dimensions == 3 ? "odd lengths" : "odd lengths, the last 1 with dimensions: 2",
        found: "\(kernels)", comparedWith: ["dimensions"])
    ]
  }

  private var poolingProblems: [ConfigurationProblem] {
    guard let pooling else { return [] }
    if pooling.count != depth {
      return [
        ConfigurationProblem(
          key: "pooling", expected: "factors for each downsampling (\(depth), as depth)", found: "\(pooling.count)",
          comparedWith: ["depth"])
      ]
    }
    if !pooling.allSatisfy({ $0.list.contains(2) && (dimensions == 3 || $0.depth == 1) }) {
      return [
        ConfigurationProblem(
          key: "pooling",
          expected: "a 2 along some axis" + (dimensions == 3 ? "" : ", and 1 along the last with dimensions: 2"),
          found: "\(pooling)", comparedWith: ["dimensions"])
      ]
    }
    let isBlurred = downsampling == .antialiasedMaxPooling
    guard isBlurred, !pooling.allSatisfy({ $0.width == 2 && $0.height == 2 }) else { return [] }
    return [
      ConfigurationProblem(
        key: "pooling", expected: "2 along the first two axes with downsampling: antialiased_max_pooling",
        found: "\(pooling)", comparedWith: ["downsampling"])
    ]
  }
}
