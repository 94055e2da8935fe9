import Networks
import Testing

@Suite struct NetworkMemoryTests {
  private let configuration = UNetConfiguration(
    dimensions: 2, inputChannels: 1, classes: 3, baseChannels: 4, depth: 2)

  @Test("A buffer of the parameters' size adds its bytes, training takes more than inference")
  func counts() throws {
    let network = try configuration.network()
    let shape = Shape(batch: 8, channels: 1, extent: Extent(height: 128, width: 128))
    let inference = try network.memory(input: shape, parameterBuffers: 0, isTrainable: nil)
    let training = try network.memory(input: shape, parameterBuffers: 0, isTrainable: { _ in true })
    #expect(inference >= 4 * shape.count && training > inference)
    #expect(network.parameterBytes(buffers: 13) == 13 * 4 * network.layout.size)
    #expect(
      try network.memory(input: shape, parameterBuffers: 13, isTrainable: nil)
        == inference + network.parameterBytes(buffers: 13))
    #expect(network.outputChannels == 3)
  }

  @Test("Shapes and networks beyond all machines are counted without a crash")
  func absurd() throws {
    let network = try configuration.network()
    for extent in [Extent(height: 1 << 40, width: 1 << 40), Extent(height: .max, width: 4)] {
      let shape = Shape(batch: .max, channels: 1, extent: extent)
      #expect(try network.memory(input: shape, parameterBuffers: 1, isTrainable: nil) == .max)
    }
    let largest = try UNetConfiguration(
      dimensions: 3, inputChannels: 1024, classes: 254, baseChannels: 1024, depth: 6
    ).network()
    #expect(largest.parameterBytes(buffers: 13) > 1 << 40)
    #expect(throws: (any Error).self) { try largest.makeParameters() }
  }
}
