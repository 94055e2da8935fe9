import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Reading into another orientation")
struct TurnedReadingTests {
  @Test("gives what reading and turning give, for every orientation, more planes than are read at a time, and colours")
  func everyOrientation() throws {
    let letters = [["R", "L"], ["A", "P"], ["S", "I"]]
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    try withScratchFolder { folder in
      for channels in [1, 3] {
        var grid = obliqueGrid
        grid.size = GridSize(width: 7, height: 5, depth: 37)
        let values = (0..<grid.size.count * channels).map { Float($0 % 251) }
        let volume = Volume(grid: grid, channels: channels, voxels: values)
        let url = folder.appending(path: "\(channels).nii.gz")
        try ScanFile.write(volume, datatype: .uint8, to: url)
        let file = try ScanFile.read(url).volume
        for order in orders {
          for signs in 0..<8 {
            let text = order.enumerated().map { letters[$1][signs >> $0 & 1] }.joined()
            let orientation = try #require(Orientation(text))
            let turned = try ScanFile.read(url, turnedTo: orientation)
            let expected = file.reoriented(to: orientation)
            #expect(turned.volume.voxels == expected.voxels && turned.volume.grid == expected.grid, "\(text)")
            #expect(turned.header.grid == file.grid)
          }
        }
      }
    }
  }

  @Test("of several frames and of PNG gives the same as well")
  func others() throws {
    try withScratchFolder { folder in
      let volume = Volume(grid: obliqueGrid, channels: 2, voxels: (0..<48).map { Float($0) })
      let url = folder.appending(path: "a.nii")
      try ScanFile.write(volume, datatype: .int16, to: url)
      let choices = ReadingChoices(furtherDimension: .channels)
      let file = try ScanFile.read(url, choices: choices).volume
      let turned = try ScanFile.read(url, choices: choices, turnedTo: .ras).volume
      #expect(turned.voxels == file.reoriented(to: .ras).voxels)
      let second = try ScanFile.read(url, choices: ReadingChoices(furtherDimension: .frame(1)), turnedTo: .ras).volume
      #expect(second.voxels == (0..<24).map { turned.voxels[2 * $0 + 1] })
    }
  }
}
