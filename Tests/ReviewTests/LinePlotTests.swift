import Drawing
import Review
import Testing

@Suite struct LinePlotTests {
  /// The coloured pixels of the first curve, the legend's swatch taken off; all else is grey.
  private func inkOfCurve(_ values: [Double]) throws -> Int {
    let plot = LinePlot(
      title: "t", xTitle: "epoch", panels: [.init(title: "loss", series: [.init(name: "a", values: values)])])
    let raster = try plot.rendered()
    let coloured = (0..<raster.width * raster.height).count {
      let pixel = raster[$0 % raster.width, $0 / raster.width]
      let channels = [Int(pixel.red), Int(pixel.green), Int(pixel.blue)]
      return channels.max()! - channels.min()! > 40
    }
    return coloured - 14 * 3
  }

  @Test("a curve is drawn, and gaps are left where values are not finite")
  func drawsCurves() throws {
    let whole = try inkOfCurve([1, 1, 1, 1, 1])
    let broken = try inkOfCurve([1, 1, .nan, .infinity, 1])
    #expect(whole > 600 && broken > 100 && broken < whole / 2)
  }

  @Test("one epoch is a dot, and no value at all is no failure")
  func handlesDegenerateCurves() throws {
    #expect((1...40).contains(try inkOfCurve([0.7])))
    #expect(try inkOfCurve([.nan]) == 0)
    #expect(try inkOfCurve([]) == 0)
    #expect(try inkOfCurve([1e300, -1e300]) > 0)
    #expect(try LinePlot(title: "", xTitle: "", panels: []).rendered().height > 0)
  }

  @Test(
    "a picture has the width and the panels' heights that were asked for, and the same bits every time in each format")
  func keepsSize() throws {
    let panel = LinePlot.Panel(
      title: "Dice", series: [.init(name: "validation", values: [0.1, 0.5, 0.6])], covering: 0...1)
    var plot = LinePlot(title: "train", xTitle: "epoch", panels: [panel])
    let one = try plot.rendered()
    plot.panels = [panel, panel]
    #expect(one.width == 760 && plot.height - Double(one.height) == 240)
    for format in [PictureFormat.png(scale: 2), .svg, .pdf] {
      #expect(try plot.data(as: format) == plot.data(as: format), "\(format)")
    }
  }

  @Test("ticks are round numbers within the range")
  func choosesTicks() {
    #expect(AxisTicks(covering: 0...1, count: 5).values.map { ($0 * 10).rounded() } == [0, 2, 4, 6, 8, 10])
    #expect(AxisTicks(covering: 0...1, count: 5).labels == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(AxisTicks(covering: 1...20, count: 10, isWhole: true).values == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
    #expect(AxisTicks(covering: 1...3, count: 10, isWhole: true).labels == ["1", "2", "3"])
    #expect(AxisTicks(covering: -0.03...0.04, count: 4).labels == ["-0.02", "0", "0.02", "0.04"])
  }

  @Test("a range without length is widened, an endless one replaced")
  func widensRanges() {
    let constant = AxisTicks(covering: 3...3, count: 4)
    #expect(constant.range.contains(3) && constant.range.lowerBound < 3 && !constant.values.isEmpty)
    #expect(AxisTicks(covering: 1...1, count: 10, isWhole: true).labels == ["1"])
    #expect(AxisTicks(covering: 0...0, count: 4).range.upperBound > 0)
    #expect(AxisTicks(covering: 0...(.infinity), count: 4).range == 0...1)
  }
}
