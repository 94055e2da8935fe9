import Foundation

/// Decides for each stage of a run whether it is skipped, resumed or run.
struct Planner {
  let pipeline: Pipeline
  let store: CheckpointStore
  let forced: Set<String>

  /// What is to be done with a stage, and what it was decided from.
  struct Plan {
    var decision: StageDecision
    /// What else is to be told of it.
    var notes: [String]
    var fingerprint: Fingerprint
    /// What the absence of parameters means in checkpoints of earlier versions, by dotted name.
    var absences: [String: String]
    var externalFiles: [Manifest.HashedFile]
    /// What is wrong with files beside the outputs, where the stage does not run for it.
    var warnings: [String] = []
    /// The manifest of the checkpoint, where there is one.
    var manifest: Manifest?
  }

  /// Plans a stage.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - externalFiles: What the stage says of files outside the run.
  ///   - hashes: The content hashes of the outputs of earlier stages, by stage; those whose outputs are not known
  ///     before they run are absent.
  func plan(
    _ stage: StageInstance, externalFiles: [ExternalFile], hashes: [String: [ArtefactType: String]]
  ) throws -> Plan {
    let manifest: Manifest?
    var reasons: [RunReason] = []
    do {
      manifest = try store.manifest(of: stage.name)
      if manifest == nil { reasons = [.noCheckpoint] }
    } catch {
      manifest = nil
      reasons = [.unreadableManifest]
    }

    let external = try ExternalFileHashes(of: externalFiles, known: manifest?.externalFiles ?? [])
    var fingerprint = Fingerprint(
      kind: stage.kind, version: stage.type.version, seed: stage.seed ?? pipeline.seed,
      parameters: stage.parameters.canonicalParameters(), inputs: [:], externalFiles: external.entries,
      settings: stage.type.settings)
    let absences = stage.parameters.canonicalAbsences()
    var unknown: [String] = []
    for (key, input) in stage.keyedInputs {
      let hash = hashes[input.producer]?[input.type]
      if hash == nil, !unknown.contains(input.producer) { unknown.append(input.producer) }
      // What is not known yet is taken to be as it was.
      fingerprint.inputs[key] = hash ?? manifest?.fingerprint.inputs[key]
    }
    if let manifest {
      let old = manifest.fingerprint.completed(for: fingerprint, absences: absences)
      reasons = fingerprint.changes(from: old, stage: stage, externalFiles: externalFiles)
      if reasons.isEmpty { reasons = try changedOutputs(of: stage, manifest: manifest) }
    }
    let isForced = forced.contains(stage.name)
    if isForced { reasons = [.forced] }

    let decision: StageDecision =
      if reasons.isEmpty {
        unknown.isEmpty ? .upToDate : .depends(on: unknown)
      } else if unknown.isEmpty,
        store.canResume(stage.name, fingerprint: fingerprint, absences: absences, isForced: isForced)
      {
        .resumes
      } else {
        .runs(reasons)
      }
    var notes: [String] = []
    if case .runs = decision,
      store.hasOtherWork(stage.name, fingerprint: fingerprint, absences: absences, isForced: isForced)
    {
      notes = ["there is unfinished work of other parameters; it is kept until this stage is finished"]
    }
    let isKept = if case .runs = decision { false } else { true }
    return Plan(
      decision: decision, notes: notes, fingerprint: fingerprint, absences: absences, externalFiles: external.files,
      warnings: isKept ? try manifest.map { try warnings(of: stage, manifest: $0) } ?? [] : [], manifest: manifest)
  }

  private func changedOutputs(of stage: StageInstance, manifest: Manifest) throws -> [RunReason] {
    let folder = store.folder(of: stage.name)
    let outputs = try stage.type.outputs.compactMap { output -> RunReason? in
      let recorded = manifest.outputs.first { $0.type == output.type && $0.path == output.path }
      guard let recorded else { return .outputMissing(path: output.path) }
      return try recorded.change(in: folder)
    }
    return stage.type.restoresOtherFiles ? try outputs + changedOtherFiles(of: stage, manifest: manifest) : outputs
  }

  private func changedOtherFiles(of stage: StageInstance, manifest: Manifest) throws -> [RunReason] {
    let folder = store.folder(of: stage.name)
    return try (manifest.otherFiles ?? []).compactMap { try $0.change(in: folder) }
  }

  /// Names the lost and changed files of a stage that is up to date but for them.
  private func warnings(of stage: StageInstance, manifest: Manifest) throws -> [String] {
    guard !stage.type.restoresOtherFiles else { return [] }
    return try changedOtherFiles(of: stage, manifest: manifest).map {
      "\($0); the stage is not repeated for it: use --force \(stage.name) to make it again"
    }
  }
}
