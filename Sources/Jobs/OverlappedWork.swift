import Machine

/// Reads, computes and writes things one after the other: while one is computed on the calling thread, the next is read and
/// the last is written on threads of their own.
///
/// What each step gives does not depend on it. Where reading or computing lacked memory or disk space beside the others, it
/// is tried once more alone.
package struct OverlappedWork<Input: Sendable, Output: Sendable, Written: Sendable> {
  /// Reads a thing, by its index.
  let read: @Sendable (Int) throws -> Input
  /// Whether there is memory to read a thing while another is computed.
  let hasRoomToRead: @Sendable (Int) -> Bool
  /// Makes of what was read what is to be written; may take its memory.
  let compute: (Int, inout Input) throws -> Output
  /// Writes it, and returns what is wanted of it afterwards.
  let write: @Sendable (Int, Output) throws -> Written

  package init(
    read: @escaping @Sendable (Int) throws -> Input, hasRoomToRead: @escaping @Sendable (Int) -> Bool,
    compute: @escaping (Int, inout Input) throws -> Output, write: @escaping @Sendable (Int, Output) throws -> Written
  ) {
    (self.read, self.hasRoomToRead, self.compute, self.write) = (read, hasRoomToRead, compute, write)
  }

  /// Works on the things 0..<count.
  ///
  /// - Parameters:
  ///   - check: Called before each thing; where it throws, what is being written is completed first.
  ///   - finish: Receives what became of each thing, in order; where it throws, the work ends.
  /// - Throws: What `check` and `finish` throw.
  package func run(
    _ count: Int, check: () throws -> Void, finish: (Int, Result<Written, any Error>) throws -> Void
  ) throws {
    var ahead: Background<Input?>?
    var writing: (index: Int, work: Background<Written>)?
    func settle() throws {
      guard let last = writing.take() else { return }
      try finish(last.index, Result { try last.work.value() })
    }
    defer {
      _ = try? ahead?.value()
      _ = try? writing?.work.value()
    }
    for index in 0..<count {
      do { try check() } catch {
        try settle()
        throw error
      }
      var input: Result<Input, any Error> = Result { try ahead.take()?.value() ?? read(index) }
      if input.lacksRoom {
        try settle()
        input = Result { try read(index) }
      }
      if index + 1 < count {
        ahead = Background { [read, hasRoomToRead] in
          try hasRoomToRead(index + 1) ? read(index + 1) : nil
        }
      }
      var output = computed(index, &input)
      if output.lacksRoom {
        try settle()
        _ = try? ahead.take()?.value()
        input = Result { try read(index) }
        output = computed(index, &input)
      }
      try settle()
      switch output {
      case .success(let value): writing = (index, Background { [write] in try write(index, value) })
      case .failure(let error): try finish(index, .failure(error))
      }
    }
    try settle()
  }

  /// Computes a thing, while nobody else holds what was read.
  private func computed(_ index: Int, _ input: inout Result<Input, any Error>) -> Result<Output, any Error> {
    switch input {
    case .success(var value):
      input = .failure(CancellationError())
      return Result { try compute(index, &value) }
    case .failure(let error): return .failure(error)
    }
  }
}

extension Result where Failure == any Error {
  fileprivate var lacksRoom: Bool {
    switch self {
    case .failure(MachineError.notEnoughMemory), .failure(MachineError.notEnoughDisk): true
    default: false
    }
  }
}
