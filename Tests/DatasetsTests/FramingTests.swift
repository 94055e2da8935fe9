import Datasets
import Foundation
import Testing
import Volumes

@Suite struct FramingTests {
  @Test("An axis grows to the next multiple, centred, the odd voxel at the end")
  func axis() {
    #expect(AxisFraming(sourceSize: 35, multipleOf: 8).framedSize == 40)
    #expect(AxisFraming(sourceSize: 35, multipleOf: 8).offset == 2)
    #expect(AxisFraming(sourceSize: 40, multipleOf: 8) == AxisFraming(sourceSize: 40, framedSize: 40))
    #expect(AxisFraming(sourceSize: 1, multipleOf: 16).framedSize == 16)
    #expect(AxisFraming(sourceSize: 5, multipleOf: 4, minimum: 17).framedSize == 20)
    #expect(AxisFraming(sourceSize: 10, framedSize: 7).offset == -1)
  }

  @Test("A plane keeps its depth, a volume is padded along every axis")
  func sizes() {
    let plane = Framing(plane: GridSize(width: 31, height: 47), downsamplings: 3)
    #expect(plane.framedSize == GridSize(width: 32, height: 48))
    #expect(plane.sourceSize == GridSize(width: 31, height: 47))
    let volume = Framing(volume: GridSize(width: 31, height: 47, depth: 3), downsamplings: 2, minimum: 8)
    #expect(volume.framedSize == GridSize(width: 32, height: 48, depth: 8))
  }

  @Test("A padded plane has the image in its middle and the fill around it")
  func padding() {
    let framing = Framing(plane: GridSize(width: 3, height: 2), downsamplings: 2)
    let source: [Float] = [1, 2, 3, 4, 5, 6]
    var framed = [Float](repeating: .nan, count: 16)
    frame(source, into: &framed, framing, VoxelLayout(volume: framing.sourceSize), channels: 1, fill: -1)
    #expect(framed == [-1, -1, -1, -1, 1, 2, 3, -1, 4, 5, 6, -1, -1, -1, -1, -1])
  }

  @Test("A cropped axis loses its ends, which get the fill on the way back")
  func cropping() {
    let framing = Framing(source: GridSize(width: 5, height: 1), framed: GridSize(width: 2, height: 3))
    var framed = [Float](repeating: .nan, count: 6)
    let layout = VoxelLayout(volume: framing.sourceSize)
    frame([1, 2, 3, 4, 5], into: &framed, framing, layout, channels: 1, fill: 0)
    #expect(framed == [0, 0, 2, 3, 0, 0])
    var source = [Float](repeating: .nan, count: 5)
    unframe(framed, into: &source, framing, layout, channels: 1, fill: 9)
    #expect(source == [9, 2, 3, 9, 9])
  }

  @Test("Padding a volume is undone exactly, with several channels and odd sizes", arguments: [1, 3], [0, 1, 2, 3])
  func roundTrip(channels: Int, downsamplings: Int) {
    let size = GridSize(width: 5, height: 7, depth: 3)
    let framing = Framing(volume: size, downsamplings: downsamplings)
    let source = (0..<(size.count * channels)).map(Float.init)
    var framed = [Float](repeating: .nan, count: framing.framedSize.count * channels)
    frame(source, into: &framed, framing, VoxelLayout(volume: size), channels: channels, fill: -1)
    #expect(framed.count { $0 == -1 } == framed.count - source.count)
    var back = [Float](repeating: .nan, count: source.count)
    unframe(framed, into: &back, framing, VoxelLayout(volume: size), channels: channels, fill: .nan)
    #expect(back == source)
  }

  @Test("The planes across each axis hold the volume's voxels, and put back make it whole", arguments: 0...2)
  func slices(axis: Int) {
    let size = GridSize(width: 4, height: 3, depth: 5)
    let slicing = Slicing(size: size, axis: axis)
    let framing = Framing(plane: slicing.planeSize, downsamplings: 2)
    let channels = 2
    let source = (0..<(size.count * channels)).map(Float.init)
    let volume = Volume(
      grid: Grid(size: size, affine: .identity, unit: .pixels), channels: channels, voxels: source)
    var back = [Float](repeating: .nan, count: source.count)
    #expect(slicing.count == size[axis])
    for index in 0..<slicing.count {
      let layout = slicing.layout(ofPlane: index)
      var plane = [Float](repeating: .nan, count: framing.framedSize.count * channels)
      frame(source, into: &plane, framing, layout, channels: channels, fill: 0)
      for row in 0..<slicing.planeSize.height {
        for column in 0..<slicing.planeSize.width {
          let place = [[index, column, row], [column, index, row], [column, row, index]][axis]
          let framedRow = row + framing.height.offset
          let offset = (framedRow * framing.framedSize.width + column + framing.width.offset) * channels
          #expect(plane[offset + 1] == volume[place[0], place[1], place[2], channel: 1])
        }
      }
      unframe(plane, into: &back, framing, layout, channels: channels, fill: .nan)
    }
    #expect(back == source)
  }

  @Test("Labels are framed with the ignored label and come back; a cropped plane is filled alone")
  func labels() {
    let size = GridSize(width: 3, height: 2, depth: 3)
    let slicing = Slicing(size: size, axis: 1)
    let framing = Framing(source: slicing.planeSize, framed: GridSize(width: 1, height: 4))
    let source = (0..<18).map { UInt8($0) }
    var framed = [UInt8](repeating: 0, count: 4)
    var back = [UInt8](repeating: 99, count: 18)
    let layout = slicing.layout(ofPlane: 1)
    source.withUnsafeBufferPointer { source in
      framed.withUnsafeMutableBufferPointer {
        framing.frame(source, layout: layout, fill: LabelMap.ignored, into: $0)
      }
    }
    #expect(framed == [4, 10, 16, 255])
    framed.withUnsafeBufferPointer { framed in
      back.withUnsafeMutableBufferPointer { framing.unframe(framed, fill: 0, layout: layout, into: $0) }
    }
    #expect(back == [99, 99, 99, 0, 4, 0, 99, 99, 99, 0, 10, 0, 99, 99, 99, 0, 16, 0])
  }

  @Test("A framing is a plain value that can be saved")
  func coding() throws {
    let framing = Framing(plane: GridSize(width: 31, height: 47), downsamplings: 3)
    #expect(try JSONDecoder().decode(Framing.self, from: JSONEncoder().encode(framing)) == framing)
  }

  private func frame(
    _ source: [Float], into framed: inout [Float], _ framing: Framing, _ layout: VoxelLayout, channels: Int,
    fill: Float
  ) {
    source.withUnsafeBufferPointer { source in
      framed.withUnsafeMutableBufferPointer {
        framing.frame(source, layout: layout, channels: channels, fill: fill, into: $0)
      }
    }
  }

  private func unframe(
    _ framed: [Float], into source: inout [Float], _ framing: Framing, _ layout: VoxelLayout, channels: Int,
    fill: Float
  ) {
    framed.withUnsafeBufferPointer { framed in
      source.withUnsafeMutableBufferPointer {
        framing.unframe(framed, channels: channels, fill: fill, layout: layout, into: $0)
      }
    }
  }
}
