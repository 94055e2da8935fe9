import Files
import Foundation

/// The lock of a stage in a folder that several runs share.
enum StageLock {
  private static let pause: UInt32 = 100_000

  /// Does some work while holding the lock of a stage; waits for it where another process has it.
  ///
  /// - Throws: `PipelineError.interrupted`; `FileError`; what the work throws.
  static func holding<Result>(
    _ stage: String, in stages: URL, interruption: Interruption, log: RunLog, _ body: () throws -> Result
  ) throws -> Result {
    try FileSystem.makeFolder(stages.path)
    let path = stages.appending(path: ".\(stage).lock").path
    let descriptor = try FileSystem.open(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, for: .create)
    defer { close(descriptor) }
    var isWaiting = false
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { throw FileError.operation(.lock, path: path, code: errno) }
      if !isWaiting { log.forStage(stage).info("waits for another process that runs this stage") }
      isWaiting = true
      if interruption.isRequested { throw PipelineError.interrupted(stage: stage) }
      usleep(pause)
    }
    return try body()
  }
}
