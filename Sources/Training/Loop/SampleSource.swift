import Networks

/// The source of the samples of a training.
///
/// Its results depend only on the arguments, not on the order of calls or on the thread.
public protocol SampleSource {
  /// The number of samples in an epoch; at least 1.
  var sampleCount: Int { get }
  /// The shape of one sample's images; its batch is 1, or the number of images that a sample has.
  var shape: Shape { get }
  /// Which target a sample has.
  var target: TargetKind { get }

  /// Writes a sample's images [images, channels, depth, height, width], stored channels-last, and its target.
  ///
  /// - Parameters:
  ///   - sample: which one, in 0..<`sampleCount`.
  ///   - epoch: the epoch, from 0.
  ///   - draw: the place in the epoch's order, from 0; with `epoch` it keys every random number.
  ///   - image: receives the image.
  ///   - target: receives the target; of the kind `target`, for one sample.
  func write(sample: Int, epoch: Int, draw: Int, image: UnsafeMutableBufferPointer<Float>, target: Target)

  /// Writes the target of the output that judges the whole scan, where a network has one beside its main output.
  ///
  /// - Parameter target: Of the loss's kind, for one sample.
  func writeScanTarget(sample: Int, epoch: Int, target: Target)

  /// Announces a sample that is written soon, so that its data can be read from a disk meanwhile; returns at once.
  ///
  /// - Parameters: as in `write`.
  func announce(sample: Int, epoch: Int, draw: Int)

  /// What messages call a sample of an epoch, such as the name of its case.
  func name(of sample: Int, epoch: Int) -> String
}

extension SampleSource {
  /// Such a network has no such target.
  public func writeScanTarget(sample: Int, epoch: Int, target: Target) {
    preconditionFailure("the samples have no target of whole scans")
  }

  /// Does nothing: the data are in memory.
  public func announce(sample: Int, epoch: Int, draw: Int) {}

  /// Such as `sample 3`, from 0.
  public func name(of sample: Int, epoch: Int) -> String { "sample \(sample)" }
}
