import ArgumentParser
import Augmentations
import Machine
import Randomness
import Volumes

/// `segment benchmark augmentation`
struct AugmentationBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augmentation",
    abstract:
      "Measure the augmentation of a synthetic image and its labels, with new random values in each repetition.",
    discussion: """
        segment benchmark augmentation --preset standard --transform affine+elastic --size 128x128x96
        segment benchmark augmentation --preset nnunet --transform all --size 512x512 --threads 1 --json
      """)

  /// What is applied.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case affine, elastic
    case affineAndElastic = "affine+elastic"
    case all
  }

  @Option(help: "Preset that supplies the ranges.")
  var preset = AugmentationPreset.standard

  @Option(
    help: """
      affine, elastic or affine+elastic: applied in every repetition. all: every transform with the probability of the \
      preset.
      """)
  var transform = Part.affineAndElastic

  @Option(help: ArgumentHelp("Size in voxels along i, j and, for a volume, k.", valueName: "extent"))
  var size = "128x128x96"

  @Option(help: "Interpolation of the image: 1 (linear) or 3 (cubic B-spline).")
  var order = 1

  @OptionGroup
  var timing: TimingOptions

  func validate() throws {
    guard order == 1 || order == 3 else { throw ValidationError("--order is \(order); expected 1 or 3") }
  }

  func run() throws {
    let grid = Grid(size: try gridSize(), affine: .identity, unit: .millimetres)
    let ranges = ranges
    // Image and labels, both once more as augmented, and spline coefficients of the image.
    try MemoryBudget.require(
      ByteCount.sum(ByteCount.product(grid.size.count, 14), ranges.memory(for: grid)),
      for: "an image of \(grid.size) voxels and its augmented copy", remedy: "use a smaller --size")
    let image = syntheticImage(on: grid)
    let labels = syntheticLabels(on: grid)
    var milliseconds: [Double] = []
    for draw in 0...timing.repeats {
      let start = ContinuousClock.now
      let key = RandomKey(seed: 1, stage: "benchmark", draw: draw, operation: "")
      let drawn = ranges.draw(using: key, for: image.grid)
      _ = try drawn.applied(to: image, labels: labels, choices: ranges.sampling, workers: timing.workers)
      let duration = (ContinuousClock.now - start).components
      let isWarm = draw > 0
      if isWarm { milliseconds.append(1e3 * Double(duration.seconds) + 1e-15 * Double(duration.attoseconds)) }
    }
    let report = AugmentationBenchmarkReport(
      preset: preset.rawValue, transform: transform.rawValue, size: size, order: order, threads: timing.workers,
      milliseconds: milliseconds)
    try Output.print(timing.json ? try report.json : report.text)
  }

  /// The ranges of the preset; the transforms of `--transform` have probability 1, the others 0.
  private var ranges: AugmentationRanges {
    var ranges = preset.ranges
    ranges.sampling.image = order == 3 ? .cubic : .linear
    guard transform != .all else { return ranges }
    let isAffine = transform != .elastic
    (ranges.rigid.probability, ranges.stretch.probability) = (isAffine ? 1 : 0, isAffine ? 1 : 0)
    ranges.rigid.flipAxes = []
    ranges.localZoom.probability = 0
    ranges.elastic.probability = transform != .affine ? 1 : 0
    ranges.intensity = IntensityPlan()
    return ranges
  }

  private func gridSize() throws -> GridSize {
    let sizes = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (2...3).contains(sizes.count), sizes.allSatisfy({ (1...4096).contains($0) }) else {
      throw ValidationError("--size is \(size); expected 2 or 3 whole numbers, such as 512x512 or 128x128x96")
    }
    return GridSize(width: sizes[0], height: sizes[1], depth: sizes.count == 3 ? sizes[2] : 1)
  }

  private func syntheticImage(on grid: Grid) -> Volume {
    var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "benchmark", operation: "image"))
    return Volume(grid: grid, voxels: (0..<grid.size.count).map { _ in Float(generator.normal()) })
  }

  /// Two concentric balls, of classes 1 and 2.
  private func syntheticLabels(on grid: Grid) -> LabelMap {
    let size = grid.size
    let half = SIMD3(Double(size.width), Double(size.height), Double(size.depth)) / 2
    var labels: [UInt8] = []
    labels.reserveCapacity(size.count)
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width {
          let place = (SIMD3(Double(i), Double(j), Double(k)) + 0.5 - half) / half
          let distance = (place * place).sum()
          labels.append(distance < 0.1 ? 2 : distance < 0.4 ? 1 : 0)
        }
      }
    }
    return LabelMap(grid: grid, labels: labels)
  }
}

extension AugmentationPreset: ExpressibleByArgument {}

/// The result of the benchmark, as JSON and as text.
private struct AugmentationBenchmarkReport: BenchmarkFigures {
  let preset: String
  let transform: String
  let size: String
  let order: Int
  let threads: Int
  private let minimum: Double
  private let median: Double
  private let mean: Double
  private let peakMemory: Double

  enum CodingKeys: String, CodingKey {
    case preset, transform, size, order, threads
    case minimum = "min_ms"
    case median = "median_ms"
    case mean = "mean_ms"
    case peakMemory = "peak_rss_mib"
  }

  init(preset: String, transform: String, size: String, order: Int, threads: Int, milliseconds: [Double]) {
    (self.preset, self.transform, self.size) = (preset, transform, size)
    (self.order, self.threads) = (order, threads)
    (minimum, median) = Self.minimumAndMedian(of: milliseconds)
    mean = milliseconds.reduce(0, +) / Double(milliseconds.count)
    peakMemory = Double(peakResidentBytes()) / 1_048_576
  }

  var text: String {
    """
    \(preset), \(transform), \(size), order \(order): median \(decimals(median)) ms, mean \(decimals(mean)) ms, minimum \
    \(decimals(minimum)) ms; peak memory \(decimals(peakMemory)) MiB; \(threads) threads
    """
  }

  private func decimals(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
