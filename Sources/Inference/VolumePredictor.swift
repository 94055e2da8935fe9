import Machine
import Networks
import Volumes

/// The class probabilities of prepared volumes of any size, from one network: it sees a volume in tiles, and the
/// probabilities come back plane by plane, so that the memory does not grow with the volume's depth.
///
/// Not for use by two threads at once.
public final class VolumePredictor {
  private let network: Network
  private let parameters: ParameterBuffer
  private let shape: TileShape
  private let mirrors: Bool
  private var predictor: (extent: Extent, batch: Int, predictor: Predictor)?

  /// A batch holds at most so many pixels.
  private static let batchPixels = 1 << 17

  /// A predictor with a network whose weights may still change.
  ///
  /// - Parameter mirrors: Whether each tile is also seen mirrored: see `Predictor`.
  public init(_ network: Network, parameters: ParameterBuffer, shape: TileShape, mirrors: Bool = false) {
    (self.network, self.parameters, self.shape, self.mirrors) = (network, parameters, shape, mirrors)
  }

  /// Predicts a volume of the network's channels; beyond its edges the network sees 0.
  ///
  /// - Parameters:
  ///   - check: Called after each tile; what it throws ends the work.
  ///   - read: Receives each plane across k, in order: its index and its probabilities, (height, width, class); each
  ///     voxel's sum is 1.
  /// - Throws: `MachineError.notEnoughMemory`, and what `check` and `read` throw.
  public func predict(
    _ volume: VolumeView, check: () throws -> Void = {}, read: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    precondition(
      volume.channels * (2 * shape.context + 1) == network.inputChannels, "the volume has the network's channels")
    let tiling = Tiling(covering: volume.grid.size, shape: shape, multiple: network.extentMultiple)
    let predictor = try predictor(for: tiling)
    let aggregator = try MemoryBudget.reserving(
      Aggregator.bytes(tiling, channels: network.outputChannels), for: "the probabilities of a volume"
    ) { Aggregator(tiling, channels: network.outputChannels) }
    try predictor.predict(
      count: tiling.count, write: { volume.read(tiling[$0], context: shape.context, fill: 0, into: $1) },
      read: {
        try check()
        try aggregator.add($0, $1, read: read)
      })
    try aggregator.finish(read: read)
  }

  /// Predicts a volume in memory.
  public func predict(_ volume: Volume, read: (Int, UnsafeBufferPointer<Float>) throws -> Void) throws {
    try volume.withView { try predict($0, read: read) }
  }

  /// The memory that the prediction of the largest of some grids takes, in bytes, beside the parameters.
  ///
  /// - Throws: `NetworkError` where a grid has more pixels than the network counts.
  public static func memory(_ network: Network, shape: TileShape, grids: [GridSize]) throws -> Int {
    try grids.map { size in
      let tiling = Tiling(covering: size, shape: shape, multiple: network.extentMultiple)
      let extent = Extent(tiling.tileSize)
      let input = Shape(
        batch: batch(of: extent, tiles: tiling.count), channels: network.inputChannels, extent: extent)
      return ByteCount.sum(
        try Predictor.memory(network, input: input), Aggregator.bytes(tiling, channels: network.outputChannels))
    }.max() ?? 0
  }

  private static func batch(of extent: Extent, tiles: Int) -> Int {
    min(tiles, max(1, batchPixels / extent.count))
  }

  private func predictor(for tiling: Tiling) throws -> Predictor {
    let extent = Extent(tiling.tileSize)
    let batch = Self.batch(of: extent, tiles: tiling.count)
    if let predictor, predictor.extent == extent, predictor.batch == batch { return predictor.predictor }
    predictor = nil
    let made = try Predictor(network, parameters: parameters, extent: extent, batch: batch, mirrors: mirrors)
    predictor = (extent, batch, made)
    return made
  }
}
