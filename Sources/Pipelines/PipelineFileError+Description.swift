import Files

extension PipelineFileError: CustomStringConvertible {
  /// Where, what, what was expected and found, and what to do, in one line.
  public var description: String {
    if let location { "\(location): \(message)" } else { message }
  }

  private var message: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .invalidYAML(_, let problem):
      "not valid YAML: \(problem)"
    case .duplicateKey(_, let key):
      "the key \"\(key)\" stands more than once in one mapping, first here; keep one"
    case .unknownKey(_, let owner, let key, let suggestion, let known):
      "\(prefix(owner))unknown key \"\(key)\"\(remedy(suggestion, else: known, "keys"))"
    case .missingKey(_, let owner, let key, let expected, nil):
      "\(prefix(owner))the key \"\(key)\" is missing; expected \(expected)"
    case .missingKey(_, let owner, let key, let expected, let misspelling?):
      "\(prefix(owner))unknown key \"\(misspelling)\"; did you mean \"\(key)\", which is missing? "
        + "Expected \(expected)"
    case .invalidValue(_, let parameter, let expected, let found, let suggestion):
      "\(prefix(parameter))expected \(expected), found \(found)\(suggestion.map(question) ?? "")"
    case .malformedOverride(let text):
      "--set \(text): expected a key and a value, as in --set train.epochs=2, --set seed=7 "
        + "or --set variables.data=/my/scans"
    case .unknownStage(let option, let name, let suggestion, let known):
      "\(option) \(name): unknown stage \"\(name)\"\(remedy(suggestion, else: known, "stages"))"
    case .malformedStage(_, let keys):
      "expected one stage, as in \"- \(keys.first ?? "train"): {...}\", found \(keys.count) keys "
        + "(\(keys.joined(separator: ", "))); indent a stage's parameters deeper than its kind"
    case .unknownStageKind(_, let kind, let suggestion, let known):
      "unknown stage \"\(kind)\"\(remedy(suggestion, else: known, "stages"))"
    case .duplicateStageName(_, let name, let first):
      "a second stage is named \"\(name)\" (the first: \(first.shortDescription)); "
        + "add \"name:\" to tell them apart, as in \"name: \(name)-2\""
    case .missingProducer(_, let stage, let input, let producers):
      "\(stage): no earlier stage produces its input \"\(input)\"; "
        + (producers.isEmpty ? "no kind of stage does" : "put one before it: \(producers.joined(separator: ", "))")
    case .unknownSource(_, let stage, let source, let suggestion, let earlier):
      "\(stage).from: unknown stage \"\(source)\"\(remedy(suggestion, else: earlier, "earlier stages"))"
    case .sourceNotEarlier(_, let stage, let source):
      "\(stage).from: \"\(source)\" does not stand before \"\(stage)\"; move it up, or name an earlier stage"
    case .uselessSource(_, let stage, let source, let inputs):
      "\(stage).from: \"\(source)\" produces no "
        + "\(inputs.map { "\"\($0)\"" }.joined(separator: ", ")); name a stage that does"
    case .ambiguousSources(_, let stage, let input, let sources):
      "\(stage).from: \(sources.joined(separator: " and ")) all produce \"\(input)\"; "
        + "choose one, as in \"from: {\(input): \(sources.first ?? "")}\""
    case .unknownInput(_, let stage, let input, let suggestion, let known):
      "\(stage).from: the stage has no input \"\(input)\"\(remedy(suggestion, else: known, "inputs"))"
    case .unknownOverrideTarget(_, let name, let suggestion, let known):
      "unknown stage \"\(name)\"\(remedy(suggestion, else: known + ["seed", "variables"], "names"))"
    case .undefinedVariable(_, let name, let suggestion):
      "the variable ${\(name)} is not defined"
        + (suggestion.map(question) ?? "; add it to \"variables:\" or give --set variables.\(name)=...")
    case .undefinedEnvironmentVariable(_, let name, let variable):
      "the environment variable \(name) is not set; export \(name)=..."
        + (variable.map { " or give --set variables.\($0)=..." } ?? "")
    case .circularVariables(_, let names):
      "variables are defined by each other: \(names.map { "${\($0)}" }.joined(separator: " -> ")); break the circle"
    case .malformedSubstitution(_, let text):
      "expected ${NAME} or ${env:NAME}, found the text \(text.jsonQuoted); write $${ for a literal ${"
    case .unusedVariable(_, let name, let suggestion):
      "the pipeline has no variable \"\(name)\"\(suggestion.map(question) ?? "")"
    }
  }

  private func prefix(_ owner: String) -> String { owner.isEmpty ? "" : "\(owner): " }

  private func question(_ suggestion: String) -> String { "; did you mean \"\(suggestion)\"?" }

  private func remedy(_ suggestion: String?, else known: [String], _ noun: String) -> String {
    if let suggestion { return question(suggestion) }
    return known.isEmpty ? "; there are no \(noun)" : "; known \(noun): \(known.joined(separator: ", "))"
  }
}
