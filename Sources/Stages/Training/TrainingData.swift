import Augmentations
import Datasets
import Networks
import Pipelines
import Volumes

/// What a training sees: its network's plan, and its cases, prepared.
struct TrainingData {
  let dataset: Dataset
  /// What the network sees, and its shape.
  let plan: NetworkPlan
  let training: [PreparedCase]
  let validation: [PreparedCase]
  let ranges: AugmentationRanges

  /// What of the data a stage needs.
  struct Request {
    /// What the network is to see, and its shape.
    var network: NetworkPlan.Request
    /// What the network is for.
    var task = NetworkTask.segmentation
    /// Whether the stage's parameters say how large the network is.
    var choosesNetwork: Bool
    /// Whether the labels are needed; without them every voxel counts as background.
    var needsLabels = true
  }

  /// Reads and prepares the cases, where there is the memory for the whole training. Without a split all cases train.
  ///
  /// - Parameter isTrainable: By a parameter's name.
  init(
    _ context: StageContext, _ parameters: TrainingParameters, _ request: Request, isTrainable: (String) -> Bool
  ) throws {
    let loaded = try LoadedDataset(context)
    let split = try context.optionalInput(.split).map { try Split(artefact: $0) }
    dataset = loaded.dataset
    var ranges =
      try context.optionalInput(.transform).map {
        try AugmentationRanges(artefact: $0, unit: loaded.dataset.lengthUnit)
      } ?? AugmentationRanges()
    // Nothing says where the foreground is.
    if !request.needsLabels { ranges.keptForeground = 0 }
    self.ranges = ranges
    let ids = try split?.cases(of: .train, for: context.stage) ?? dataset.cases.map(\.id)
    let validated = (split?.validation ?? []).compactMap { loaded.dataset.case($0) }
    let cases = ids.compactMap { loaded.dataset.case($0) }
    plan = try NetworkPlan(request.network, dataset: loaded.dataset, training: cases, stage: context.stage)
    let plan = plan
    try plan.preparation.check(validated.map { ($0.id, $0.grid) })
    let storage = try CaseStorage(
      scans: (cases + validated).map(\.grid),
      prepared: plan.grids + validated.map { try plan.preparation.grid(of: $0.grid) }, channels: dataset.channels,
      isKept: parameters.keepsPrepared)
    try TrainingMemory(
      stage: context.stage, plan: plan, task: request.task, validation: validated, storage: storage,
      choosesNetwork: request.choosesNetwork
    ).require(parameters, ranges: ranges, isTrainable: isTrainable)
    let places = PlaceRequest(
      window: plan.window, of: plan.grids.map(\.size), foreground: parameters.foreground,
      keptForeground: ranges.keptForeground)
    let prepared = try CasePreparation(
      loaded: loaded, preparation: plan.preparation, storage: storage, context: context,
      needsLabels: request.needsLabels
    ).prepare([.init(ids: ids, places: places), .init(ids: validated.map(\.id), places: .none)])
    (training, validation) = (prepared[0], prepared[1])
  }
}
