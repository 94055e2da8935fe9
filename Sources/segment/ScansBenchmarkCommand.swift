import ArgumentParser
import Files
import Foundation
import Machine
import ScanIO
import Volumes

/// `segment benchmark scans`
struct ScansBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scans",
    abstract: "Measure reading a scan, or resampling and reorienting a synthetic volume with 1 mm voxels.",
    discussion: """
        segment benchmark scans --task resample --size 256x256x192 --spacing 0.8 --order 3
        segment benchmark scans --task reorient --orientation SAR --threads 1 --json
        segment benchmark scans --task read --file scan.nii.gz --orientation RAS
      """)

  /// What is measured.
  enum Task: String, CaseIterable, ExpressibleByArgument {
    case resample, reorient, read
  }

  @Option(help: "What is measured: resample, reorient or read.")
  var task: Task = .resample

  @Option(help: "Scan to read (required for --task read).", completion: .file())
  var file: String?

  @Option(help: ArgumentHelp("Size in voxels along i, j and k.", valueName: "extent"))
  var size = "256x256x192"

  @Option(help: "Interpolation (--task resample): 0 (nearest), 1 (linear) or 3 (cubic B-spline).")
  var order = 3

  @Option(help: "Output spacing in millimetres (--task resample).")
  var spacing = 0.8

  @Option(help: "Output orientation (--task reorient or read); synthetic data are RAS.")
  var orientation = "SAR"

  @OptionGroup
  var timing: TimingOptions

  func validate() throws {
    guard spacing > 0, spacing.isFinite else {
      throw ValidationError("--spacing is \(spacing); expected a number above 0")
    }
    guard task != .read || file != nil else { throw ValidationError("--task read needs --file") }
  }

  func run() throws {
    let work = try work(workers: timing.workers)
    var report = ScansBenchmarkReport(task: task.rawValue, threads: timing.workers)
    for _ in 0...timing.repeats {
      let start = ContinuousClock.now
      let floats = try work()
      report.record(ContinuousClock.now - start, floats: floats)
    }
    if task == .resample { report.order = order }
    try Output.print(timing.json ? try report.json : report.text)
  }

  /// The measured work; it returns the number of values of its input and output.
  private func work(workers: Int) throws -> () throws -> Int {
    guard let orientation = Orientation(orientation) else {
      throw ValidationError("--orientation is \(orientation); expected three axis codes such as SAR or LPS")
    }
    if task == .read {
      let url = URL(systemPath: file ?? "")
      return { try ScanFile.read(url, turnedTo: orientation).volume.voxels.count }
    }
    let size = try gridSize()
    try MemoryBudget.require(
      ByteCount.product(task == .reorient ? 2 : 1, size.count, MemoryLayout<Float>.stride),
      for: "a volume of \(size) voxels", remedy: "use a smaller --size")
    let volume = syntheticVolume(of: size)
    if task == .reorient {
      return { volume.voxels.count + volume.reoriented(to: orientation, workers: workers).voxels.count }
    }
    let (interpolation, spacing) = (try interpolation(), SIMD3(repeating: spacing))
    return {
      volume.voxels.count
        + (try volume.resampled(toSpacing: spacing, interpolation: interpolation, workers: workers)).voxels.count
    }
  }

  private func gridSize() throws -> GridSize {
    let sizes = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sizes.count == 3, sizes.allSatisfy({ (1...65536).contains($0) }) else {
      throw ValidationError("--size is \(size); expected 3 whole numbers, such as 256x256x192")
    }
    return GridSize(width: sizes[0], height: sizes[1], depth: sizes[2])
  }

  private func interpolation() throws -> Interpolation {
    guard let interpolation = [0: Interpolation.nearest, 1: .linear, 3: .cubic][order] else {
      throw ValidationError("--order is \(order); expected 0, 1 or 3")
    }
    return interpolation
  }

  private func syntheticVolume(of size: GridSize) -> Volume {
    let voxels = [Float](unsafeUninitializedCapacity: size.count) { voxels, count in
      for index in 0..<size.count { voxels[index] = Float(UInt32(truncatingIfNeeded: index) &* 2_654_435_761 >> 16) }
      count = size.count
    }
    return Volume(grid: Grid(size: size, affine: .identity, unit: .millimetres), voxels: voxels)
  }
}

/// The result of the benchmark, as JSON and as text.
private struct ScansBenchmarkReport: BenchmarkFigures {
  let task: String
  let threads: Int
  var order: Int?
  private var minimum = Double.infinity
  private var median = 0.0
  private var peakMemory = 0.0
  private var dataMemory = 0.0
  private var milliseconds: [Double] = []
  private var isWarm = false

  enum CodingKeys: String, CodingKey {
    case task, threads, order
    case minimum = "min_ms"
    case median = "median_ms"
    case peakMemory = "peak_rss_mib"
    case dataMemory = "input_and_output_mib"
  }

  init(task: String, threads: Int) {
    self.task = task
    self.threads = threads
  }

  /// Records a repetition; the first one is a warm-up and does not count.
  mutating func record(_ duration: Duration, floats: Int) {
    peakMemory = Double(peakResidentBytes()) / 1_048_576
    dataMemory = Double(4 * floats) / 1_048_576
    guard isWarm else {
      isWarm = true
      return
    }
    milliseconds.append(1e3 * Double(duration.components.seconds) + 1e-15 * Double(duration.components.attoseconds))
    (minimum, median) = Self.minimumAndMedian(of: milliseconds)
  }

  var text: String {
    String(
      format:
        "%@: median %.1f ms, minimum %.1f ms; peak memory %.0f MiB, of which input and output %.0f MiB; %d threads",
      task, median, minimum, peakMemory, dataMemory, threads)
  }
}
