import Foundation
import Review
import ScanIO

extension Raster {
  /// The picture as a PNG file.
  package func png() throws -> Data {
    try ScanFile.encodePNG(width: width, height: height, channels: 3, samples: samples)
  }
}
