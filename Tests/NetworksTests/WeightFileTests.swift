import Foundation
import Networks
import TestSupport
import Testing

@Suite struct WeightFileTests {
  static let sample = WeightFile(
    metadata: ["network": "unet", "note": "\"quoted\", a/b, \u{e9}"],
    arrays: [
      "b": .init(shape: [2, 1, 3], values: [1, -2.5, .infinity, .leastNonzeroMagnitude, -0.0, 6]),
      "a": .init(shape: [], values: [7]), "c": .init(shape: [0, 4], values: []),
    ])

  @Test("what was written is read")
  func roundTrip() throws {
    try withScratchFolder { folder in
      let url = folder.appending(path: "weights.safetensors")
      try Self.sample.encoded().write(to: url)
      #expect(try WeightFile(contentsOf: url) == Self.sample)
    }
    #expect(try WeightFile(WeightFile().encoded(), file: "empty") == WeightFile())
  }

  @Test("a slice of other bytes is read where it begins")
  func slice() throws {
    let data = Data(repeating: 9, count: 5) + Self.sample.encoded()
    #expect(try WeightFile(data[5...], file: "slice") == Self.sample)
  }

  @Test("equal content has equal bytes, in whatever order it was put together")
  func bytesAreDetermined() {
    var other = WeightFile()
    for name in ["c", "a", "b"] { other.arrays[name] = Self.sample.arrays[name] }
    for key in ["note", "network"] { other.metadata[key] = Self.sample.metadata[key] }
    #expect(other.encoded() == Self.sample.encoded())
  }

  @Test("the bytes are those of the format: length, header in JSON, little-endian numbers from a multiple of 8")
  func bytesAreThoseOfTheFormat() throws {
    let bytes = [UInt8](
      WeightFile(
        metadata: ["k": "v"],
        arrays: ["y": .init(shape: [2], values: [1, -2]), "x": .init(shape: [1, 1], values: [0.5])]
      ).encoded())
    let header =
      #"{"__metadata__":{"k":"v"},"x":{"data_offsets":[0,4],"dtype":"F32","shape":[1,1]},"#
      + #""y":{"data_offsets":[4,12],"dtype":"F32","shape":[2]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(Array(bytes[..<8]) == [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0])
    #expect(padded.utf8.count % 8 == 0)
    #expect(String(decoding: bytes[8..<8 + padded.utf8.count], as: UTF8.self) == padded)
    #expect(Array(bytes[(8 + padded.utf8.count)...]) == [0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  }

  // MARK: Parameters

  private func buffer() throws -> (Network, ParameterBuffer) {
    let network = try SmallUNet.Configuration.all[0].unet.network()
    return (network, ParameterBuffer(network.layout))
  }

  @Test("the parameters of a network go through a file, under a prefix")
  func parametersRoundTrip() throws {
    let (network, weights) = try buffer()
    network.initialise(weights, seed: 1, stage: "test")
    var file = WeightFile()
    file.store(weights, prefix: "best.")
    let read = try WeightFile(file.encoded(), file: "weights")
    let other = ParameterBuffer(network.layout)
    try read.load(into: other, prefix: "best.", file: "weights")
    #expect(Array(other.values) == Array(weights.values))
    #expect(read.arrays["best.encoder.0.convolution1.weight"]?.shape == [1, 3, 3, 1, 3])
    #expect(read.arrays["best.head.convolution.bias"]?.shape == [2])
  }

  @Test("parameters that are not chosen stay as they are")
  func chosenParameters() throws {
    let (network, weights) = try buffer()
    network.initialise(weights, seed: 1, stage: "test")
    var file = WeightFile()
    file.store(weights)
    let other = ParameterBuffer(network.layout)
    try file.load(into: other, file: "weights") { !UNetPart.head.contains($0) }
    for entry in network.layout.entries {
      let isHead = UNetPart.head.contains(entry.parameter.name)
      let expected = isHead ? Array(repeating: 0, count: entry.parameter.count) : Array(weights[entry])
      #expect(Array(other[entry]) == expected)
    }
  }

  @Test("a missing parameter is named")
  func missingParameter() throws {
    let (_, weights) = try buffer()
    var file = WeightFile()
    file.store(weights)
    file.arrays["decoder.0.upsampling.bias"] = nil
    let error = #expect(throws: NetworkError.self) { try file.load(into: weights, file: "/w") }
    #expect(
      error?.description
        == "/w: parameter decoder.0.upsampling.bias is missing: the file is for another network. Compare "
        + "base_channels, depth and dimensions with the output of 'segment info'")
  }

  @Test("a parameter of another shape is named with both")
  func shapeMismatch() throws {
    let (_, weights) = try buffer()
    var file = WeightFile()
    file.store(weights)
    file.arrays["head.convolution.bias"] = .init(shape: [1, 2], values: [0, 0])
    let error = #expect(throws: NetworkError.self) { try file.load(into: weights, file: "/w") }
    #expect(
      error?.description
        == "/w: parameter head.convolution.bias has the shape [1, 2]; the network expects [2]. Compare base_channels, "
        + "depth and channels with the output of 'segment info'")
  }

  // MARK: Damage

  /// A file of this header, well-formed or not, and so many bytes behind it.
  static func file(_ header: String, payload: Int) -> Data {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
      + Data(repeating: 0, count: payload)
  }

  private static func entry(
    dtype: String = "F32", shape: String = "[2]", offsets: String = "[0,8]", payload: Int = 8
  ) -> Data {
    file(#"{"x":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#, payload: payload)
  }

  static let damages: [(Data, expected: String, found: String)] = [
    (Data(), "a safetensors header", "0 bytes"),
    (Data([1, 2, 3]), "a safetensors header", "3 bytes"),
    (
      Data(repeating: 0xff, count: 8) + Data("{}".utf8), "a header of 18446744073709551615 bytes",
      "2 bytes after its length"
    ),
    (file("{}", payload: 0).dropLast(), "a header of 2 bytes", "1 bytes after its length"),
    (file("{not JSON", payload: 0), "a safetensors header in JSON", "other data"),
    (file(#"{"x":{"dtype":3}}"#, payload: 0), "a safetensors header in JSON", "other data"),
    (file(#"{"x":{"k":"v"}}"#, payload: 0), "dtype, shape and data_offsets of x", "other keys"),
    (entry(dtype: "BF16"), "dtype F32 for x", "BF16"),
    (entry(shape: "[-1]"), "a valid shape of x", "[-1]"),
    (entry(shape: "[-2,-1]"), "a valid shape of x", "[-2, -1]"),
    (
      entry(shape: "[4611686018427387904]"), "a valid shape of x", "[4611686018427387904]"
    ),
    (
      entry(shape: "[4294967296,4294967296]"), "a valid shape of x", "[4294967296, 4294967296]"
    ),
    (entry(shape: "[3]"), "12 bytes for x", "offsets [0, 8]"),
    (entry(offsets: "[8,0]"), "8 bytes for x", "offsets [8, 0]"),
    (entry(offsets: "[-8,0]"), "8 bytes for x", "offsets [-8, 0]"),
    (entry(offsets: "[8]"), "8 bytes for x", "offsets [8]"),
    (entry(payload: 7), "x at bytes 0 to 8", "7 bytes (truncated)"),
    (entry(offsets: "[4,12]", payload: 12), "the next array at byte 0", "byte 4"),
    (entry(payload: 12), "8 bytes of arrays", "12"),
  ]

  @Test("every kind of damage is told", arguments: damages.indices)
  func damage(index: Int) {
    let (data, expected, found) = Self.damages[index]
    let error = #expect(throws: NetworkError.self) { try WeightFile(data, file: "/w") }
    #expect(error == .damaged(file: "/w", expected: expected, found: found))
    #expect(
      error?.description
        == "/w: damaged model file: expected \(expected), found \(found); use another copy, or train again")
  }

  @Test(
    "a file of another kind is no damaged model",
    arguments: ["name: hippocampus\nstages: []\n", "no weights", "[1, 2] and more"])
  func otherKind(text: String) {
    let error = #expect(throws: NetworkError.self) { try WeightFile(Data(text.utf8), file: "/w") }
    #expect(error == .notAModelFile(file: "/w"))
    #expect(
      error?.description
        == "/w: not a model file (safetensors); expected a model that 'segment' wrote, such as the model.safetensors of a run"
    )
  }

  @Test("arrays that share bytes are refused")
  func sharedBytes() {
    let data = Self.file(
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      payload: 8)
    #expect(throws: NetworkError.damaged(file: "/w", expected: "the next array at byte 8", found: "byte 4")) {
      try WeightFile(data, file: "/w")
    }
  }

  @Test("a file cut off anywhere is refused")
  func cutOffAnywhere() {
    let data = Self.sample.encoded()
    for count in 0..<data.count {
      #expect(throws: NetworkError.self) { try WeightFile(data.prefix(count), file: "/w") }
    }
  }

  @Test("a file that is not there is named")
  func missingFile() throws {
    try withScratchFolder { folder in
      let url = folder.appending(path: "none.safetensors")
      let error = #expect(throws: NetworkError.self) { try WeightFile(contentsOf: url) }
      #expect(error?.description.hasPrefix("\(url.path): cannot read the model file: ") == true)
    }
  }
}
