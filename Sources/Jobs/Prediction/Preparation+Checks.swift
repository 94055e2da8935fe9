import Datasets
import Volumes

extension Preparation {
  /// Checks that grids can be cut into slices, see `fits`.
  ///
  /// - Throws: `JobError.sliceAxis` with all that cannot be.
  package func check(_ grids: [(name: String, grid: Grid)]) throws {
    let unknown = grids.filter { !fits($0.grid) }
    guard unknown.isEmpty else { throw JobError.sliceAxis(axis: sliceAxis, cases: unknown.map(\.name)) }
  }
}
