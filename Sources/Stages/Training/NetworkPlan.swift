import Configurations
import Datasets
import Jobs
import Networks
import Volumes

/// What the network of a training sees of its cases, and the network's shape where that follows from them: decided by the
/// grids of the training cases alone, so that the same data give the same network on any machine.
struct NetworkPlan {
  /// How scans are prepared.
  let preparation: Preparation
  /// The number of slices before and behind each that the network sees with it, as further channels.
  let context: Int
  /// The extent of the samples.
  let window: Extent
  /// The network's shape, its channels and classes those of the data set.
  let configuration: UNetConfiguration
  /// The grids of the prepared training cases.
  let grids: [Grid]

  /// What a stage asks for.
  struct Request {
    /// The network's shape; its channels and classes are not looked at.
    var network: UNetConfiguration
    /// Whether the network is a pipeline file's: the kernels and poolings of a 3-D one are along right, anterior and
    /// superior, or where they are nil, those that suit the data. Otherwise it is a model's.
    var isFromFile: Bool
    /// The axis along which the network's depth runs; nil: across the slices of the scans, where these are thick.
    var axis: BodyAxis?
    /// The number of slices before and behind each that the network sees with it, as further channels.
    var context: Int
    /// The extent of the samples; nil: that of the model in 3-D, or as suits the data.
    var patch: PatchSize?
    /// What a model was trained with; nil: there is none.
    var modelWindow: Extent?
  }

  /// Plans for the cases of a training; at least one.
  ///
  /// - Throws: `JobError.badCases` with the cases whose grid at the common spacing would be too large,
  ///   `JobError.sliceAxis`, `StageError.patch`, `.flatVolumes`, `.nothingToHalve`, `.noNeighbours`.
  init(_ request: Request, dataset: Dataset, training: [Dataset.Case], stage: String) throws {
    var network = request.network
    network.inputChannels = dataset.channels * (2 * request.context + 1)
    network.classes = dataset.classes?.count ?? network.classes
    let axis = request.axis ?? VolumeRules.axis(across: training.map(\.grid))
    let preparation = Preparation(
      normalisation: dataset.normalisation, spacing: dataset.commonSpacing, sliceAxis: axis)
    try preparation.check(training.map { ($0.id, $0.grid) })
    let grids = try inOrder(training.map(\.id), training) { try preparation.grid(of: $0.grid) }
    let sizes = grids.map(\.size)
    if request.context > 0, sizes.allSatisfy({ $0.depth == 1 }) { throw StageError.noNeighbours(stage: stage) }
    let largest = Extent(
      depth: sizes.map(\.depth).max() ?? 1, height: sizes.map(\.height).max() ?? 1,
      width: sizes.map(\.width).max() ?? 1)
    if let patch = request.patch, patch.dimensions != network.dimensions {
      throw StageError.patch(
        stage: stage,
        expected: network.dimensions == 3
          ? "three lengths (right, anterior, superior), since the network has dimensions: 3"
          : "two lengths (height, width), since the network has dimensions: 2", found: "\(patch.dimensions)")
    }
    let patch = request.patch?.extent(depthAlong: axis)
    if network.dimensions == 3 {
      let flat = zip(training, sizes).filter { min($1.width, $1.height, $1.depth) == 1 }.map(\.0.id)
      guard flat.isEmpty else { throw StageError.flatVolumes(stage: stage, ids: flat) }
      let spacing = Self.median(grids.map(\.spacing))
      let seen = patch ?? request.modelWindow?.limited(to: largest) ?? Self.patch(of: largest, spacing: spacing)
      if request.isFromFile { network.follow(spacing: spacing, size: seen, depthAlong: axis) }
      guard network.depth > 0 else {
        throw StageError.nothingToHalve(stage: stage, seen: seen, isPatch: patch != nil, least: 2 * VolumeLevels.least)
      }
      let multiple = try network.network().extentMultiple
      let whole = largest.rounded(up: multiple)
      window = patch == nil ? seen.rounded(multiple, upTo: largest) : seen.rounded(up: multiple)
      guard window.depth <= whole.depth, window.height <= whole.height, window.width <= whole.width else {
        throw StageError.patch(
          stage: stage, expected: "at most the size of the largest training volumes (\(whole), depth x height x width)",
          found: "\(window)" + (window == patch ? "" : ", the patch in multiples of \(multiple)"))
      }
    } else {
      window = (patch ?? Extent(height: largest.height, width: largest.width)).rounded(
        up: try network.network().extentMultiple)
    }
    (self.preparation, context, self.grids, configuration) = (preparation, request.context, grids, network)
  }

  private static func median(_ spacings: [SIMD3<Double>]) -> SIMD3<Double> {
    func middle(_ axis: Int) -> Double { spacings.map { $0[axis] }.sorted()[spacings.count / 2] }
    return SIMD3(middle(0), middle(1), middle(2))
  }

  /// The whole volume where it is not too large; else a patch as long in millimetres along each axis as fits.
  private static func patch(of largest: Extent, spacing: SIMD3<Double>) -> Extent {
    guard largest.count > VolumeRules.mostVoxels else { return largest }
    func patch(_ side: Double) -> Extent {
      func length(_ size: Int, _ spacing: Double) -> Int { max(1, min(size, Int(side / spacing))) }
      return Extent(
        depth: length(largest.depth, spacing.z), height: length(largest.height, spacing.y),
        width: length(largest.width, spacing.x))
    }
    var (low, high) = (0.0, spacing.max() * Double(max(largest.depth, largest.height, largest.width)))
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if patch(middle).count <= VolumeRules.mostVoxels { low = middle } else { high = middle }
    }
    return patch(low)
  }

  /// What the network sees, for people, such as `axial slices`.
  var view: String {
    guard configuration.dimensions == 3 else {
      return preparation.slices(of: grids) + (context > 0 ? " with \(context) on either side" : "")
    }
    return seesPatches ? "patches of volumes" : "whole volumes"
  }

  /// Whether the network sees patches of volumes: one of them is larger than the window.
  var seesPatches: Bool {
    configuration.dimensions == 3
      && grids.contains {
        $0.size.width > window.width || $0.size.height > window.height || $0.size.depth > window.depth
      }
  }
}

extension Extent {
  /// The least extent of multiples of another that holds this one.
  func rounded(up multiple: Extent) -> Extent {
    func rounded(_ size: Int, _ multiple: Int) -> Int { (size + multiple - 1) / multiple * multiple }
    return Extent(
      depth: rounded(depth, multiple.depth), height: rounded(height, multiple.height),
      width: rounded(width, multiple.width))
  }

  /// Each length at most that of another extent.
  fileprivate func limited(to other: Extent) -> Extent {
    Extent(depth: min(depth, other.depth), height: min(height, other.height), width: min(width, other.width))
  }

  /// The nearest multiples below, but above where the extent is that of the largest volume.
  fileprivate func rounded(_ multiple: Extent, upTo largest: Extent) -> Extent {
    func rounded(_ size: Int, _ multiple: Int, _ largest: Int) -> Int {
      (size < largest ? max(1, size / multiple) : (size + multiple - 1) / multiple) * multiple
    }
    return Extent(
      depth: rounded(depth, multiple.depth, largest.depth), height: rounded(height, multiple.height, largest.height),
      width: rounded(width, multiple.width, largest.width))
  }
}

extension UNetConfiguration {
  /// Brings the kernels and poolings of a pipeline file into the order of the network's axes, or sets those that suit what
  /// the network sees.
  fileprivate mutating func follow(spacing: SIMD3<Double>, size: Extent, depthAlong axis: BodyAxis) {
    guard kernels == nil, pooling == nil else {
      kernels = kernels?.map { $0.reordered(depthAlong: axis) }
      pooling = pooling?.map { $0.reordered(depthAlong: axis) }
      return
    }
    let levels = VolumeLevels(spacing: spacing, size: size, depth: depth)
    (kernels, pooling, depth) = (levels.kernels, levels.pooling, levels.pooling.count)
  }
}
