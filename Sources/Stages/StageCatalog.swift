import Jobs
import Pipelines

extension StageCatalog {
  /// Every kind of stage, in the usual order of a pipeline.
  public static let segment = StageCatalog([
    LoadStage.self, SplitStage.self, AugmentStage.self, PretrainStage.self, TrainStage.self, FineTuneStage.self,
    GraftStage.self, PredictStage.self, ProbeStage.self, MergeStage.self, EvaluateStage.self, CompareStage.self,
    OverlayStage.self,
  ])
}
