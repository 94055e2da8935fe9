import Files
import Foundation

/// The links at the top of a run's folder, to the files of the last stage of each kind, and of each name to the last one.
struct PublishedLinks {
  private let run: URL
  private let log: RunLog

  init(run: URL, log: RunLog) {
    self.run = run
    self.log = log
  }

  /// Makes the links of the stages that are up to date, a later stage's before an earlier one's, and removes all others.
  func update(current stages: [StageInstance]) throws {
    var kinds: [String: String] = [:]
    var targets: [String: String] = [:]
    for stage in stages {
      let outputs = stage.type.outputs.compactMap { output in output.publishedAs.map { ($0, output.path) } }
      let links = stage.type.links.map { ($0.publishedAs, $0.path) }
      let own = (outputs + links).map { ($0.0, "stages/\(stage.name)/\($0.1)") }.filter {
        FileSystem.kind(of: run.appending(path: $0.1).path) != nil
      }
      guard !own.isEmpty else { continue }
      // The files of two evaluations side by side would look like those of one.
      for (name, kind) in kinds where kind == stage.type.kind { (targets[name], kinds[name]) = (nil, nil) }
      for (name, target) in own { (targets[name], kinds[name]) = (target, stage.type.kind) }
    }
    for (name, target) in published where targets[name] != target { try remove(name) }
    for (name, target) in targets.sorted(by: { $0.key < $1.key }) { try link(name, to: target) }
  }

  /// Removes the links into the folders of some stages.
  func removeLinks(into stages: Set<String>) throws {
    for (name, target) in published
    where target.split(separator: "/").dropFirst().first.map({ stages.contains(String($0)) }) ?? false {
      try remove(name)
    }
  }

  /// The links at the top of the run's folder that lead into stages, by name.
  var published: [(name: String, target: String)] {
    let names = (try? FileSystem.entries(in: run.path).names) ?? []
    return names.sorted().compactMap { name in
      let path = run.appending(path: name).path
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path),
        target.split(separator: "/").count > 2, target.hasPrefix("stages/")
      else { return nil }
      return (name, target)
    }
  }

  private func remove(_ name: String) throws {
    try FileSystem.remove(run.appending(path: name).path)
  }

  private func link(_ name: String, to target: String) throws {
    let path = run.appending(path: name).path
    if let status = FileSystem.linkStatus(of: path) {
      guard status.st_mode & S_IFMT == S_IFLNK else {
        log.warning("\(name) in the run's folder is not a link; it was not replaced. The result is in \(target)")
        return
      }
      if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == target { return }
    }
    let temporary = run.appending(path: ".\(name).temporary").path
    try FileSystem.remove(temporary)
    guard symlink(target, temporary) == 0 else {
      throw FileError.operation(.create, path: path, code: errno)
    }
    try FileSystem.rename(temporary, to: path)
  }
}
