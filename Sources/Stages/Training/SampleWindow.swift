import Networks
import Volumes

/// The extent of a training's samples.
enum SampleWindow {
  /// The extent asked for, or one that holds every slice of some grids, rounded up to what a network needs.
  static func extent(_ wanted: Extent?, holding grids: [GridSize], multiple: Extent) -> Extent {
    func rounded(_ size: Int, _ multiple: Int) -> Int { (size + multiple - 1) / multiple * multiple }
    return Extent(
      height: rounded(wanted?.height ?? grids.map(\.height).max() ?? 1, multiple.height),
      width: rounded(wanted?.width ?? grids.map(\.width).max() ?? 1, multiple.width))
  }
}
