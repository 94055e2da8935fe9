import Networks

/// Convolutions in double precision as the definition writes them, a loop an index.
struct ReferenceConvolution {
  var batch: Int
  var extent: Extent
  var channels: Int
  var filters: Int
  var kernel: Extent
  var stride = Extent(height: 1, width: 1)

  /// The extents divided by the strides, rounded up.
  var outputExtent: Extent {
    func strided(_ size: Int, _ stride: Int) -> Int { (size + stride - 1) / stride }
    return Extent(
      depth: strided(extent.depth, stride.depth), height: strided(extent.height, stride.height),
      width: strided(extent.width, stride.width))
  }
  var inputCount: Int { batch * extent.count * channels }
  var outputCount: Int { batch * outputExtent.count * filters }
  var weightCount: Int { kernel.count * channels * filters }

  /// Calls `body` with the indices of each pair of pixels that meet, and of their tap.
  private func forEachMeeting(_ body: (_ input: Int, _ output: Int, _ tap: Int) -> Void) {
    let positions = outputExtent
    for n in 0..<batch {
      for d in 0..<positions.depth {
        for h in 0..<positions.height {
          for w in 0..<positions.width {
            let output = ((n * positions.depth + d) * positions.height + h) * positions.width + w
            for tap in 0..<kernel.count {
              let z = d * stride.depth + tap / (kernel.height * kernel.width) - kernel.depth / 2
              let y = h * stride.height + tap / kernel.width % kernel.height - kernel.height / 2
              let x = w * stride.width + tap % kernel.width - kernel.width / 2
              guard (0..<extent.depth).contains(z), (0..<extent.height).contains(y), (0..<extent.width).contains(x)
              else { continue }
              body(((n * extent.depth + z) * extent.height + y) * extent.width + x, output, tap)
            }
          }
        }
      }
    }
  }

  func forward(_ input: [Double], _ weights: [Double], bias: [Double]?) -> [Double] {
    var result = (0..<outputCount).map { bias?[$0 % filters] ?? 0 }
    forEachMeeting { from, to, tap in
      for c in 0..<channels {
        for f in 0..<filters {
          result[to * filters + f] += input[from * channels + c] * weights[(tap * channels + c) * filters + f]
        }
      }
    }
    return result
  }

  func backwardData(_ gradient: [Double], _ weights: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: inputCount)
    forEachMeeting { from, to, tap in
      for c in 0..<channels {
        for f in 0..<filters {
          result[from * channels + c] += gradient[to * filters + f] * weights[(tap * channels + c) * filters + f]
        }
      }
    }
    return result
  }

  func backwardWeights(_ input: [Double], _ gradient: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: weightCount)
    forEachMeeting { from, to, tap in
      for c in 0..<channels {
        for f in 0..<filters {
          result[(tap * channels + c) * filters + f] += input[from * channels + c] * gradient[to * filters + f]
        }
      }
    }
    return result
  }
}

/// Transposed convolutions whose stride is their kernel, in double precision; `kernel` is the stride.
struct ReferenceTransposedConvolution {
  var batch: Int
  var extent: Extent
  var channels: Int
  var filters: Int
  var stride: Extent

  var inputCount: Int { batch * extent.count * channels }
  var outputCount: Int { batch * extent.count * stride.count * filters }
  var weightCount: Int { channels * stride.count * filters }

  private func forEachMeeting(_ body: (_ input: Int, _ output: Int, _ tap: Int) -> Void) {
    let large = Extent(
      depth: extent.depth * stride.depth, height: extent.height * stride.height, width: extent.width * stride.width)
    for output in 0..<batch * large.count {
      let x = output % large.width
      let y = output / large.width % large.height
      let z = output / (large.width * large.height) % large.depth
      let n = output / large.count
      let row = (n * extent.depth + z / stride.depth) * extent.height + y / stride.height
      let tap = (z % stride.depth * stride.height + y % stride.height) * stride.width + x % stride.width
      body(row * extent.width + x / stride.width, output, tap)
    }
  }

  func forward(_ input: [Double], _ weights: [Double], bias: [Double]) -> [Double] {
    var result = (0..<outputCount).map { bias[$0 % filters] }
    forEachMeeting { from, to, tap in
      for c in 0..<channels {
        for f in 0..<filters {
          result[to * filters + f] += input[from * channels + c] * weights[(c * stride.count + tap) * filters + f]
        }
      }
    }
    return result
  }

  func backwardData(_ gradient: [Double], _ weights: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: inputCount)
    forEachMeeting { from, to, tap in
      for c in 0..<channels {
        for f in 0..<filters {
          result[from * channels + c] += gradient[to * filters + f] * weights[(c * stride.count + tap) * filters + f]
        }
      }
    }
    return result
  }

  func backwardWeights(_ input: [Double], _ gradient: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: weightCount)
    forEachMeeting { from, to, tap in
      for c in 0..<channels {
        for f in 0..<filters {
          result[(c * stride.count + tap) * filters + f] += input[from * channels + c] * gradient[to * filters + f]
        }
      }
    }
    return result
  }
}

/// The sums of a row-major matrix's columns.
func columnSums(_ matrix: [Double], columns: Int) -> [Double] {
  var sums = [Double](repeating: 0, count: columns)
  for (index, value) in matrix.enumerated() { sums[index % columns] += value }
  return sums
}
