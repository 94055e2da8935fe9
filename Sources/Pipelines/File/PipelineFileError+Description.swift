import Files

extension PipelineFileError: CustomStringConvertible {
  /// The message in one line: location, problem, expected, found, and what to do.
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
      "the key \"\(key)\" occurs more than once in one mapping (first here); keep one"
    case .unknownKey(_, let owner, let key, let suggestion, let known):
      "\(prefix(owner))unknown key \"\(key)\"\(remedy(suggestion, else: known, "keys"))"
    case .missingKey(_, let owner, let key, let expected, nil):
      "\(prefix(owner))the key \"\(key)\" is missing; expected \(expected)"
    case .missingKey(_, let owner, let key, let expected, let misspelling?):
      "\(prefix(owner))unknown key \"\(misspelling)\"; did you mean \"\(key)\", which is missing? "
        + "Expected \(expected)"
    case .invalidValue(_, let parameter, let expected, let found, let suggestion):
      "\(prefix(parameter))expected \(expected), found \(found)\(suggestion.map(question) ?? "")"
    case .malformedOverride(let text, let examples):
      "--set \(text): expected a key and a value, as in "
        + alternatives(examples.map { "--set \($0)" })
    case .unknownStage(let option, let name, let suggestion, let known):
      "\(option) \(name): unknown stage \"\(name)\"\(remedy(suggestion, else: known, "stages"))"
    case .forcedOutside(let stage):
      "--force \(stage): --only leaves this stage out; use --only \(stage), or omit one option"
    case .forcedAfterLast(let stage, let last):
      "--force \(stage): the stage comes after \(last), the last stage to run; use --until \(stage), or omit one option"
    case .malformedStage(_, let keys):
      "expected one stage, as in \"- \(keys.first ?? "train"): {...}\", found \(keys.count) keys "
        + "(\(keys.joined(separator: ", "))); indent the parameters of a stage more than its name"
    case .unknownStageKind(_, let kind, let suggestion, let known):
      "unknown stage \"\(kind)\"\(remedy(suggestion, else: known, "stages"))"
    case .duplicateStageName(_, let name, let first):
      "two stages are named \"\(name)\" (the other: \(first.shortDescription)); "
        + "give one another name, such as \"name: \(name)-2\""
    case .missingProducer(_, let stage, let input, let producers):
      "\(stage): input \"\(input)\" is missing; "
        + (producers.isEmpty
          ? "no stage produces it"
          : producers.count == 1
            ? "add a \(producers[0]) stage before it"
            : "add one of these stages before it: \(producers.joined(separator: ", "))")
    case .unknownSource(_, let stage, let source, let suggestion, let earlier):
      "\(stage).from: unknown stage \"\(source)\"\(remedy(suggestion, else: earlier, "earlier stages"))"
    case .sourceNotEarlier(_, let stage, let source):
      "\(stage).from: \"\(source)\" is not before \"\(stage)\"; move it up, or name an earlier stage"
    case .uselessSource(_, let stage, let source, let inputs):
      "\(stage).from: \"\(source)\" does not produce "
        + "\(inputs.map { "\"\($0)\"" }.joined(separator: ", ")); name a stage that does"
    case .ambiguousSources(_, let stage, let input, let sources):
      "\(stage).from: \(sources.joined(separator: " and ")) produce \"\(input)\"; "
        + "choose one, as in \"from: {\(input): \(sources.first ?? "")}\""
    case .unknownInput(_, let stage, let input, let suggestion, let known):
      "\(stage).from: the stage has no input \"\(input)\"\(remedy(suggestion, else: known, "inputs"))"
    case .unknownOverrideTarget(_, let name, let suggestion, let known):
      "unknown stage \"\(name)\"\(remedy(suggestion, else: known + ["seed", "variables", "matrix"], "names"))"
    case .undefinedVariable(_, let name, let suggestion):
      "the variable ${\(name)} is not defined"
        + (suggestion.map(question) ?? "; add it to \"variables:\" or use --set variables.\(name)=...")
    case .undefinedEnvironmentVariable(_, let name, let variable):
      "the environment variable \(name) is not set; export \(name)=..."
        + (variable.map { " or use --set variables.\($0)=..." } ?? "")
    case .circularVariables(_, let names):
      "variables refer to each other in a circle: \(names.map { "${\($0)}" }.joined(separator: " -> ")); "
        + "remove one reference"
    case .malformedSubstitution(_, let text):
      "expected ${NAME} or ${env:NAME}, found \(text.jsonQuoted); write $${ for a literal ${"
    case .largeMatrix(_, let count, let limit):
      "matrix: \(count == Int.max ? "far too many" : "\(count)") combinations or stages; at most \(limit) are possible. "
        + "Use fewer values, or 'exclude'"
    case .unknownAxis(_, let owner, let axis, let suggestion, let known):
      "\(owner): unknown axis \(axis.jsonQuoted)"
        + (known.isEmpty ? "; the file has no key \"matrix\"" : remedy(suggestion, else: known, "axes"))
    case .unusedAxis(_, let axis):
      "matrix: no stage refers to the axis \"\(axis)\"; write ${matrix.\(axis)} where its values belong, or remove it"
    case .longName(_, let name, let limit):
      "the name of a stage has \(name.utf8.count) characters: \(name.prefix(40).description.jsonQuoted)...; at most \(limit) are possible"
    case .severalInstances(_, let stage, let input, let sources):
      "\(stage): input \"\(input)\" takes one artefact, but there are \(sources.count): "
        + sources.prefix(4).joined(separator: ", ") + (sources.count > 4 ? ", ..." : "")
        + "; choose one, as in \"from: {\(input): \(sources.first ?? "")}\""
    case .collectedAxis(_, let stage, let axis):
      "\(stage).collect: the stage uses the value of the axis \"\(axis)\" that it collects; remove ${matrix.\(axis)} or the axis"
    case .collectsNothing(_, let stage, let inputs):
      "\(stage).collect: the stage has no input that takes several artefacts; its inputs: "
        + inputs.map(\.name).joined(separator: ", ")
    case .noInstances(_, let stage):
      "\(stage): no combination of the matrix has this stage; check 'when', and that its inputs exist for the same combinations"
    case .nothingSelected(let only, let axes, let suggestion):
      "--only \(only): no stage fits"
        + (suggestion.map(question)
          ?? "; give the name of a stage, or AXIS=VALUE"
          + (axes.isEmpty ? " (the file has no matrix)" : " with the axes \(axes.joined(separator: ", "))"))
    case .unusedVariable(_, let name, let suggestion):
      "the pipeline has no variable \"\(name)\"\(suggestion.map(question) ?? "")"
    }
  }

  /// `a, b or c`.
  private func alternatives(_ texts: [String]) -> String {
    let first = texts.dropLast().joined(separator: ", ")
    return (first.isEmpty ? "" : first + " or ") + (texts.last ?? "")
  }

  private func prefix(_ owner: String) -> String { owner.isEmpty ? "" : "\(owner): " }

  private func question(_ suggestion: String) -> String { "; did you mean \"\(suggestion)\"?" }

  private func remedy(_ suggestion: String?, else known: [String], _ noun: String) -> String {
    if let suggestion { return question(suggestion) }
    return known.isEmpty ? "; no \(noun) exist" : "; known \(noun): \(known.joined(separator: ", "))"
  }
}
