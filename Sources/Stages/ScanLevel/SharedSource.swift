import Networks
import Training

/// Samples of a segmentation that say of the whole scan as well.
struct SharedSource: SampleSource {
  let images: RegionSampleSource
  let targets: ScanTargets

  var sampleCount: Int { images.sampleCount }
  var shape: Shape { images.shape }
  var target: TargetKind { images.target }

  func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target) {
    images.write(sample: sample, epoch: epoch, draw: draw, image: image, target: target)
  }

  func writeScanTarget(sample: Int, epoch: Int, target: Target) {
    targets.write(case: name(of: sample, epoch: epoch), to: target)
  }

  func announce(sample: Int, epoch: Int, draw: Int) { images.announce(sample: sample, epoch: epoch, draw: draw) }
  func name(of sample: Int, epoch: Int) -> String { images.name(of: sample, epoch: epoch) }
}
