import Files
import Foundation

/// The options of a run.
public struct RunOptions: Hashable, Sendable {
  /// The last stage to run, in the order of the file; nil for all.
  public var until: String?
  /// Which stages to run, with those that they take from: by name, or by the value of an axis of the matrix, such as
  /// `fold=0`; empty for all. Several processes may do so in one folder at once.
  public var only: [String]
  /// Stages that run even if they are up to date; the old checkpoint is kept until the new one is published.
  public var forced: [String]
  /// Whether the run only prints what would be done.
  public var isDryRun: Bool

  /// Makes options.
  public init(until: String? = nil, only: [String] = [], forced: [String] = [], isDryRun: Bool = false) {
    self.until = until
    self.only = only
    self.forced = forced
    self.isDryRun = isDryRun
  }
}

/// The summary of a run.
public struct RunSummary: Hashable, Sendable {
  /// A stage and the decision about it.
  public struct Stage: Hashable, Sendable {
    /// The stage's name.
    public let name: String
    /// What was decided.
    public let decision: StageDecision
    /// The number of cases that the stage skipped, now or when its checkpoint was made.
    public let quarantined: Int
  }

  /// The stages, in the order of the file.
  public fileprivate(set) var stages: [Stage] = []

  /// The number of cases that all stages skipped; above 0 the exit code is 4.
  public var quarantined: Int { stages.reduce(0) { $0 + $1.quarantined } }
}

/// Runs a pipeline in a folder: skips stages that are up to date, resumes interrupted ones, and logs why a stage runs.
public struct Runner: Sendable {
  private let pipeline: Pipeline
  private let output: URL
  private let options: RunOptions
  private let log: RunLog
  private let interruption: Interruption
  private let store: CheckpointStore
  private let plannedFiles = PlannedFiles()

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - pipeline: What to run.
  ///   - output: The run's folder, made where there is none.
  ///   - options: How to run it.
  ///   - log: Where to say what happens; kept in `log.jsonl` too.
  ///   - interruption: Looked at between stages, and by stages themselves.
  public init(
    _ pipeline: Pipeline, output: URL, options: RunOptions = RunOptions(), log: RunLog,
    interruption: Interruption = Interruption()
  ) {
    self.pipeline = pipeline
    self.output = output
    self.options = options
    self.log = log
    self.interruption = interruption
    store = CheckpointStore(run: output)
  }

  /// Runs the pipeline, or in a dry run plans it and writes nothing.
  ///
  /// - Throws: Before any work, `PipelineErrors` with unknown names of stages and with every missing file outside the
  ///   run. Later `PipelineError`; an error of a stage is in `.stageFailed`.
  public func run() throws -> RunSummary {
    let selection = try StageSelection(options, of: pipeline)
    let externalFiles = try pipeline.externalFiles(of: selection.stages)
    let runFolder = RunFolder(output, store: store)
    try runFolder.check(pipeline, externalFiles: externalFiles.values.flatMap { $0 })
    if options.isDryRun { return try plan(selection, externalFiles: externalFiles) }
    try FileSystem.makeFolder(output.path)
    return try RunLock.holding(output, shared: isShared ? pipeline.identity : nil) {
      try log.open(output.appending(path: RunFolder.logName))
      defer { log.close() }
      do {
        return try run(selection, externalFiles: externalFiles)
      } catch {
        log.record(.error, "\(error)")
        throw error
      }
    }
  }

  /// Whether other processes may work on other stages in the same folder meanwhile.
  private var isShared: Bool { !options.only.isEmpty && options.forced.isEmpty }

  // MARK: Before any work

  private func planner(_ selection: StageSelection) -> Planner {
    Planner(pipeline: pipeline, store: store, forced: selection.forced)
  }

  private func plan(
    _ selection: StageSelection, externalFiles: [String: [ExternalFile]]
  ) throws -> RunSummary {
    var summary = RunSummary()
    var hashes: [String: [ArtefactType: String]] = [:]
    for stage in selection.stages {
      let plan = try planner(selection).plan(stage, externalFiles: externalFiles[stage.name] ?? [], hashes: hashes)
      try RunFolder(output, store: store).checkOrigin(
        of: plan, pipeline, isForced: selection.forced.contains(stage.name))
      if plan.decision == .upToDate { hashes[stage.name] = plan.manifest?.hashes }
      report(plan, of: stage)
      summary.stages.append(
        .init(name: stage.name, decision: plan.decision, quarantined: plan.manifest?.quarantined ?? 0))
    }
    return summary
  }

  // MARK: Work

  private func run(
    _ selection: StageSelection, externalFiles: [String: [ExternalFile]]
  ) throws -> RunSummary {
    log.record(.info, "run started", ["pipeline": .string(pipeline.name), "process": .int(Int(getpid()))])
    if !isShared { try recover(pipeline.stages.map(\.name)) }
    let links = PublishedLinks(run: output, log: log)
    let before = links.published
    var state = RunState(links: links)
    for stage in selection.stages {
      if interruption.isRequested { throw PipelineError.interrupted(stage: stage.name) }
      let files = externalFiles[stage.name] ?? []
      guard isShared else {
        try run(stage, of: selection, externalFiles: files, state: &state)
        continue
      }
      try StageLock.holding(stage.name, in: store.stagesFolder, interruption: interruption, log: log) {
        try recover([stage.name])
        try run(stage, of: selection, externalFiles: files, state: &state)
      }
    }
    if options.only.isEmpty {
      try links.update(current: state.current + laterStages(selection, hashes: state.hashes))
    }
    reportHidden(before.filter { link in !links.published.contains { $0.name == link.name } })
    return state.summary
  }

  /// What a run has done so far.
  private struct RunState {
    let links: PublishedLinks
    var summary = RunSummary()
    var hashes: [String: [ArtefactType: String]] = [:]
    var current: [StageInstance] = []
  }

  private func recover(_ stages: [String]) throws {
    for kept in try store.recover(stages) { warn(of: kept, log) }
  }

  private func run(
    _ stage: StageInstance, of selection: StageSelection, externalFiles: [ExternalFile], state: inout RunState
  ) throws {
    let runFolder = RunFolder(output, store: store)
    let isForced = selection.forced.contains(stage.name)
    let plan = try planner(selection).plan(stage, externalFiles: externalFiles, hashes: state.hashes)
    try runFolder.checkOrigin(of: plan, pipeline, isForced: isForced)
    if state.current.isEmpty { try runFolder.writeResolvedFile(pipeline) }
    plannedFiles.add(plan.externalFiles)
    report(plan, of: stage)
    var manifest = plan.manifest
    if plan.decision != .upToDate {
      // What is published from here on no longer belongs to the stages before it.
      try hideLinks(state, before: stage)
      manifest = try execute(stage, plan: plan, isForced: isForced)
      if options.only.isEmpty { try state.links.update(current: state.current + [stage]) }
    }
    state.current.append(stage)
    state.hashes[stage.name] = manifest?.hashes
    state.summary.stages.append(
      .init(name: stage.name, decision: plan.decision, quarantined: manifest?.quarantined ?? 0))
  }

  /// Removes the links at the top of the run's folder to what a stage is about to change: of a run of all stages, to all that
  /// comes after those before it; else to the stage and to what is made of it.
  private func hideLinks(_ state: RunState, before stage: StageInstance) throws {
    guard !options.only.isEmpty else { return try state.links.update(current: state.current) }
    var changed: Set<String> = [stage.name]
    for later in pipeline.stages where later.inputs.contains(where: { changed.contains($0.producer) }) {
      changed.insert(later.name)
    }
    try state.links.removeLinks(into: changed)
  }

  /// The stages after `until` that are still up to date.
  private func laterStages(
    _ selection: StageSelection, hashes: [String: [ArtefactType: String]]
  ) -> [StageInstance] {
    var hashes = hashes
    return pipeline.stages.dropFirst(selection.stages.count).filter { stage in
      guard let files = try? stage.externalFiles(),
        let plan = try? planner(selection).plan(stage, externalFiles: files, hashes: hashes),
        plan.decision == .upToDate
      else { return false }
      hashes[stage.name] = plan.manifest?.hashes
      return true
    }
  }

  private func execute(_ stage: StageInstance, plan: Planner.Plan, isForced: Bool) throws -> Manifest {
    let work = try store.beginWork(
      stage.name, fingerprint: plan.fingerprint, absences: plan.absences, isForced: isForced)
    let stageLog = log.forStage(stage.name)
    if let folder = work.putAside {
      stageLog.info(
        "the unfinished work of an earlier run is kept in \(folder.relativePath) until this stage is finished; with "
          + "its parameters again, a run resumes it")
    }
    let context = StageContext(
      stage: stage.name, seed: stage.seed ?? pipeline.seed, folder: work.folder,
      earlierFolders: store.earlierFolders(of: stage.name), inputs: inputs(of: stage),
      plannedFiles: plannedFiles, isResuming: work.isResuming, log: stageLog, interruption: interruption)
    let start = ContinuousClock.now
    let outcome = try Self.outcome(of: stage, in: context)
    let seconds = start.duration(to: .now) / .seconds(1)
    let manifest = Manifest(
      stage: stage.name, fingerprint: plan.fingerprint, outputs: try outputs(of: stage, in: work.folder),
      externalFiles: plan.externalFiles, quarantined: outcome.quarantined, finished: Date(), seconds: seconds,
      cacheFolders: stage.type.cacheFolders.isEmpty ? nil : stage.type.cacheFolders, pipeline: pipeline.regularFile)
    if let kept = try store.publish(manifest) { warn(of: kept, stageLog) }
    if try store.removeWorkPutAside(of: stage.name) > 0 {
      stageLog.info("the unfinished work of other parameters was removed")
    }
    let time = String(format: "%.1f", seconds)
    let fields: KeyValuePairs<String, LogValue> = ["seconds": .double(seconds)]
    if outcome.quarantined > 0 {
      let cases = "\(outcome.quarantined) \(outcome.quarantined == 1 ? "case" : "cases")"
      stageLog.warning("finished in \(time) s; \(cases) skipped", fields)
    } else {
      stageLog.info("finished in \(time) s", fields)
    }
    return manifest
  }

  private func report(_ plan: Planner.Plan, of stage: StageInstance) {
    let log = log.forStage(stage.name)
    log.info(plan.decision.description)
    for note in plan.notes { log.info(note) }
    for warning in plan.warnings { log.warning(warning) }
  }

  /// Says which results of later stages are no longer at the top of the run's folder.
  private func reportHidden(_ links: [(name: String, target: String)]) {
    guard !links.isEmpty else { return }
    log.info(
      "results of other parameters are no longer at the top of the run's folder, but still in 'stages': "
        + links.map(\.target).joined(separator: ", "))
  }

  private func warn(of kept: URL, _ log: RunLog) {
    log.warning(
      "the older results contain files that were added or changed by hand; they are kept in \(kept.relativePath)")
  }

  private static func outcome(of stage: StageInstance, in context: StageContext) throws -> StageOutcome {
    do {
      return try stage.stage.run(context)
    } catch is Interrupted {
      throw PipelineError.interrupted(stage: stage.name)
    } catch {
      throw PipelineError.stageFailed(stage: stage.name, error: error)
    }
  }

  private func inputs(of stage: StageInstance) -> [ArtefactType: [StageContext.Input]] {
    stage.inputs.reduce(into: [:]) { inputs, input in
      guard let producer = pipeline[input.producer],
        let output = producer.type.outputs.first(where: { $0.type == input.type })
      else { return }
      inputs[input.type, default: []].append(
        StageContext.Input(
          url: store.folder(of: producer.name).appending(path: output.path), name: producer.name,
          coordinates: producer.coordinates, producer: producer.stage))
    }
  }

  private func outputs(of stage: StageInstance, in folder: URL) throws -> [Manifest.Output] {
    try stage.type.outputs.map { output in
      guard FileSystem.kind(of: folder.appending(path: output.path).path) != nil else {
        throw PipelineError.missingOutput(stage: stage.name, output: output.path)
      }
      return try Manifest.Output(output, in: folder)
    }
  }
}
