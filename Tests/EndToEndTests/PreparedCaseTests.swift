import Foundation
import Testing

/// Trainings whose prepared cases are on disk.
@Suite(.serialized) struct PreparedCaseTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 5)
  }

  private static let small =
    "network: {dimensions: 3, base_channels: 2, depth: 2}, epochs: 2, samples_per_epoch: 4, patch: [24, 32, 8], "
    + "foreground: 0.5"

  private func write(_ train: String) throws {
    try sandbox.write(
      TestPipeline.heads(
        load: "      resample: {spacing_mm: [2, 2, 4]}",
        stages: """
            - split: {train: [head_00, head_01, head_02], validation: [head_03], test: [head_04]}
            - augment: {preset: standard}
            - train: {\(train)}
          """), to: "pipeline.yaml")
  }

  private static let prepared = "stages/train/prepared"
  private static let partial = "stages/.train.partial/prepared"

  private func voxelFiles(_ folder: String) -> [URL] {
    let names = (try? sandbox.names(in: folder)) ?? []
    return names.filter { $0.hasSuffix(".voxels") }.map { sandbox.url.appending(path: "\(folder)/\($0)") }
  }

  private func records(_ folder: String) -> Int {
    ((try? sandbox.names(in: folder)) ?? []).count { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
  }

  @Test(
    "A training on prepared cases on disk, with one thread, has the bits of one in memory, and keep_prepared makes no stage run",
    arguments: [small, "network: {base_channels: 4, depth: 2}, epochs: 2, batch: 8, foreground: 0.5, patch: [16, 24]"])
  func bits(train: String) throws {
    try write(train)
    let inMemory = try sandbox.program.run("run", "pipeline.yaml", "--output", "memory")
    #expect(inMemory.status == 0 && !inMemory.errors.contains("on disk"), "\(inMemory.errors)")
    #expect(!sandbox.exists("memory/\(Self.prepared)"))
    try write(train + ", keep_prepared: true")
    var program = sandbox.program
    program.environment["SEGMENT_THREADS"] = "1"
    let onDisk = try program.run("run", "pipeline.yaml", "--output", "disk")
    #expect(onDisk.status == 0, "\(onDisk.errors)")
    #expect(onDisk.errors.contains("of prepared cases are kept on disk, in"), "\(onDisk.errors)")
    #expect(voxelFiles("disk/\(Self.prepared)").count == 4)
    for file in ["model.safetensors", "stages/train/model.safetensors"] {
      #expect(try sandbox.data("memory/\(file)") == sandbox.data("disk/\(file)"))
    }
    let again = try sandbox.program.run("run", "pipeline.yaml", "--output", "memory")
    #expect(again.errors.contains("train: up to date: skipped"), "\(again.errors)")
  }

  @Test("Cases that an earlier training kept are used by one of other parameters, and not missed where they are gone")
  func usedAgain() throws {
    try write(Self.small + ", keep_prepared: true")
    _ = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    let files = voxelFiles("run/\(Self.prepared)")
    let dates = try files.map { try FileManager.default.attributesOfItem(atPath: $0.path)[.modificationDate] as? Date }
    try write(Self.small + ", keep_prepared: true, optimiser: {learning_rate: 0.002}")
    let other = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(other.status == 0 && other.errors.contains("; 4 of 4 are there already"), "\(other.errors)")
    #expect(
      try files.map { try FileManager.default.attributesOfItem(atPath: $0.path)[.modificationDate] as? Date } == dates)
    #expect(try sandbox.names(in: "run/stages").contains { $0.hasPrefix("train.kept") } == false)
    try FileManager.default.removeItem(at: sandbox.url.appending(path: "run/\(Self.prepared)"))
    let again = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(again.errors.contains("train: up to date: skipped"), "\(again.errors)")
    #expect(!again.errors.contains("warning"), "\(again.errors)")
  }

  private static let long = small.replacing("epochs: 2", with: "epochs: 4000") + ", keep_prepared: true"

  /// Starts a training and waits until it has prepared its cases and saved a checkpoint.
  private func startLongTraining() throws -> (process: Process, errors: URL) {
    let (process, _, errors) = try sandbox.program.start(["run", "pipeline.yaml", "--output", "run"])
    let checkpoint = "run/stages/.train.partial/checkpoint.safetensors"
    while process.isRunning, !sandbox.exists(checkpoint) { Thread.sleep(forTimeInterval: 0.02) }
    try #require(process.isRunning && records("run/\(Self.partial)") == 4)
    return (process, errors)
  }

  @Test("A training that is killed while it prepares or trains keeps what is complete, and ends with the same bits")
  func killed() throws {
    try write(Self.small + ", keep_prepared: true")
    let whole = try sandbox.program.run("run", "pipeline.yaml", "--output", "whole")
    #expect(whole.status == 0, "\(whole.errors)")
    let (process, _, _) = try sandbox.program.start(["run", "pipeline.yaml", "--output", "run"])
    while process.isRunning, records("run/\(Self.partial)") == 0 { Thread.sleep(forTimeInterval: 0.002) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let kept = records("run/\(Self.partial)")
    #expect(kept > 0)
    let resumed = try sandbox.program.run("run", "pipeline.yaml", "--output", "run")
    #expect(resumed.status == 0 && resumed.errors.contains("; \(kept) of 4 are there already"), "\(resumed.errors)")
    #expect(try sandbox.data("run/model.safetensors") == sandbox.data("whole/model.safetensors"))
  }

  @Test("A prepared case that was changed between two runs is prepared again, and the others are kept")
  func changedBetween() throws {
    try write(Self.long)
    let (process, _) = try startLongTraining()
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let files = voxelFiles("run/\(Self.partial)")
    let content = try Data(contentsOf: files[0])
    try content.dropLast(1000).write(to: files[0])
    try FileManager.default.removeItem(at: files[1])
    let (again, _, errors) = try sandbox.program.start(["run", "pipeline.yaml", "--output", "run"])
    func isComplete(_ file: URL) -> Bool { (try? Data(contentsOf: file))?.count ?? 0 > 1000 }
    while again.isRunning, !isComplete(files[1]) || (try? Data(contentsOf: files[0])) != content {
      Thread.sleep(forTimeInterval: 0.02)
    }
    again.interrupt()
    again.waitUntilExit()
    #expect(try String(contentsOf: errors, encoding: .utf8).contains("; 2 of 4 are there already"))
    #expect(try Data(contentsOf: files[0]) == content)
  }

  @Test("A prepared case that becomes shorter while it is in use ends the training with a message, and it resumes")
  func shortened() throws {
    try write(Self.long)
    let (process, errors) = try startLongTraining()
    for file in voxelFiles("run/\(Self.partial)") { truncate(file.path, 0) }
    process.waitUntilExit()
    let text = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(text)")
    #expect(text.contains(".voxels was shortened while it was in use") || text.contains("was changed while"), "\(text)")
    let (again, _, more) = try sandbox.program.start(["run", "pipeline.yaml", "--output", "run"])
    while again.isRunning,
      voxelFiles("run/\(Self.partial)").contains(where: { (try? Data(contentsOf: $0))?.isEmpty ?? true })
    {
      Thread.sleep(forTimeInterval: 0.02)
    }
    Thread.sleep(forTimeInterval: 0.5)
    again.interrupt()
    again.waitUntilExit()
    #expect(again.terminationStatus == 130)
    #expect(try String(contentsOf: more, encoding: .utf8).contains("goes on in epoch"))
  }

  @Test("A prepared case whose content is changed while it is in use ends the training before it saves anything of it")
  func changedMeanwhile() throws {
    try write(Self.long)
    let (process, errors) = try startLongTraining()
    let handle = try FileHandle(forUpdating: voxelFiles("run/\(Self.partial)")[0])
    try handle.write(contentsOf: Data(count: 64))
    try handle.close()
    process.waitUntilExit()
    let text = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 1 && text.contains("was changed while the training used it"), "\(text)")
  }

  /// Whether this machine lets a test mount a small disk.
  private static let canMount: Bool = {
    guard let sandbox = try? Sandbox() else { return false }
    return (try? sandbox.shell("unshare -rm mount -t tmpfs -o size=1m none .").status) == 0
  }()

  @Test(
    "A disk without room for the prepared cases is found before anything is prepared",
    .enabled(if: canMount, "this machine refuses `unshare -rm` and a mount in it"))
  func smallDisk() throws {
    try sandbox.write(
      TestPipeline.heads(
        stages: """
            - split: {train: [head_00, head_01, head_02], validation: [head_03], test: [head_04]}
            - train: {\(Self.small), keep_prepared: true}
          """), to: "pipeline.yaml")
    let outcome = try sandbox.shell(
      """
      mkdir run && unshare -rm bash -c 'mount -t tmpfs -o size=600k none run && $segment run pipeline.yaml --output run
      status=$?; [ ! -e run/stages/.train.partial/prepared ] || status=9; exit $status'
      """)
    #expect(outcome.status == 5, "\(outcome.errors)")
    #expect(outcome.errors.contains("for the prepared cases of stage 'train' (4 cases): about"), "\(outcome.errors)")
    #expect(outcome.errors.contains("free some space, or write to another disk"), "\(outcome.errors)")
  }
}
