/// Turns the stored samples of a frame into values.
struct DICOMSamples {
  private let form: DICOMForm
  private let isByPlane: Bool
  private let isBigEndian: Bool

  init(_ form: DICOMForm, isByPlane: Bool, isBigEndian: Bool) {
    (self.form, self.isByPlane, self.isBigEndian) = (form, isByPlane, isBigEndian)
  }

  /// Scales samples into `values`: those of a pixel side by side, those of the next pixel `stride` on; returns how many
  /// are not finite.
  ///
  /// - Parameter bytes: At least as many as the form has.
  func load<Value: BinaryFloatingPoint>(
    _ bytes: [UInt8], slope: Double, intercept: Double, into values: UnsafeMutablePointer<Value>, stride: Int
  ) -> Int {
    let pixels = form.rows * form.columns
    var nonFinite = 0
    bytes.withUnsafeBytes { bytes in
      for sample in 0..<form.samples {
        let first = isByPlane ? sample * pixels : sample
        let step = isByPlane ? 1 : form.samples
        func scale(_ stored: (Int) -> Double) {
          for pixel in 0..<pixels {
            let value = Value(stored(first &+ pixel &* step) * slope + intercept)
            if !value.isFinite { nonFinite += 1 }
            values[pixel &* stride &+ sample] = value
          }
        }
        switch form.bitsAllocated {
        case 8: scale { number(UInt64(bytes[$0])) }
        case 16:
          scale {
            let word = bytes.loadUnaligned(fromByteOffset: 2 &* $0, as: UInt16.self)
            return number(UInt64(isBigEndian ? word.byteSwapped : word))
          }
        default:
          scale {
            let word = bytes.loadUnaligned(fromByteOffset: 4 &* $0, as: UInt32.self)
            let ordered = isBigEndian ? word.byteSwapped : word
            return form.isFloat ? Double(Float(bitPattern: ordered)) : number(UInt64(ordered))
          }
        }
      }
    }
    return nonFinite
  }

  /// The number in the stored bits of a word; those around them may hold anything, such as overlays.
  @inline(__always)
  private func number(_ word: UInt64) -> Double {
    let above = UInt64(63 &- form.highBit)
    let below = UInt64(64 &- form.bitsStored)
    let top = word &<< above
    return form.isSigned ? Double(Int64(bitPattern: top) &>> Int64(below)) : Double(top &>> below)
  }
}
