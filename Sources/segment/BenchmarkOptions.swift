import ArgumentParser
import Networks

/// The options of the benchmarks of networks and of their layers.
struct BenchmarkOptions: ParsableArguments {
  @Option(help: "Number of dimensions: 2 or 3.")
  var dimensions = 2

  @Option(
    help: ArgumentHelp(
      "Size of the input in pixels, such as 256x256, or 64x64x64 (depth, height, width).", valueName: "extent"))
  var size = "256x256"

  @Option(help: "Images in a batch.")
  var batch = 4

  @OptionGroup
  var timing: TimingOptions

  func validate() throws {
    guard dimensions == 2 || dimensions == 3 else {
      throw ValidationError("--dimensions is \(dimensions); expected 2 or 3")
    }
    guard batch > 0 else { throw ValidationError("--batch is \(batch); expected at least 1") }
  }

  /// The shape of the input.
  func input(channels: Int) throws -> Shape {
    let sizes = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sizes.count == dimensions, sizes.allSatisfy({ (1...65536).contains($0) }) else {
      throw ValidationError("--size is \(size); expected \(dimensions) whole numbers, such as 256x256 or 64x64x64")
    }
    let extent =
      sizes.count == 2
      ? Extent(height: sizes[0], width: sizes[1]) : Extent(depth: sizes[0], height: sizes[1], width: sizes[2])
    return Shape(batch: batch, channels: channels, extent: extent)
  }
}
