import Augmentations
import Datasets
import Drawing
import Files
import Foundation
import Jobs
import Machine
import Networks
import Pipelines
import Review
import Training
import Volumes

/// A pre-training: its samples, its loop and its output files.
struct Pretraining {
  let context: StageContext
  let task: PretextTask
  let training: TrainingParameters
  let data: TrainingData

  private var plan: NetworkPlan { data.plan }

  /// Trains, or resumes an interrupted training, and writes the model and the sheet of reconstructions.
  func run(_ network: Network, _ weights: ParameterBuffer) throws {
    let loopRun = loopRun
    let source = try source(of: data.training, isValidation: false)
    let validator = try data.validation.isEmpty ? nil : validator(network, weights)
    let loop = try TrainingLoop(
      network, parameters: weights, configuration: loopRun.configuration(loss: task.loss), source: source.samples,
      validator: validator, observer: loopRun.reporter(source.tally))
    try loopRun.run(loop, weights) {
      try draw(try validator ?? self.validator(network, weights))
      return try PretrainedCard(
        network: plan.configuration, task: task.networkTask, preparation: plan.preparation, window: plan.window,
        stage: context.stage, steps: loop.stepsDone
      ).metadata()
    }
  }

  private var loopRun: LoopRun { LoopRun(context: context, training: training, data: data, score: task.score) }

  /// The samples of some cases; those of a validation are not augmented.
  private func source(
    of cases: [PreparedCase], isValidation: Bool
  ) throws -> (samples: any SampleSource, tally: AugmentationTally) {
    let count = isValidation ? max(64, validationSites) : loopRun.sampleCount
    let stage = context.stage + (isValidation ? "/validation" : "")
    if case .relativePatches(let gap, let jitter, let brightness) = task {
      let geometry = PatchGeometry(patch: plan.window.gridSize, gap: gap, jitter: jitter)
      let small = cases.filter { !geometry.fits(siteSize(of: $0)) }
      guard small.isEmpty else {
        throw StageError.smallForPatches(
          stage: context.stage, ids: small.map(\.id), size: siteSize(of: small[0]).description,
          patch: "\(plan.window)", gap: gap, jitter: jitter)
      }
      let samples = RelativePatchSource(
        cases, geometry: geometry, brightness: brightness, samplesPerEpoch: count, seed: context.seed, stage: stage)
      return (samples, AugmentationTally())
    }
    let images = RegionSampleSource(
      cases, window: plan.window, ranges: isValidation ? AugmentationRanges() : data.ranges, samplesPerEpoch: count,
      seed: context.seed, stage: stage)
    return (ReconstructionSource(task: task, images: images, seed: context.seed, stage: stage), images.tally)
  }

  /// The slices or volumes of the validation part, or of the training part where there is none.
  private var validationSites: Int {
    let cases = data.validation.isEmpty ? data.training : data.validation
    return RegionSampler.siteCount(cases.map(\.grid.size), window: plan.window.gridSize)
  }

  private func siteSize(of item: PreparedCase) -> GridSize {
    var size = item.grid.size
    if plan.window.depth == 1 { size.depth = 1 }
    return size
  }

  /// The validation; of the training part where there is no validation part, for the pictures.
  private func validator(_ network: Network, _ weights: ParameterBuffer) throws -> PretextValidator {
    let cases = data.validation.isEmpty ? data.training : data.validation
    return try PretextValidator(
      network, parameters: weights, source: source(of: cases, isValidation: true).samples, loss: task.loss,
      scoreName: task.score.key)
  }

  // MARK: Pictures

  /// Draws what the network sees, what it makes of it, and the image.
  private func draw(_ validator: PretextValidator) throws {
    guard task.isReconstruction else { return }
    var sheet = PreviewSheet(title: context.stage, classNames: [])
    sheet.columns = 3
    sheet.longestSidePixels = 192
    sheet.details = [
      "Each row: what the network sees, what it gives back, and the image."
        + (task.isMasked ? " Of a masked image only the masked blocks are taken from the network." : "")
    ]
    sheet.slice = plan.window.depth / 2
    var tiles: [PreviewSheet.Tile] = []
    validator.forEachReconstruction { seen, found, wanted in
      let image = zip(seen, wanted).map { $1.isNaN ? $0 : $1 }
      let result = task.isMasked ? zip(zip(seen, found), wanted).map { $1.isNaN ? $0.0 : $0.1 } : found
      for (caption, values) in [("seen", seen), ("given back", result), ("image", image)] {
        tiles.append(PreviewSheet.Tile(caption: caption, image: volume(values)))
      }
    }
    do {
      let data = try sheet.drawing(tiles).data()
      try AtomicFile.write(data, to: context.folder.appending(path: PretrainStage.sheetName))
    } catch  where error is DrawingError || error is MachineError {
      context.log.warning("\(PretrainStage.sheetName) is not drawn: \(error)")
    }
  }

  /// The first channel of a sample.
  private func volume(_ values: [Float]) -> Volume {
    let channels = plan.configuration.inputChannels
    var grid = plan.grids[0]
    grid.size = plan.window.gridSize
    return Volume(
      grid: grid, channels: 1, voxels: stride(from: 0, to: values.count, by: channels).map { values[$0] })
  }
}

extension PretextTask {
  fileprivate var score: ScoreName {
    if case .relativePatches = self { .accuracy } else { .r2 }
  }

  fileprivate var isReconstruction: Bool {
    if case .relativePatches = self { false } else { true }
  }

  fileprivate var isMasked: Bool {
    if case .masked = self { true } else { false }
  }
}
