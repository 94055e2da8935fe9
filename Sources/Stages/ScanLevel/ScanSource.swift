import Networks
import Training

/// Samples of slices or volumes with the class or the number of their scan.
struct ScanSource: SampleSource {
  let images: RegionSampleSource
  let targets: ScanTargets

  var sampleCount: Int { images.sampleCount }
  var shape: Shape { images.shape }
  var target: TargetKind { targets.target }

  func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: shape.extent.count) { labels in
      images.write(sample: sample, epoch: epoch, draw: draw, image: image, target: .classes(labels))
    }
    targets.write(case: name(of: sample, epoch: epoch), to: target)
  }

  func announce(sample: Int, epoch: Int, draw: Int) { images.announce(sample: sample, epoch: epoch, draw: draw) }
  func name(of sample: Int, epoch: Int) -> String { images.name(of: sample, epoch: epoch) }
}
