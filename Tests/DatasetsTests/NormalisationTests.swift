import Datasets
import Testing
import Volumes

@Suite struct NormalisationTests {
  private func volume(_ voxels: [Float], width: Int, channels: Int = 1) -> Volume {
    let size = GridSize(width: width, height: voxels.count / width / channels)
    return Volume(grid: Grid(size: size, affine: .identity, unit: .pixels), channels: channels, voxels: voxels)
  }

  @Test("The z-score has mean 0 and population deviation 1, in closed form")
  func zScore() throws {
    var image = volume([2, 4, 4, 4, 5, 5, 7, 9], width: 4)
    let statistics = try Normalisation.zScore.apply(to: &image, source: "a")
    #expect(statistics == [ChannelStatistics(mean: 5, standardDeviation: 2, minimum: 2, maximum: 9)])
    #expect(image.voxels == [-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2])
  }

  @Test("Each channel has its own scale, also in odd sizes")
  func channels() throws {
    let first: [Float] = [2, 4, 4, 4, 5, 5, 7, 9, 5]
    var image = volume(first.flatMap { [$0, 100 - 10 * $0, 3] }, width: 3, channels: 3)
    let statistics = try Normalisation.zScore.apply(to: &image, source: "a")
    #expect(statistics.map(\.isConstant) == [false, false, true])
    #expect(statistics[1].mean == 50)
    for place in 0..<9 {
      #expect(abs(image.voxels[3 * place] + image.voxels[3 * place + 1]) < 1e-6)
      #expect(image.voxels[3 * place + 2] == 0)
    }
  }

  @Test("Large offsets cost no digits")
  func offset() throws {
    let pattern: [Float] = [-1, 1, -1, 1, 1, -1, 1, -1, 1, -1]
    var image = volume((0..<1000).flatMap { _ in pattern.map { $0 + 1_000_000 } }, width: 100)
    try Normalisation.zScore.apply(to: &image, source: "a")
    #expect(Array(image.voxels.prefix(10)) == pattern)
  }

  @Test("A constant image becomes zeros and is reported, whatever its value")
  func constant() throws {
    var image = volume([Float](repeating: 0.1, count: 1001), width: 7)
    let statistics = try Normalisation.zScore.apply(to: &image, source: "a")
    #expect(statistics[0].isConstant)
    #expect(image.voxels == [Float](repeating: 0, count: 1001))
    let error = DatasetError.image(.constant(source: "i/a.nii", channel: 0, value: 0.1))
    #expect(
      error.description == "image 'i/a.nii': channel 0 is constant: every voxel is 0.1. Expected different values; "
        + "check how the image was exported.")
    #expect(error.category == .data)
  }

  @Test("One voxel is a constant image")
  func oneVoxel() throws {
    var image = volume([5], width: 1)
    #expect(try Normalisation.zScore.apply(to: &image, source: "a")[0].isConstant)
    #expect(image.voxels == [0])
  }

  @Test("Voxels that are not finite are refused and the image left alone", arguments: Normalisation.allCases)
  func notFinite(normalisation: Normalisation) throws {
    var image = volume([1, 2, 3, 4, 5, .nan, 7, -.infinity, 9, 10, 11, .nan], width: 3, channels: 2)
    let before = image.voxels
    #expect(
      message { try normalisation.apply(to: &image, source: "i/a.nii") }
        == "image 'i/a.nii': 3 voxels are NaN or infinite in channel 1 (first: nan at (i, j, k) = (2, 0, 0)). Replace "
        + "them, for example with 0, and save the image again.")
    #expect(image.voxels.map(\.bitPattern) == before.map(\.bitPattern))
  }

  @Test("None leaves the values")
  func none() throws {
    var image = volume([1, 2, 3, 5], width: 2)
    #expect(try Normalisation.none.apply(to: &image, source: "a")[0].mean == 2.75)
    #expect(image.voxels == [1, 2, 3, 5])
  }

  @Test("Extreme values do not overflow")
  func extremes() throws {
    let largest = Float.greatestFiniteMagnitude
    var image = volume([largest, -largest, largest, -largest], width: 2)
    try Normalisation.zScore.apply(to: &image, source: "a")
    #expect(image.voxels == [1, -1, 1, -1])
  }
}
