/// The ways in which the pixels of TIFF files are compressed.
enum TIFFCompression {
  /// What a compression that is read is called, and by how much it can shrink bytes at most.
  ///
  /// Deflate: 258 bytes in two bits. LZW: the longest strings that codes of 12 bits come to stand for. Fax: a row in a bit
  /// and more, of rows far shorter than that. Zstandard: a block of 128 KiB in 4 bytes. LZMA: 273 bytes in a few hundredths of a bit
  /// more than one. The others stay far below deflate.
  private static let known: [(code: UInt32, name: String, ratio: Int)] = [
    (1, "none", 1), (2, "CCITT RLE", 1032), (3, "CCITT fax 3", 1032), (4, "CCITT fax 4", 1032), (5, "LZW", 1500),
    (7, "JPEG", 1032), (8, "deflate", 1032), (32771, "CCITT RLE", 1032), (32773, "PackBits", 64),
    (32946, "deflate", 1032), (34887, "LERC", 1 << 15), (34925, "LZMA", 1 << 13), (50000, "Zstandard", 1 << 15),
    (50001, "WebP", 1032),
  ]

  private static let others: [UInt32: String] = [
    6: "old-style JPEG (6)", 9: "JBIG (9)", 32766: "NeXT (32766)", 32809: "ThunderScan (32809)",
    32909: "PixarLog (32909)", 33003: "JPEG 2000 (33003)", 33005: "JPEG 2000 (33005)", 33007: "JPEG (33007)",
    34661: "JBIG (34661)", 34676: "SGILog (34676)", 34677: "SGILog (34677)", 34712: "JPEG 2000 (34712)",
    34892: "lossy JPEG (34892)", 34933: "PNG (34933)", 34934: "JPEG XR (34934)", 22610: "JPEG XR (22610)",
    50002: "JPEG XL (50002)", 52546: "JPEG XL (52546)",
  ]

  /// The names of the compressions that are read.
  static let knownNames = "none, deflate, LZW, Zstandard, LZMA, PackBits, JPEG, WebP, LERC and CCITT"

  /// By how much a compression can shrink bytes at most; nil where it is none that is read.
  static func largestRatio(_ code: UInt32) -> Int? { known.first { $0.code == code }?.ratio }

  /// What a compression that is not read is called.
  static func name(_ code: UInt32) -> String { others[code] ?? "unknown compression (\(code))" }
}
