/// Everything that the outputs of a stage depend on; its checkpoint is up to date while the fingerprint is unchanged.
struct Fingerprint: Hashable, Sendable, Codable {
  var kind: String
  var version: Int
  var seed: UInt64
  /// The canonical spelling of each parameter, by dotted name.
  var parameters: [String: String]
  /// The content hash of each input, by type; of several of a type by type and number, as in `model 2`.
  var inputs: [String: String]
  /// The files outside the run, in the stage's order.
  var externalFiles: [External]
  /// The settings of the program that change the outputs, by name; empty for the usual ones.
  var settings: [String: String] = [:]

  struct External: Hashable, Sendable, Codable {
    var role: String
    var hash: String
  }
}

extension Fingerprint {
  /// Reads a fingerprint; one of an earlier version, without settings, was made with the usual ones.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    kind = try values.decode(String.self, forKey: .kind)
    version = try values.decode(Int.self, forKey: .version)
    seed = try values.decode(UInt64.self, forKey: .seed)
    parameters = try values.decode([String: String].self, forKey: .parameters)
    inputs = try values.decode([String: String].self, forKey: .inputs)
    externalFiles = try values.decode([External].self, forKey: .externalFiles)
    settings = try values.decodeIfPresent([String: String].self, forKey: .settings) ?? [:]
  }
}

/// A reason why a stage runs.
public enum RunReason: Hashable, Sendable {
  /// There is no checkpoint.
  case noCheckpoint
  /// The checkpoint's manifest cannot be read.
  case unreadableManifest
  /// `--force` was given.
  case forced
  /// The stage of this name had another kind.
  case kindChanged(from: String, to: String)
  /// The version of the stage's method changed.
  case versionChanged(from: Int, to: Int)
  /// The seed of the pipeline changed.
  case seedChanged(from: UInt64, to: UInt64)
  /// A parameter, by its dotted name, changed; nil for one that was or is not set.
  case parameterChanged(name: String, from: String?, to: String?)
  /// A setting of the program, by its name, changed; nil for the usual one.
  case settingChanged(name: String, from: String?, to: String?)
  /// The content of an input changed.
  case inputChanged(ArtefactType, producer: String?)
  /// The content, the names or the number of files outside the run changed.
  case externalFilesChanged(count: Int, first: String)
  /// An output was modified after it was written.
  case outputChanged(path: String)
  /// An output is missing.
  case outputMissing(path: String)
}

extension RunReason: CustomStringConvertible {
  /// The reason, as the log gives it.
  public var description: String {
    switch self {
    case .noCheckpoint: "no checkpoint yet"
    case .unreadableManifest: "its manifest cannot be read"
    case .forced: "forced"
    case .kindChanged(let old, let new): "stage kind \(old) -> \(new)"
    case .versionChanged(let old, let new): "stage version \(old) -> \(new)"
    case .seedChanged(let old, let new): "seed \(old) -> \(new)"
    case .parameterChanged(let name, let old, let new): "\(name) \(old ?? "unset") -> \(new ?? "unset")"
    case .settingChanged(let name, let old, let new): "\(name) \(old ?? "default") -> \(new ?? "default")"
    case .inputChanged(let type, let producer?): "input \(type) of \(producer) changed"
    case .inputChanged(let type, nil): "input \(type) was removed"
    case .externalFilesChanged(1, let first): "\(first) changed"
    case .externalFilesChanged(let count, let first): "\(count) files changed (first: \(first))"
    case .outputChanged(let path): "output \(path) was modified"
    case .outputMissing(let path): "output \(path) is missing"
    }
  }
}

extension StageInstance {
  /// The inputs with their keys in a fingerprint: the type, or where there are several of a type, the type and a number.
  var keyedInputs: [(key: String, input: StageConnection)] {
    let counts = Dictionary(inputs.map { ($0.type, 1) }, uniquingKeysWith: +)
    var numbers: [ArtefactType: Int] = [:]
    return inputs.map { input in
      numbers[input.type, default: 0] += 1
      let isOnly = counts[input.type] == 1
      return (isOnly ? input.type.name : "\(input.type.name) \(numbers[input.type] ?? 1)", input)
    }
  }
}

extension Fingerprint {
  /// This fingerprint of an earlier version as the program would write it now: with the parameters of another that it
  /// lacks, where it is known what their absence meant.
  ///
  /// - Parameter absences: What it meant, by dotted name.
  func completed(for other: Fingerprint, absences: [String: String]) -> Fingerprint {
    var completed = self
    for (name, value) in absences where parameters[name] == nil && other.parameters[name] != nil {
      completed.parameters[name] = value
    }
    return completed
  }

  /// The differences from an older fingerprint of the same stage, in a fixed order.
  func changes(from old: Fingerprint, stage: StageInstance, externalFiles files: [ExternalFile]) -> [RunReason] {
    var reasons: [RunReason] = []
    if kind != old.kind { reasons.append(.kindChanged(from: old.kind, to: kind)) }
    if version != old.version, kind == old.kind {
      reasons.append(.versionChanged(from: old.version, to: version))
    }
    if seed != old.seed { reasons.append(.seedChanged(from: old.seed, to: seed)) }
    for key in Set(parameters.keys).union(old.parameters.keys).sorted() where parameters[key] != old.parameters[key] {
      reasons.append(
        .parameterChanged(name: "\(stage.name).\(key)", from: old.parameters[key], to: parameters[key]))
    }
    for name in Set(settings.keys).union(old.settings.keys).sorted() where settings[name] != old.settings[name] {
      reasons.append(.settingChanged(name: name, from: old.settings[name], to: settings[name]))
    }
    let producers = Dictionary(uniqueKeysWithValues: stage.keyedInputs.map { ($0.key, $0.input.producer) })
    for key in Set(inputs.keys).union(old.inputs.keys).sorted() where inputs[key] != old.inputs[key] {
      reasons.append(.inputChanged(ArtefactType(key), producer: producers[key]))
    }
    let changed = (0..<max(externalFiles.count, old.externalFiles.count)).filter { index in
      !externalFiles.indices.contains(index) || !old.externalFiles.indices.contains(index)
        || externalFiles[index] != old.externalFiles[index]
    }
    if let first = changed.first {
      let name = files.indices.contains(first) ? files[first].url.lastPathComponent : "the number of files"
      reasons.append(.externalFilesChanged(count: changed.count, first: name))
    }
    return reasons
  }
}
