import CKernels

/// What a loss compares a network's output with, for a batch or for one of its samples.
public enum Target {
  /// A class index for each pixel, or `Target.ignored`. Shape: [n, depth, height, width].
  case classes(UnsafeMutableBufferPointer<UInt8>)
  /// Numbers, one for each of the output, such as the voxels of an image or a number of the scan; one that is not a number
  /// (NaN) does not count. Shape: [n, depth, height, width, channels], the output's as it is stored.
  case numbers(UnsafeMutableBufferPointer<Float>)

  /// The class of pixels that do not count.
  public static let ignored = UInt8(CK_IGNORED_LABEL)

  /// The class indices; for losses of class indices alone.
  public var classes: UnsafeBufferPointer<UInt8> {
    guard case .classes(let labels) = self else { preconditionFailure("the target has no class indices") }
    return UnsafeBufferPointer(labels)
  }
}

/// Which target a sample has.
public enum TargetKind: Hashable, Sendable {
  /// A class index for each pixel of the output.
  case classes
  /// A number for each number of the output.
  case numbers
}

/// The targets of a batch, one behind the other.
public final class TargetBuffer {
  private let kind: TargetKind
  private let batch: Int
  private let labels: UnsafeMutableBufferPointer<UInt8>
  private let numbers: UnsafeMutableBufferPointer<Float>

  /// Makes room for the targets of a batch.
  ///
  /// - Parameter shape: Of the output that is compared with them.
  public init(_ kind: TargetKind, shape: Shape) {
    self.kind = kind
    batch = shape.batch
    labels = .allocate(capacity: kind == .classes ? shape.pixels : 0)
    numbers = .allocate(capacity: kind == .numbers ? shape.count : 0)
  }

  /// Makes the target of one sample: a class index for each pixel.
  public init(classes: [UInt8]) {
    kind = .classes
    batch = 1
    labels = .allocate(capacity: classes.count)
    _ = labels.initialize(from: classes)
    numbers = .allocate(capacity: 0)
  }

  deinit {
    labels.deallocate()
    numbers.deallocate()
  }

  /// The memory of the targets of a batch, in bytes.
  ///
  /// - Parameter shape: Of the output that is compared with them.
  public static func bytes(_ kind: TargetKind, shape: Shape) -> Int {
    kind == .classes ? shape.pixels : shape.count * MemoryLayout<Float>.stride
  }

  /// The targets of the whole batch.
  public var all: Target { target(0..<batch) }

  /// The target of one sample.
  public subscript(sample: Int) -> Target { target(sample..<sample + 1) }

  private func target(_ samples: Range<Int>) -> Target {
    switch kind {
    case .classes: .classes(Self.part(of: labels, samples, batch))
    case .numbers: .numbers(Self.part(of: numbers, samples, batch))
    }
  }

  private static func part<Element>(
    of buffer: UnsafeMutableBufferPointer<Element>, _ samples: Range<Int>, _ batch: Int
  ) -> UnsafeMutableBufferPointer<Element> {
    let size = buffer.count / batch
    return UnsafeMutableBufferPointer(rebasing: buffer[samples.lowerBound * size..<samples.upperBound * size])
  }
}
