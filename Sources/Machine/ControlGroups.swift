import Foundation

/// The control groups (cgroups) that a process belongs to, and what they allow: of version 1 and 2, the process's own groups
/// and all their parents.
/// Source: the kernel's documentation, admin-guide/cgroup-v1 and admin-guide/cgroup-v2; proc(5) for the two tables.
public struct ControlGroups: Sendable {
  /// A hierarchy of groups that is mounted.
  struct Mount: Hashable, Sendable {
    /// The group that the folder shows, `/` where it is the hierarchy's root.
    var root: String
    /// The folder.
    var folder: String
    /// The controllers of version 1; nil: version 2, which has all.
    var controllers: [String]?
  }

  /// A line of `/proc/self/cgroup`.
  struct Membership: Hashable, Sendable {
    /// The controllers of version 1; nil: version 2.
    var controllers: [String]?
    /// The group's path in its hierarchy.
    var path: String
  }

  let mounts: [Mount]
  let memberships: [Membership]
  private let read: @Sendable (String) -> String?

  /// Reads the two tables.
  ///
  /// - Parameters:
  ///   - memberships: The content of `/proc/self/cgroup`.
  ///   - mounts: The content of `/proc/self/mountinfo`.
  ///   - read: The text of a file of a group; nil where there is none.
  public init(memberships: String, mounts: String, read: @escaping @Sendable (String) -> String?) {
    self.memberships = memberships.split(separator: "\n").compactMap(Membership.init(line:))
    self.mounts = mounts.split(separator: "\n").compactMap(Mount.init(line:))
    self.read = read
  }

  /// The groups of this process.
  public static var current: ControlGroups {
    ControlGroups(
      memberships: SystemFile.text("/proc/self/cgroup") ?? "", mounts: SystemFile.text("/proc/self/mountinfo") ?? "",
      read: SystemFile.text)
  }

  /// The limits of memory, the process's own group first.
  public var memoryLimits: [MemoryLimit] {
    folders(of: "memory").compactMap { folder, isVersion2 in
      let name = isVersion2 ? "memory.max" : "memory.limit_in_bytes"
      guard let bytes = number(in: folder + "/" + name), bytes > 0, bytes < Self.unlimitedBytes else { return nil }
      return MemoryLimit(.controlGroup(folder: folder), bytes: bytes)
    }
  }

  /// The memory that all processes of a group, and of the groups in it, use now, in bytes: without the file cache and the
  /// files that are mapped (`inactive_file`, `active_file`), which the kernel gives up for whoever asks. nil where the system
  /// gives no figure.
  public func memoryUse(in folder: String) -> Int? {
    guard let used = number(in: folder + "/memory.current") ?? number(in: folder + "/memory.usage_in_bytes") else {
      return nil
    }
    // In version 1, names with `total_` count the groups in a group too; in version 2, all names do.
    let lines = (read(folder + "/memory.stat") ?? "").split(separator: "\n").map { $0.split(separator: " ") }
    func bytes(_ name: String) -> Int {
      let line = ["total_" + name, name].lazy.compactMap { name in lines.first { $0.count == 2 && $0[0] == name } }
        .first
      return line.flatMap { Int($0[1]) } ?? 0
    }
    return max(0, used - bytes("inactive_file") - bytes("active_file"))
  }

  /// The number of processors that the quotas allow, rounded up; nil where there is no quota.
  public var processors: Int? {
    folders(of: "cpu").compactMap { folder, isVersion2 in
      let numbers =
        isVersion2
        ? (read(folder + "/cpu.max") ?? "").split(whereSeparator: \.isWhitespace).map { Int($0) }
        : [number(in: folder + "/cpu.cfs_quota_us"), number(in: folder + "/cpu.cfs_period_us")]
      guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
        return nil
      }
      return max(1, Int((Double(quota) / Double(period)).rounded(.up)))
    }.min()
  }

  /// Version 1 has no word for no limit, but a number that no machine reaches.
  private static let unlimitedBytes = 1 << 60

  private func number(in file: String) -> Int? {
    read(file).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The folders of the groups that bound a controller: for each hierarchy the process's own and all parents.
  func folders(of controller: String) -> [(folder: String, isVersion2: Bool)] {
    var folders: [(folder: String, isVersion2: Bool)] = []
    for mount in mounts where mount.controllers?.contains(controller) ?? true {
      let isVersion2 = mount.controllers == nil
      let membership = memberships.first {
        isVersion2 ? $0.controllers == nil : $0.controllers?.contains(controller) ?? false
      }
      for path in mount.paths(upFrom: membership?.path ?? "/") where !folders.contains(where: { $0.folder == path }) {
        folders.append((path, isVersion2))
      }
    }
    return folders
  }
}

extension ControlGroups.Membership {
  /// Reads a line such as `4:cpu,cpuacct:/user.slice` or, of version 2, `0::/user.slice`.
  init?(line: Substring) {
    let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    controllers = parts[1].isEmpty ? nil : parts[1].split(separator: ",").map(String.init)
    path = String(parts[2])
  }
}

extension ControlGroups.Mount {
  /// Reads a line of mountinfo; nil for what is no hierarchy of control groups.
  ///
  /// Such as `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory`: optional fields may precede
  /// the hyphen.
  init?(line: Substring) {
    let fields = line.split(separator: " ").map(String.init)
    guard let hyphen = fields.firstIndex(of: "-"), hyphen >= 6, fields.count >= hyphen + 4 else { return nil }
    switch fields[hyphen + 1] {
    case "cgroup": controllers = fields[hyphen + 3].split(separator: ",").map(String.init)
    case "cgroup2": controllers = nil
    default: return nil
    }
    (root, folder) = (Self.unescaped(fields[3]), Self.unescaped(fields[4]))
  }

  /// A field without its escapes: a space is `\040`.
  private static func unescaped(_ field: String) -> String {
    let bytes = Array(field.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let digits = bytes[index...].dropFirst().prefix(3)
      if bytes[index] == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        result.append(code)
        index += 4
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The folder of a group and those of its parents, up to the one that is mounted. A group outside of what is mounted is
  /// bound by that alone.
  func paths(upFrom group: String) -> [String] {
    let base = root == "/" ? "" : root
    guard group == root || group.hasPrefix(base + "/"), !group.contains("/..") else { return [folder] }
    var names = group.dropFirst(base.count).split(separator: "/")
    var paths: [String] = []
    while !names.isEmpty {
      paths.append(([folder] + names.map(String.init)).joined(separator: "/"))
      names.removeLast()
    }
    return paths + [folder]
  }
}
