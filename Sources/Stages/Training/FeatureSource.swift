import Datasets
import Machine
import Networks
import Training
import Volumes

/// Samples of what a frozen part of a network makes of images, computed once: the rest alone is then trained.
///
/// That is possible where the samples are always the same (each shows its whole slice or volume, and nothing is augmented or dropped), and
/// where one activation crosses the cut. Whether it is done depends on the data and the network alone, not on the machine.
struct FeatureSource: SampleSource {
  let shape: Shape
  let target = TargetKind.classes
  private let images: RegionSampleSource
  private let features: [UnsafeMutableBufferPointer<Float>]
  private let storage: Storage

  /// The most memory that features may take, in bytes.
  private static let mostBytes = 1 << 30

  /// Gives the memory back.
  private final class Storage {
    let values: UnsafeMutableBufferPointer<Float>
    init(count: Int) { values = .allocate(capacity: count) }
    deinit { values.deallocate() }
  }

  var sampleCount: Int { images.sampleCount }

  /// The part of a network that is to be trained, behind what a schedule never trains; nil where features cannot be
  /// computed once.
  static func tail(
    of network: Network, schedule: ParameterSchedule, images: RegionSampleSource
  ) -> (front: Network, tail: Network)? {
    let frozen = schedule.rules.filter { $0.firstEpoch == nil }.map(\.prefix)
    guard !frozen.isEmpty, images.areFixed, let tail = network.tail(behind: frozen),
      let front = network.front(upTo: frozen), !front.isRandom
    else { return nil }
    let values = ByteCount.product(
      images.siteCount, images.shape.extent.count, tail.inputChannels, MemoryLayout<Float>.stride)
    return values <= mostBytes ? (front, tail) : nil
  }

  /// Computes the features of all samples.
  ///
  /// - Throws: `NetworkError`, `MachineError.notEnoughMemory`.
  init(_ images: RegionSampleSource, front: Network, parameters: ParameterBuffer) throws {
    self.images = images
    let input = images.shape
    shape = front.outputShapes(input: input)[0]
    let count = shape.count
    let bytes = ByteCount.product(images.siteCount, count, MemoryLayout<Float>.stride)
    let execution = try MemoryBudget.reserving(
      ByteCount.sum(bytes, try front.memory(input: input, parameterBuffers: 0, isTrainable: nil)),
      for: "the features of \(images.siteCount) samples"
    ) { try Execution(front, parameters: parameters, input: input, purpose: .inference) }
    storage = Storage(count: images.siteCount * count)
    features = (0..<images.siteCount).map { [storage] site in
      UnsafeMutableBufferPointer(rebasing: storage.values[site * count..<(site + 1) * count])
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: input.extent.count) { labels in
      for site in 0..<images.siteCount {
        images.write(site: site, image: execution.input.values, target: .classes(labels))
        execution.forward()
        _ = features[site].update(fromContentsOf: execution.output.values)
      }
    }
  }

  func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
    let site = images.site(of: sample, epoch: epoch)
    _ = image.update(fromContentsOf: features[site])
    images.writeLabels(site: site, target: target)
  }

  func name(of sample: Int, epoch: Int) -> String { images.name(of: sample, epoch: epoch) }
}
