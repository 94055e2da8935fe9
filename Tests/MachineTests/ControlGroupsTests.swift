import Machine
import Testing

@Suite struct ControlGroupsTests {
  private let version1 = """
    31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
    32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
    35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:10 master:2 - cgroup cgroup rw,memory
    41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
    """
  private let version2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"

  private func groups(_ memberships: String, _ mounts: String, _ files: [String: String]) -> ControlGroups {
    ControlGroups(memberships: memberships, mounts: mounts) { files[$0] }
  }

  private func limit(_ folder: String, _ bytes: Int) -> MemoryLimit {
    MemoryLimit(.controlGroup(folder: folder), bytes: bytes)
  }

  @Test("Version 1: the limits of a group and of all its parents count, a number beyond every machine does not")
  func memoryOfVersion1() {
    let found = groups(
      "4:memory:/batch/job 7\n3:cpu,cpuacct:/\n0::/\n", version1,
      [
        "/sys/fs/cgroup/memory/batch/job 7/memory.limit_in_bytes": "9223372036854771712\n",
        "/sys/fs/cgroup/memory/batch/memory.limit_in_bytes": "2147483648\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "8589934592\n",
      ])
    #expect(
      found.memoryLimits
        == [limit("/sys/fs/cgroup/memory/batch", 2_147_483_648), limit("/sys/fs/cgroup/memory", 8_589_934_592)])
    #expect(found.processors == nil)
  }

  @Test("Version 2: the limits of a group and of all its parents count, 'max' is none")
  func memoryOfVersion2() {
    let found = groups(
      "0::/user.slice/run/job\n", version2,
      [
        "/sys/fs/cgroup/user.slice/run/job/memory.max": "max\n",
        "/sys/fs/cgroup/user.slice/run/memory.max": "6442450944\n",
        "/sys/fs/cgroup/user.slice/memory.max": "max\n",
      ])
    #expect(found.memoryLimits == [limit("/sys/fs/cgroup/user.slice/run", 6_442_450_944)])
  }

  @Test("What all processes of a group use counts, without the file cache and mapped files, which can be given up")
  func memoryUse() {
    let first = groups(
      "4:memory:/job\n", version1,
      [
        "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "5000\n",
        "/sys/fs/cgroup/memory/job/memory.stat":
          "inactive_file 100\nactive_file 9\ntotal_inactive_file 1500\ntotal_active_file 500\n",
      ])
    #expect(first.memoryUse(in: "/sys/fs/cgroup/memory/job") == 3000)
    let second = groups(
      "0::/job\n", version2,
      [
        "/sys/fs/cgroup/job/memory.current": "7000\n",
        "/sys/fs/cgroup/job/memory.stat": "anon 1\ninactive_anon 5\ninactive_file 2000\nactive_file 1000\n",
        "/sys/fs/cgroup/memory.current": "8000\n", "/sys/fs/cgroup/a/memory.current": "max\n",
        "/sys/fs/cgroup/b/memory.current": "10\n", "/sys/fs/cgroup/b/memory.stat": "inactive_file 20\n",
      ])
    #expect(second.memoryUse(in: "/sys/fs/cgroup/job") == 4000)
    #expect(second.memoryUse(in: "/sys/fs/cgroup") == 8000)
    #expect(second.memoryUse(in: "/sys/fs/cgroup/a") == nil)
    #expect(second.memoryUse(in: "/sys/fs/cgroup/b") == 0)
  }

  @Test("In a container the mounted folder shows the process's own group, whatever its path is outside")
  func container() {
    let mounts = "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory\n"
    let files = [
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n",
      "/sys/fs/cgroup/memory/inner/memory.limit_in_bytes": "536870912\n",
    ]
    let own = limit("/sys/fs/cgroup/memory", 1_073_741_824)
    #expect(groups("4:memory:/docker/abc\n", mounts, files).memoryLimits == [own])
    #expect(
      groups("4:memory:/docker/abc/inner\n", mounts, files).memoryLimits
        == [limit("/sys/fs/cgroup/memory/inner", 536_870_912), own])
    // A path that begins alike is another group's, and so is one above the namespace's root.
    #expect(groups("4:memory:/docker/abcdef\n", mounts, files).memoryLimits == [own])
    #expect(groups("0::/../../other\n", version2, ["/sys/fs/cgroup/memory.max": "7340032"]).memoryLimits.count == 1)
  }

  @Test("The least quota of all parents bounds the processors, rounded up")
  func quotas() {
    let first = groups(
      "3:cpu,cpuacct:/a/b\n", version1,
      [
        "/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "250000\n",
        "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
      ])
    #expect(first.processors == 3)
    let second = groups(
      "0::/a/b\n", version2,
      ["/sys/fs/cgroup/a/b/cpu.max": "max 100000\n", "/sys/fs/cgroup/a/cpu.max": "50000 100000\n"])
    #expect(second.processors == 1)
    #expect(groups("0::/a/b\n", version2, [:]).processors == nil)
  }

  @Test("Escapes in the names of mounted folders, lines of other kinds and broken ones are understood or passed over")
  func oddLines() {
    let mounts = """
      36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
      30 23 0:26 / /a\\040b rw - cgroup2 cgroup2 rw
      30 23 0:26
      """
    let found = groups("nonsense\n0::/x\n", mounts, ["/a b/x/memory.max": "4096", "/a b/memory.max": "oh"])
    #expect(found.memoryLimits == [limit("/a b/x", 4096)])
    #expect(groups("", "", [:]).memoryLimits.isEmpty)
  }
}
