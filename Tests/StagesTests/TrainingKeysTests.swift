import Foundation
import Pipelines
import Stages
import Testing
import Training

/// How the keys of a training are read from pipeline files.
@Suite struct TrainingKeysTests {
  private func pipeline(_ keys: String, stage: String = "train") throws -> Pipeline {
    let text = """
      name: keys
      stages:
        - load: {images: "*.nii", labels: "{case}.nii", classes: {background: 0, lesion: 1}}
        - split: {train: 0.5, validation: 0.25, test: 0.25}
        - train: {name: first}
        - \(stage):
            name: second
            \(keys.replacing("\n", with: "\n      "))
      """
    return try Pipeline.parse(text, as: URL(filePath: "/files/keys.yaml"), catalog: .segment)
  }

  /// The errors of a stage with these keys, in the order of the file.
  private func errors(_ keys: String, stage: String = "train") -> [String] {
    do {
      _ = try pipeline(keys, stage: stage)
      return []
    } catch let errors as PipelineErrors {
      return errors.errors.map { "\($0)" }
    } catch {
      return ["\(error)"]
    }
  }

  private func resolved(_ keys: String) throws -> String { try pipeline(keys).resolvedYAML }

  // MARK: Schedules

  @Test("A schedule is a word or a mapping, and resolves with all its keys", arguments: Schedules.all.map { $0.name })
  func schedules(name: String) throws {
    let short = try resolved("schedule: \(name)\nepochs: 30")
    #expect(short == (try resolved("schedule: {kind: \(name)}\nepochs: 30")))
    #expect(short.contains("kind: \(name)\n") && short.contains("warm_up: 0\n"))
    #expect(errors("schedule: {kind: \(name), warm_up: 4}\nepochs: 30") == [])
  }

  @Test("A schedule that is longer than the training is refused, with its place")
  func tooLong() {
    let warmUp = errors("schedule: {kind: cosine, warm_up: 5}\nepochs: 5")
    #expect(warmUp.count == 1)
    #expect(
      warmUp[0].contains("keys.yaml:8:41: second.schedule.warm_up: expected fewer epochs than the training has (5)"),
      "\(warmUp)")
    #expect(errors("schedule: {kind: step, every: 20}\nepochs: 20").count == 1)
    #expect(errors("schedule: {kind: step, every: 19}\nepochs: 20") == [])
    #expect(errors("schedule: plateau\nepochs: 10").count == 1)
    // fine-tune has fewer epochs by default.
    #expect(errors("schedule: {kind: step, every: 15}", stage: "fine-tune").count == 1)
    #expect(errors("schedule: {kind: step, every: 15}") == [])
  }

  @Test("A schedule longer than the most epochs that the steps can take is refused, where these are known")
  func tooLongForSteps() {
    let warmUp = "schedule: {kind: cosine, warm_up: 2}"
    #expect(errors("\(warmUp)\nsteps: 100").first?.contains("second.schedule.warm_up") == true)
    #expect(errors("\(warmUp)\nsteps: 101") == [])
    #expect(errors("\(warmUp)\nsteps: 20\nbatch: 4\nsamples_per_epoch: 40").count == 1)
    #expect(errors("\(warmUp)\nsteps: 21\nbatch: 4\nsamples_per_epoch: 40") == [])
    #expect(errors("\(warmUp)\nsteps: 3\nsamples_per_epoch: all") == [])
    #expect(errors("\(warmUp)\nminutes: 1") == [])
  }

  @Test(
    "A number that single precision rounds out of its range is refused",
    arguments: [
      "optimiser: {beta1: 0.99999999}", "optimiser: {kind: momentum, momentum: 0.99999999}",
      "optimiser: {learning_rate: 1.0e-60}", "gradient_clipping: 1.0e-60",
    ])
  func singlePrecision(keys: String) {
    let found = errors(keys)
    #expect(found.count == 1 && found[0].contains("also in single precision"), "\(found)")
  }

  @Test("Where the number of epochs is wrong, nothing is said of the schedule's length; other errors are")
  func manyErrors() {
    let errors = errors("schedule: {kind: step, every: 20, factor: 2}\nepochs: 0\noptimiser: {learning_rate: 0}")
    #expect(errors.count == 3, "\(errors)")
    #expect(errors.contains { $0.contains("factor: expected a number above 0 and below 1, found 2") })
    #expect(errors.contains { $0.contains("epochs: expected a whole number from 1") })
    #expect(errors.contains { $0.contains("learning_rate: expected a number above 0") })
  }

  @Test("Keys of another schedule or optimiser are unknown")
  func foreignKeys() {
    #expect(errors("schedule: {kind: constant, power: 2}").first?.contains("power") == true)
    #expect(errors("optimiser: {kind: sgd, momentum: 0.9}").first?.contains("momentum") == true)
    #expect(errors("schedule: cosin").first?.contains("did you mean") == true)
  }

  // MARK: The end

  @Test("A training ends by epochs, steps, minutes or patience; without epochs, these follow from the steps")
  func ends() throws {
    for keys in ["epochs: 3", "steps: 100", "epochs: 3\nsteps: 100", "minutes: 2.5", "patience: 3"] {
      #expect(errors(keys) == [], "\(keys)")
    }
    #expect(try resolved("steps: 100").contains("epochs: null\n"))
    #expect(try resolved("steps: 100\nepochs: 7").contains("epochs: 7\n"))
    #expect(try resolved("patience: 3") == resolved("patience: {epochs: 3, smoothing: 0}"))
    #expect(try resolved("patience: 3").contains("smoothing: 0\n"))
    #expect(try resolved("epochs: 3").contains("patience: null\n"))
  }

  @Test(
    "Budgets of nothing, and numbers without a meaning, are refused",
    arguments: [
      "minutes: 0", "minutes: -1", "steps: 0", "epochs: 0", "patience: 0", "patience: {smoothing: 1}",
      "patience: {epochs: 0}", "samples_per_epoch: 0", "samples_per_epoch: some", "gradient_clipping: 0",
      "weight_averaging: 1", "weight_averaging: 0",
    ])
  func nothing(keys: String) {
    let key = String(keys.prefix { $0 != ":" })
    let found = errors(keys)
    #expect(found.count == 1 && found[0].contains("second.\(key)"), "\(found)")
  }

  // MARK: Optimisers

  @Test("An optimiser is a word or a mapping; its fingerprint is that of the mapping, as in earlier versions")
  func word() throws {
    #expect(try resolved("optimiser: sgd") == resolved("optimiser: {kind: sgd}"))
    #expect(errors("optimiser: sdg").first?.contains("second.optimiser: expected one of adam") == true)
  }

  @Test("A list of one loss may have a weight")
  func oneLoss() throws {
    #expect(try resolved("loss: [{kind: focal, weight: 2}]").contains("weight: 2\n"))
    #expect(errors("loss: [{kind: focal, weight: 0}]").count == 1)
  }

  @Test("A learning rate of 0 is refused for every optimiser", arguments: Optimisers.all.map { $0.name })
  func rates(name: String) {
    #expect(errors("optimiser: {kind: \(name)}") == [])
    let found = errors("optimiser: {kind: \(name), learning_rate: 0}")
    #expect(found.count == 1 && found[0].contains("second.optimiser.learning_rate: expected a number above 0"))
  }
}
