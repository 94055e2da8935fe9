import CKernels
import Volumes

/// How often each pair of labels of two label maps occurs, and where each label is; counted in one pass.
struct LabelPairs {
  /// The number of voxels of each pair of labels, at reference * 256 + prediction.
  let counts: [Int64]
  private let referencePlaces: [ck_label_place]
  private let predictionPlaces: [ck_label_place]

  /// Counts two label maps of one size.
  init(prediction: LabelMap, reference: LabelMap) {
    var counts = [Int64](repeating: 0, count: 256 * 256)
    var places = [[ck_label_place]](repeating: [ck_label_place](repeating: ck_label_place(), count: 256), count: 2)
    let size = reference.grid.size
    counts.withUnsafeMutableBufferPointer { counts in
      places.withUnsafeMutableBufferPointer { places in
        places[0].withUnsafeMutableBufferPointer { referencePlaces in
          places[1].withUnsafeMutableBufferPointer { predictionPlaces in
            reference.labels.withUnsafeBufferPointer { reference in
              prediction.labels.withUnsafeBufferPointer { prediction in
                var pairs = ck_label_pairs(
                  width: Int32(size.width), height: Int32(size.height), depth: Int32(size.depth),
                  reference: reference.baseAddress, prediction: prediction.baseAddress, pairs: counts.baseAddress,
                  reference_places: referencePlaces.baseAddress, prediction_places: predictionPlaces.baseAddress)
                ck_count_label_pairs(&pairs)
              }
            }
          }
        }
      }
    }
    self.counts = counts
    (referencePlaces, predictionPlaces) = (places[0], places[1])
  }

  /// Where a label is in the prediction and in the reference, without voxels that the reference ignores.
  func places(of label: Int) -> (prediction: LabelPlace, reference: LabelPlace) {
    (LabelPlace(predictionPlaces[label]), LabelPlace(referencePlaces[label]))
  }
}

/// Where the voxels of a label are.
struct LabelPlace {
  /// The first index along i, j and k, and the last one; the first is larger where the label has no voxel.
  let lower: SIMD3<Int>
  let upper: SIMD3<Int>
  /// The sums of the voxels' indices.
  let sum: SIMD3<Double>

  fileprivate init(_ place: ck_label_place) {
    lower = SIMD3(Int(place.lower.0), Int(place.lower.1), Int(place.lower.2))
    upper = SIMD3(Int(place.upper.0), Int(place.upper.1), Int(place.upper.2))
    sum = SIMD3(Double(place.sum.0), Double(place.sum.1), Double(place.sum.2))
  }
}
