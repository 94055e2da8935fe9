import Volumes

extension SpatialMap {
  /// Samples an image by linear interpolation.
  ///
  /// - Parameters:
  ///   - image: The input's values; (depth, height, width, channel) of `inputGrid`.
  ///   - channels: The number of channels; at least 1.
  ///   - output: The window's values; (depth, height, width, channel) of `outputSize`. Every one is written.
  ///   - outside: The value of voxels that look beyond the input.
  public func sample(
    image: UnsafeBufferPointer<Float>, channels: Int, into output: UnsafeMutableBufferPointer<Float>, outside: Float
  ) {
    checkSizes(image.count, output.count, channels: channels)
    guard !isCopy else { return copy(image, channels: channels, into: output, outside: outside) }
    let sampler = LinearSampler(self, image: image, channels: channels, outside: outside)
    let target = output.baseAddress!
    forEachRow { row, coordinates in
      sampler.sampleRow(row, at: coordinates, into: target + row &* outputSize.width &* channels)
    }
  }

  /// Samples labels by the nearest voxel: no label appears that the input does not have, but for `outside`.
  ///
  /// - Parameters:
  ///   - labels: The input's labels; (depth, height, width) of `inputGrid`.
  ///   - output: The window's labels; (depth, height, width) of `outputSize`. Every one is written.
  ///   - outside: The label of voxels that look beyond the input.
  public func sample(
    labels: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>,
    outside: UInt8 = LabelMap.ignored
  ) {
    checkSizes(labels.count, output.count, channels: 1)
    guard !isCopy else { return copy(labels, channels: 1, into: output, outside: outside) }
    let sampler = NearestSampler(self, labels: labels, outside: outside)
    let target = output.baseAddress!
    forEachRow { row, coordinates in
      sampler.sampleRow(row, at: coordinates, into: target + row &* outputSize.width)
    }
  }

  /// Samples an image and its labels in one pass: what the two calls for each would give, in less time.
  public func sample(
    image: UnsafeBufferPointer<Float>, channels: Int, into outputImage: UnsafeMutableBufferPointer<Float>,
    outside: Float, labels: UnsafeBufferPointer<UInt8>, into outputLabels: UnsafeMutableBufferPointer<UInt8>,
    outsideLabel: UInt8 = LabelMap.ignored
  ) {
    checkSizes(image.count, outputImage.count, channels: channels)
    checkSizes(labels.count, outputLabels.count, channels: 1)
    guard !isCopy else {
      copy(image, channels: channels, into: outputImage, outside: outside)
      return copy(labels, channels: 1, into: outputLabels, outside: outsideLabel)
    }
    let linear = LinearSampler(self, image: image, channels: channels, outside: outside)
    let nearest = NearestSampler(self, labels: labels, outside: outsideLabel)
    let (imageTarget, labelTarget) = (outputImage.baseAddress!, outputLabels.baseAddress!)
    forEachRow { row, coordinates in
      let first = row &* outputSize.width
      linear.sampleRow(row, at: coordinates, into: imageTarget + first &* channels)
      nearest.sampleRow(row, at: coordinates, into: labelTarget + first)
    }
  }

  /// Calls a function with the index of each output row and the input coordinates of its voxels, in single precision.
  private func forEachRow(_ body: (_ row: Int, _ coordinates: UnsafePointer<SIMD4<Float>>) -> Void) {
    let (slabCount, latticeWidth) = elastic.map { ($0.slabCount, $0.controlPoints.x) } ?? (0, 0)
    let scratchCount = outputSize.width + slabCount + latticeWidth
    withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: scratchCount) { scratch in
      scratch.initialize(repeating: .zero)
      let coordinates = scratch.baseAddress!
      let slab = coordinates + outputSize.width
      let latticeRow = slab + slabCount
      let step = SIMD4<Float>(SIMD4(affine.columns.i, 0))
      for k in 0..<outputSize.depth {
        elastic?.weighSlab(k, into: slab)
        for j in 0..<outputSize.height {
          let first = SIMD4<Float>(SIMD4(affine(SIMD3(0, Double(j), Double(k))), 0))
          for i in 0..<outputSize.width { coordinates[i] = first + step * Float(i) }
          if let elastic {
            elastic.weighRow(j, of: slab, into: latticeRow)
            elastic.displace(coordinates, by: latticeRow)
          }
          body(k &* outputSize.height &+ j, coordinates)
        }
      }
    }
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
    precondition(channels > 0, "an image has at least one channel")
    precondition(input == inputGrid.size.count * channels, "the input holds one value a voxel of the map's input grid")
    precondition(output == outputSize.count * channels, "the output holds one value a voxel of the map's window")
  }
}
