import Foundation
import Jobs
import Networks
import Stages
import Testing

@Suite struct DamagedCardTests {
  private static let card = """
    {"classes":[{"name":"background","values":[0]},{"name":"cell","values":[1]}],"common_spacing":{"interpolation":\
    "linear","spacing_mm":[1,2,3]},"epoch":3,"network":{"activation":"relu","base_channels":4,"classes":2,"depth":2,\
    "dimensions":2,"dropout":0,"input_channels":1,"norm":"instance","residual":false,"upsampling":"transposed"},\
    "normalisation":"z_score","reading":{"affine":"automatic","alpha":"automatic","on_mismatch":"error",\
    "pixel_spacing_mm":[0.5,0.5]},"slice_axis":"superior","stage":"train","validation_dice":0.5,\
    "window":{"depth":1,"height":68,"width":64}}
    """

  private func read(_ text: String) throws -> ModelCard {
    try ModelCard(of: WeightFile(metadata: ["segment": text]), name: "/m")
  }

  @Test("An intact card is read")
  func intact() throws { #expect(try read(Self.card).window == Extent(height: 68, width: 64)) }

  @Test(
    "A number that cannot be is named with its key",
    arguments: [
      ("\"width\":64", "\"width\":9223372036854775807", "window.width"),
      ("\"width\":64", "\"width\":0", "window.width"),
      ("\"height\":68", "\"height\":-1", "window.height"),
      ("\"window\":{\"depth\":1", "\"window\":{\"depth\":2", "window.depth"),
      ("[1,2,3]", "[1e-300,2,3]", "common_spacing.spacing_mm"), ("[1,2,3]", "[1,2]", "common_spacing.spacing_mm"),
      ("\"base_channels\":4", "\"base_channels\":1000000", "network.base_channels"),
      ("\"depth\":2", "\"depth\":60", "network.depth"), ("\"dimensions\":2", "\"dimensions\":4", "network.dimensions"),
      ("\"dropout\":0", "\"dropout\":1", "network.dropout"), ("\"classes\":2", "\"classes\":3", "network.classes"),
      ("\"input_channels\":1", "\"input_channels\":0", "network.input_channels"),
      ("\"epoch\":3", "\"epoch\":-3", "epoch"), ("\"validation_dice\":0.5", "\"validation_dice\":7", "validation_dice"),
      ("[0.5,0.5]", "[0,0.5]", "reading.pixel_spacing_mm"), ("\"superior\"", "\"upward\"", "slice_axis"),
      ("\"width\":64", "\"length\":64", "window.width"),
    ])
  func damaged(found: String, replaced: String, key: String) throws {
    let text = Self.card.replacing(found, with: replaced)
    try #require(text != Self.card)
    #expect {
      _ = try read(text)
    } throws: { error in
      guard case JobError.damagedCard(file: "/m", let problem) = error else { return false }
      return problem.key == key && "\(error)".hasPrefix("/m: damaged model card: \(key): ")
    }
  }

  @Test("A file without a card is told from one with a damaged card")
  func noCard() {
    #expect {
      _ = try ModelCard(of: WeightFile(), name: "/m")
    } throws: { error in
      if case JobError.notAModel = error { true } else { false }
    }
  }
}
