import Volumes

extension Framing {
  /// Copies an image, or a plane of it, into the box that a network sees; voxels beyond the image get `fill`.
  ///
  /// Shape: `source` is the storage that `layout` describes, (depth, height, width, channel); `framed` is a whole box of
  /// `framedSize` with as many channels.
  public func frame(
    _ source: UnsafeBufferPointer<Float>, layout: VoxelLayout, channels: Int = 1, fill: Float,
    into framed: UnsafeMutableBufferPointer<Float>
  ) {
    copyIn(source, layout, channels, fill, framed)
  }

  /// Copies labels, or a plane of them, into the box that a network sees; voxels beyond the image get `fill`, such as
  /// `LabelMap.ignored`.
  ///
  /// Shape: as for images, with one channel.
  public func frame(
    _ source: UnsafeBufferPointer<UInt8>, layout: VoxelLayout, fill: UInt8,
    into framed: UnsafeMutableBufferPointer<UInt8>
  ) {
    copyIn(source, layout, 1, fill, framed)
  }

  /// Copies the box that a network saw back to the image, or the plane of it, that it came from: the inverse of `frame`.
  /// Voxels of the image that were cut off get `fill`.
  ///
  /// Shape: `framed` is a whole box of `framedSize`, (depth, height, width, channel); `source` is the storage that
  /// `layout` describes, with as many channels.
  public func unframe(
    _ framed: UnsafeBufferPointer<Float>, channels: Int = 1, fill: Float, layout: VoxelLayout,
    into source: UnsafeMutableBufferPointer<Float>
  ) {
    copyOut(framed, layout, channels, fill, source)
  }

  /// Copies the labels of the box that a network saw back to the image, or the plane of it, that it came from: the
  /// inverse of `frame`. Voxels of the image that were cut off get `fill`.
  ///
  /// Shape: as for images, with one channel.
  public func unframe(
    _ framed: UnsafeBufferPointer<UInt8>, fill: UInt8, layout: VoxelLayout,
    into source: UnsafeMutableBufferPointer<UInt8>
  ) {
    copyOut(framed, layout, 1, fill, source)
  }

  private func copyIn<Element: BitwiseCopyable>(
    _ source: UnsafeBufferPointer<Element>, _ layout: VoxelLayout, _ channels: Int, _ fill: Element,
    _ framed: UnsafeMutableBufferPointer<Element>
  ) {
    check(layout, channels: channels, source: source.count, framed: framed.count)
    guard let from = source.baseAddress, let to = framed.baseAddress else { return }
    let box = VoxelLayout(volume: framedSize)
    if overlap != framedSize { fillBox(to, box, channels, fill) }
    copyBox(
      from + layout.offset(of: sourceStart) * channels, layout.strides &* channels,
      to + box.offset(of: framedStart) * channels, box.strides &* channels, overlap, channels)
  }

  private func copyOut<Element: BitwiseCopyable>(
    _ framed: UnsafeBufferPointer<Element>, _ layout: VoxelLayout, _ channels: Int, _ fill: Element,
    _ source: UnsafeMutableBufferPointer<Element>
  ) {
    check(layout, channels: channels, source: source.count, framed: framed.count)
    guard let from = framed.baseAddress, let to = source.baseAddress else { return }
    let box = VoxelLayout(volume: framedSize)
    if overlap != sourceSize { fillBox(to, layout, channels, fill) }
    copyBox(
      from + box.offset(of: framedStart) * channels, box.strides &* channels,
      to + layout.offset(of: sourceStart) * channels, layout.strides &* channels, overlap, channels)
  }

  private func check(_ layout: VoxelLayout, channels: Int, source: Int, framed: Int) {
    precondition(layout.size == sourceSize, "the layout has the source size of the framing")
    precondition(source == layout.storageCount * channels, "the source has one value per voxel and channel")
    precondition(framed == framedSize.count * channels, "the framed box has one value per voxel and channel")
  }
}

/// Copies the voxels of a box; strides are in elements.
private func copyBox<Element: BitwiseCopyable>(
  _ source: UnsafePointer<Element>, _ sourceStrides: SIMD3<Int>, _ target: UnsafeMutablePointer<Element>,
  _ targetStrides: SIMD3<Int>, _ size: GridSize, _ channels: Int
) {
  let isRow = sourceStrides.x == channels && targetStrides.x == channels
  for k in 0..<size.depth {
    for j in 0..<size.height {
      let from = source + (k &* sourceStrides.z &+ j &* sourceStrides.y)
      let to = target + (k &* targetStrides.z &+ j &* targetStrides.y)
      if isRow {
        to.update(from: from, count: size.width &* channels)
      } else {
        for i in 0..<size.width {
          let (voxel, place) = (from + i &* sourceStrides.x, to + i &* targetStrides.x)
          for channel in 0..<channels { place[channel] = voxel[channel] }
        }
      }
    }
  }
}

/// Fills the voxels of a layout.
private func fillBox<Element: BitwiseCopyable>(
  _ target: UnsafeMutablePointer<Element>, _ layout: VoxelLayout, _ channels: Int, _ fill: Element
) {
  let strides = layout.strides &* channels
  let start = target + layout.start &* channels
  for k in 0..<layout.size.depth {
    for j in 0..<layout.size.height {
      let row = start + (k &* strides.z &+ j &* strides.y)
      for i in 0..<layout.size.width { (row + i &* strides.x).update(repeating: fill, count: channels) }
    }
  }
}
