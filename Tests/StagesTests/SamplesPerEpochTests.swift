import Stages
import Testing

@Suite struct SamplesPerEpochTests {
  @Test("Automatic epochs have full batches, each slice at least once, and at least fifty steps")
  func automatic() {
    let automatic = SamplesPerEpoch.automatic
    #expect(automatic.samples(ofSites: 36, batch: 8) == 400)
    #expect(automatic.samples(ofSites: 400, batch: 8) == 400)
    #expect(automatic.samples(ofSites: 401, batch: 8) == 408)
    #expect(automatic.samples(ofSites: 1, batch: 1) == 50)
    #expect(automatic.samples(ofSites: 8, batch: 2, arePatches: true) == 500)
    #expect(automatic.samples(ofSites: 800, batch: 2, arePatches: true) == 800)
    for sites in 1...900 {
      let samples = automatic.samples(ofSites: sites, batch: 16)
      #expect(samples >= max(sites, 800) && samples % 16 == 0 && samples < max(sites, 800) + 16)
    }
  }

  @Test("A number, and each slice once, are what they say; all three are read as they are written")
  func others() {
    #expect(SamplesPerEpoch.all.samples(ofSites: 36, batch: 8) == 36)
    #expect(SamplesPerEpoch.count(7).samples(ofSites: 36, batch: 8) == 7)
    for value in [SamplesPerEpoch.automatic, .all, .count(12)] { #expect(SamplesPerEpoch("\(value)") == value) }
    for text in ["0", "-1", "1.5", "some", ""] { #expect(SamplesPerEpoch(text) == nil) }
  }
}
