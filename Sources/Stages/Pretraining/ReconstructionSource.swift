import Foundation
import Networks
import Randomness
import Training
import Volumes

/// Samples of images that a network must give back: what it sees is masked, noisy or whole, the target is the image. What is
/// beyond the scan does not count, and of a masked image only what was masked.
struct ReconstructionSource: SampleSource {
  let task: PretextTask
  let images: RegionSampleSource
  let seed: UInt64
  let stage: String

  var sampleCount: Int { images.sampleCount }
  var shape: Shape { images.shape }
  let target = TargetKind.numbers

  func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
    guard case .numbers(let numbers) = target else { preconditionFailure("the target is an image") }
    let pixels = shape.extent.count
    let channels = shape.channels
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pixels) { labels in
      images.write(sample: sample, epoch: epoch, draw: draw, image: image, target: .classes(labels))
      _ = numbers.update(fromContentsOf: image)
      for pixel in 0..<pixels where labels[pixel] == LabelMap.ignored {
        for channel in 0..<channels { numbers[pixel * channels + channel] = .nan }
      }
    }
    let key = RandomKey(seed: seed, stage: stage, epoch: epoch, draw: draw, operation: "pretext")
    switch task {
    case .masked(let share, let block): mask(image, numbers, share: share, block: block, key)
    case .denoising(let noise): add(noise, to: image, key)
    case .autoencoder, .relativePatches: break
    }
  }

  func announce(sample: Int, epoch: Int, draw: Int) { images.announce(sample: sample, epoch: epoch, draw: draw) }
  func name(of sample: Int, epoch: Int) -> String { images.name(of: sample, epoch: epoch) }

  /// Sets blocks of the image to 0, the mean of a normalised image, and leaves only these in the target.
  private func mask(
    _ image: UnsafeMutableBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>, share: Double, block: Int,
    _ key: RandomKey
  ) {
    let (extent, channels) = (shape.extent, shape.channels)
    func count(_ size: Int) -> Int { (size + block - 1) / block }
    let (rows, columns) = (count(extent.height), count(extent.width))
    var generator = PhiloxGenerator(key)
    let total = count(extent.depth) * rows * columns
    // As many blocks in each sample, at least one of them masked and one not.
    let order = generator.permutation(of: total)
    let masked = Set(order.prefix(min(max(1, Int((share * Double(total)).rounded())), max(1, total - 1))))
    for k in 0..<extent.depth {
      for j in 0..<extent.height {
        for i in 0..<extent.width {
          let first = ((k * extent.height + j) * extent.width + i) * channels
          let isMasked = masked.contains((k / block * rows + j / block) * columns + i / block)
          for value in first..<first + channels {
            if isMasked { image[value] = 0 } else { target[value] = .nan }
          }
        }
      }
    }
  }

  private func add(_ noise: Double, to image: UnsafeMutableBufferPointer<Float>, _ key: RandomKey) {
    var generator = PhiloxGenerator(key)
    for index in image.indices { image[index] += Float(noise * generator.normal()) }
  }
}
