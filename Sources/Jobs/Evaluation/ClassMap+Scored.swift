import Datasets
import Metrics

extension ClassMap {
  /// The foreground classes as metrics name them.
  package var scored: [ScoredClass] {
    classes.indices.dropFirst().map { ScoredClass(name: classes[$0].name, fileValue: number(ofClass: $0)) }
  }
}
