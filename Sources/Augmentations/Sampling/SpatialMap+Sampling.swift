import CKernels
import Volumes

extension SpatialMap {
  /// Samples an image and its labels, either of which may be left out, each once.
  ///
  /// - Parameters:
  ///   - image: The input's values, (depth, height, width, channel) of `inputGrid`, and where the window's go, which are
  ///     all written; the value of voxels that look beyond the input.
  ///   - channels: The number of channels; at least 1.
  ///   - labels: The input's labels, (depth, height, width), and where the window's go; the label of voxels that look
  ///     beyond the input. No label appears that the input does not have, but for this.
  ///   - choices: How voxels between voxels are made.
  ///   - workers: The number of threads; no value depends on it.
  public func sample(
    image: (from: UnsafeBufferPointer<Float>, to: UnsafeMutableBufferPointer<Float>, outside: Float)?,
    channels: Int = 1,
    labels: (from: UnsafeBufferPointer<UInt8>, to: UnsafeMutableBufferPointer<UInt8>, outside: UInt8)?,
    choices: SamplingChoices = SamplingChoices(), workers: Int = 1
  ) {
    precondition(channels > 0, "an image has at least one channel")
    if let image { checkSizes(image.from.count, image.to.count, channels: channels) }
    if let labels { checkSizes(labels.from.count, labels.to.count, channels: 1) }
    if isCopy {
      if let image { copy(image.from, channels: channels, into: image.to, outside: image.outside) }
      if let labels { copy(labels.from, channels: 1, into: labels.to, outside: labels.outside) }
      return
    }
    let sampling = SpatialSampling(self, channels: channels, choices: choices, workers: workers)
    sampling.run(image: image, labels: labels)
  }

  /// Copies the part of the window that lies within the input and fills the rest.
  private func copy<Element>(
    _ input: UnsafeBufferPointer<Element>, channels: Int, into output: UnsafeMutableBufferPointer<Element>,
    outside: Element
  ) {
    let size = inputGrid.size
    let columns = (0..<outputSize.width).clamped(to: -origin.x..<max(-origin.x, size.width - origin.x))
    let rowLength = outputSize.width * channels
    for row in 0..<outputSize.height * outputSize.depth {
      let target = UnsafeMutableBufferPointer(rebasing: output[row * rowLength..<(row + 1) * rowLength])
      let (j, k) = (row % outputSize.height + origin.y, row / outputSize.height + origin.z)
      guard (0..<size.height).contains(j), (0..<size.depth).contains(k), !columns.isEmpty else {
        target.update(repeating: outside)
        continue
      }
      let source = ((k * size.height + j) * size.width + columns.lowerBound + origin.x) * channels
      let (start, count) = (columns.lowerBound * channels, columns.count * channels)
      UnsafeMutableBufferPointer(rebasing: target[..<start]).update(repeating: outside)
      (target.baseAddress! + start).update(from: input.baseAddress! + source, count: count)
      UnsafeMutableBufferPointer(rebasing: target[(start + count)...]).update(repeating: outside)
    }
  }

  private func checkSizes(_ input: Int, _ output: Int, channels: Int) {
    precondition(input == inputGrid.size.count * channels, "the input has one value per voxel of the map's input grid")
    precondition(output == outputSize.count * channels, "the output has one value per voxel of the map's window")
    precondition(input < 1 << 31, "an input has fewer than 2^31 values")
  }
}
