/// Says in a few words what a file that begins with `bytes` looks like.
func lookOfFirstBytes(_ bytes: [UInt8]) -> String {
  if bytes.isEmpty { return "no bytes (the file is empty)" }
  if let known = knownBeginnings.first(where: { bytes.starts(with: $0.bytes) }) {
    return "the bytes of a \(known.name) file"
  }
  let head = bytes.prefix(24)
  let isText = head.allSatisfy { (0x20..<0x7f).contains($0) || [0x09, 0x0a, 0x0d].contains($0) }
  if isText {
    let line = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
    return "the text \"\(line)\""
  }
  return "the bytes " + head.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

private let knownBeginnings: [(bytes: [UInt8], name: String)] = [
  ([0x89, 0x50, 0x4e, 0x47], "PNG"), ([0xff, 0xd8, 0xff], "JPEG"), ([0x1f, 0x8b], "gzip"),
  ([0x49, 0x49, 0x2a, 0x00], "TIFF"), ([0x4d, 0x4d, 0x00, 0x2a], "TIFF"), ([0x47, 0x49, 0x46, 0x38], "GIF"),
  ([0x25, 0x50, 0x44, 0x46], "PDF"), ([0x50, 0x4b, 0x03, 0x04], "ZIP"), ([0x4e, 0x52, 0x52, 0x44], "NRRD"),
  ([0x5c, 0x01, 0x00, 0x00], "NIfTI"), ([0x00, 0x00, 0x01, 0x5c], "NIfTI"),
]
