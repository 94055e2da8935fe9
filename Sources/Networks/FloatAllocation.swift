import Foundation

/// Zeroed floats, aligned to cache lines; large ones in huge pages where the system has them, since a convolution jumps
/// between more small pages than a processor remembers.
package func allocateFloats(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
  let hugePage = 2 << 20
  let size = max(count, 1) * MemoryLayout<Float>.stride
  let isLarge = size >= 2 * hugePage
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: isLarge ? hugePage : 64)
  #if os(Linux)
    if isLarge { madvise(memory.baseAddress!, size, MADV_HUGEPAGE) }
  #endif
  memory.initializeMemory(as: UInt8.self, repeating: 0)
  return memory.bindMemory(to: Float.self)
}
