import Networks
import Volumes

/// The regions that a network of one extent sees of a scan.
struct ScanWindows {
  private let window: Extent
  private let dimensions: Int

  init(_ window: Extent, dimensions: Int) { (self.window, self.dimensions) = (window, dimensions) }

  /// The regions that cover a scan, evenly: a smaller scan is in the middle of one; in 2-D, those of each slice.
  func covering(_ size: GridSize) -> [Region] {
    let planes = dimensions == 2 ? Array(0..<size.depth) : places(size.depth, window.depth)
    return planes.flatMap { z in
      places(size.height, window.height).flatMap { y in
        places(size.width, window.width).map { Region(origin: SIMD3($0, y, z), size: window.gridSize) }
      }
    }
  }

  private func places(_ size: Int, _ window: Int) -> [Int] {
    guard size > window else { return [(size - window) >> 1] }
    let count = (size + window - 1) / window
    return (0..<count).map { $0 * (size - window) / (count - 1) }
  }
}
