import Files
import Foundation
import Pipelines

/// Writes a number.
struct NumberStage: Stage {
  static let kind = "number"
  static let version = 1
  static let summary = "Writes a number."
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("number", path: "number.txt", publishedAs: "number.txt")]
  static let links = [StageLink(path: "extra/note.txt", publishedAs: "note.txt")]
  static let cacheFolders = ["cache"]

  let value: Double
  let scale: Double
  let modulus: Int?

  init(_ parameters: ParameterReader) throws {
    value = try parameters.double("value")
    scale = try parameters.double("scale", default: 1, in: .above(0))
    modulus = try parameters.optionalInt("modulus", in: .atLeast(1))
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    var number = value * scale
    if let modulus { number = number.truncatingRemainder(dividingBy: Double(modulus)) }
    try AtomicFile.write(Data("\(number)".utf8), to: context.folder.appending(path: "number.txt"))
    let cache = context.folder.appending(path: "cache")
    try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    try AtomicFile.write(Data("0123456789".utf8), to: cache.appending(path: "digits.txt"))
    let extra = context.folder.appending(path: "extra")
    try FileManager.default.createDirectory(at: extra, withIntermediateDirectories: true)
    try AtomicFile.write(Data("made by \(context.stage)".utf8), to: extra.appending(path: "note.txt"))
    return .done
  }
}

/// Adds to a number; its version can be changed by its kind.
struct AddStage: Stage {
  static let kind = "add"
  static let version = 1
  static let summary = "Adds to a number."
  static let inputs = [StageInput("number"), StageInput("text", isRequired: false)]
  static let outputs = [StageOutput("sum", path: "sums", publishedAs: "sums")]

  let amount: Int

  init(_ parameters: ParameterReader) throws { amount = try parameters.int("amount", default: 1, in: .within(0...100)) }

  func run(_ context: StageContext) throws -> StageOutcome {
    let text = try String(contentsOf: context.input("number"), encoding: .utf8)
    let folder = context.folder.appending(path: "sums")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let sum = (Double(text) ?? 0) + Double(amount)
    try AtomicFile.write(Data("\(sum)".utf8), to: folder.appending(path: "sum.txt"))
    return .done
  }
}

/// The stage `add` of a later program.
struct NewAddStage: Stage {
  static let kind = "add"
  static let version = 2
  static let summary = AddStage.summary
  static let inputs = AddStage.inputs
  static let outputs = AddStage.outputs

  let stage: AddStage

  init(_ parameters: ParameterReader) throws { stage = try AddStage(parameters) }

  func run(_ context: StageContext) throws -> StageOutcome { try stage.run(context) }
}

/// Adds to a number too.
struct DoubleStage: Stage {
  static let kind = "double"
  static let version = 1
  static let summary = "Doubles a number."
  static let inputs = [StageInput("number")]
  static let outputs = [StageOutput("number", path: "doubled.txt", publishedAs: "number.txt")]

  init(_ parameters: ParameterReader) throws {}

  func run(_ context: StageContext) throws -> StageOutcome {
    let number = Double(try String(contentsOf: context.input("number"), encoding: .utf8)) ?? 0
    try AtomicFile.write(Data("\(number * 2)".utf8), to: context.folder.appending(path: "doubled.txt"))
    return .done
  }
}

/// Counts, a line a step, and continues where it was stopped. It fails after three steps where the run's folder holds
/// a file `break`, and says what it does in its log.
struct CountStage: Stage {
  struct Broken: Error, CustomStringConvertible {
    let description = "the counter broke at 3"
  }

  static let kind = "count-slowly"
  static let version = 1
  static let summary = "Counts."
  static let inputs = [StageInput("number", isRequired: false)]
  static let outputs = [StageOutput("count", path: "count.txt", publishedAs: "count.txt")]

  let end: Int

  init(_ parameters: ParameterReader) throws { end = try parameters.int("to", default: 5) }

  func run(_ context: StageContext) throws -> StageOutcome {
    let file = context.folder.appending(path: "count.txt")
    var text = context.isResuming ? (try? String(contentsOf: file, encoding: .utf8)) ?? "" : ""
    let start = text.split(separator: "\n").count
    context.log.info("counts from \(start)")
    let run = context.folder.deletingLastPathComponent().deletingLastPathComponent()
    for step in start..<max(start, end) {
      text += "\(step)\n"
      try AtomicFile.write(Data(text.utf8), to: file)
      context.log.progress("step \(step)", ["step": .int(step)])
      if step == 2, FileManager.default.fileExists(atPath: run.appending(path: "break").path) { throw Broken() }
      try context.interruption.throwIfRequested()
    }
    return .done
  }
}

/// Reads a file from outside the run.
struct ReadStage: Stage {
  struct Missing: Error, CustomStringConvertible {
    let path: String
    var description: String { "no file \(path)" }
  }

  static let kind = "read"
  static let version = 1
  static let summary = "Reads a file."
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("text", path: "text.txt")]

  let file: URL
  let lines: Int

  init(_ parameters: ParameterReader) throws {
    file = try parameters.url("file")
    lines = try parameters.int("lines", default: 10)
  }

  func externalFiles() throws -> [ExternalFile] {
    guard FileManager.default.fileExists(atPath: file.path) else { throw Missing(path: file.lastPathComponent) }
    return [ExternalFile(file, role: "text")]
  }

  func run(_ context: StageContext) throws -> StageOutcome {
    let text = try Data(contentsOf: file)
    try context.check([file])
    try AtomicFile.write(text, to: context.folder.appending(path: "text.txt"))
    return text.isEmpty ? .doneExcept(quarantined: 2) : .done
  }
}

/// Writes the names, places and contents of all sums that it takes, and its seed.
struct TotalStage: Stage {
  static let kind = "total"
  static let version = 1
  static let summary = "Adds sums."
  static let inputs = [StageInput("sum", takesSeveral: true), StageInput("count", isRequired: false)]
  static let outputs = [StageOutput("total", path: "total.txt", publishedAs: "total.txt")]

  init(_ parameters: ParameterReader) throws {}

  func run(_ context: StageContext) throws -> StageOutcome {
    let lines = try context.all("sum").map { input in
      let sum = try String(contentsOf: input.url.appending(path: "sum.txt"), encoding: .utf8)
      return "\(input.name) (\(input.coordinates)): \(sum)"
    }
    let text = (lines + ["seed \(context.seed)"]).joined(separator: "\n")
    try AtomicFile.write(Data(text.utf8), to: context.folder.appending(path: "total.txt"))
    return .done
  }
}

/// Forgets its output.
struct ForgetStage: Stage {
  static let kind = "forget"
  static let version = 1
  static let summary = "Forgets its output."
  static let inputs: [StageInput] = []
  static let outputs = [StageOutput("nothing", path: "nothing.txt")]

  init(_ parameters: ParameterReader) throws {}

  func run(_ context: StageContext) throws -> StageOutcome { .done }
}

let toyCatalog = StageCatalog([
  NumberStage.self, AddStage.self, DoubleStage.self, CountStage.self, ReadStage.self, TotalStage.self,
  ForgetStage.self,
])

/// A pipeline of three of them.
let toys = """
  name: toys
  stages:
    - number: {value: 2}
    - add: {amount: 3}
    - count-slowly: {to: 4}
  """
