import Foundation
import Testing

/// Which predictions a stage can use is known before any work.
@Suite struct PredictedScansTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 4)
    try sandbox.copy("data/heads/images/head_00.nii.gz", to: "new-scans/x.nii.gz")
  }

  private func validate(_ stages: String) throws -> Program.Outcome {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01], validation: [head_02], test: [head_03]}
            - train: {epochs: 1, samples_per_epoch: all}
          \(stages)
          """), to: "pipeline.yaml")
    return try sandbox.program.run("validate", "pipeline.yaml")
  }

  @Test(
    "Stages that need predictions of the data set refuse those of other scans",
    arguments: ["evaluate:", "overlay: {cases: all}", "overlay: {from: predict-new, cases: [head_03]}"])
  func otherScans(_ stage: String) throws {
    let outcome = try validate(
      """
        - predict: {name: predict-new, images: new-scans}
        - \(stage)
      """)
    let name = stage.prefix { $0 != ":" }
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains(
        "\(name): predict-new predicts the scans of its key 'images', and not 1 of the cases of \(name): 'head_03'; choose a "
          + "predict stage without 'images' with 'from', or remove \(name)"), "\(outcome.errors)")
  }

  @Test("Scans of a folder that are the cases are accepted, and so are predictions of other scans that nothing reads")
  func accepted() throws {
    let same = try validate("  - predict: {images: data/heads/images}\n  - evaluate:\n  - overlay:")
    #expect(same.status == 0, "\(same.errors)")
    let both = try validate(
      """
        - predict:
        - predict: {name: predict-new, images: new-scans}
        - evaluate: {from: predict}
        - overlay: {from: {predictions: predict}}
      """)
    #expect(both.status == 0, "\(both.errors)")
  }

  @Test("An overlay of a part of which no case is predicted is refused")
  func otherPart() throws {
    let outcome = try validate("  - predict: {part: validation}\n  - overlay: {part: test, cases: all}")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("overlay: predict does not predict 1 of its cases: 'head_03'"))
  }
}
