import Datasets
import Foundation
import Jobs
import ScanIO
import Stages
import Testing

@Suite struct ModelCardTests {
  /// A card as it was written before cards said how scans are read.
  private static let old = """
    {"classes":[{"name":"background","values":[0]},{"name":"cell","values":[1]}],"epoch":3,"network":{
    "activation":"relu","base_channels":4,"classes":2,"depth":2,"dimensions":2,"dropout":0,"input_channels":2,
    "norm":"instance","residual":false,"upsampling":"transposed"},"normalisation":"z_score","slice_axis":"superior",
    "stage":"train","validation_dice":0.5,"window":{"depth":1,"height":68,"width":64}}
    """

  @Test("A card without a reading is that of a model whose scans were read without choices")
  func migration() throws {
    let card = try JSONDecoder().decode(ModelCard.self, from: Data(Self.old.utf8))
    #expect(card.reading == ScanReading() && card.channelNames == nil)
    #expect(card.epoch == 3 && card.validationDice == 0.5 && card.network.inputChannels == 2)
  }

  @Test("A card of a network that sees neighbouring slices says so, and no earlier program reads it")
  func context() throws {
    var card = try JSONDecoder().decode(ModelCard.self, from: Data(Self.old.utf8))
    let before = String(decoding: try JSONEncoder().encode(card), as: UTF8.self)
    #expect(card.sliceContext == 0 && !before.contains("context"))
    card.sliceContext = 1
    let text = String(decoding: try JSONEncoder().encode(card), as: UTF8.self)
    #expect(text.contains(#""slice_context":1"#) && !text.contains(#""network":"#))
    #expect(try JSONDecoder().decode(ModelCard.self, from: Data(text.utf8)) == card)
  }

  @Test("A card comes back with its reading and the names of its channels")
  func roundTrip() throws {
    var card = try JSONDecoder().decode(ModelCard.self, from: Data(Self.old.utf8))
    card.reading = ScanReading(choices: ReadingChoices(affine: .sform, furtherDimension: .channels))
    card.channelNames = ["t1", "flair"]
    #expect(try JSONDecoder().decode(ModelCard.self, from: JSONEncoder().encode(card)) == card)
  }
}
