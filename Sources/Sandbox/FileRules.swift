internal import Linux

/// Turns the paths of a profile into a Landlock rule set.
struct FileRules {
  let profile: SandboxProfile
  let hasOwnDevices: Bool
  let hasOwnMounts: Bool

  private static let read: LandlockRights = [.readFile, .readDirectory]
  private static let write: LandlockRights = [
    .readFile, .readDirectory, .writeFile, .removeDirectory, .removeFile, .makeDirectory, .makeRegular,
    .makeSocket, .makeFIFO, .makeSymbolicLink, .refer, .truncate,
  ]
  private static let device: LandlockRights = [.readFile, .writeFile]
  private static let terminal: LandlockRights = [.readFile, .writeFile, .readDirectory, .deviceCommands]

  /// Opens every path below `root` and allows it. A path that is not there or leads through a link is told
  /// in `ignored` and grants nothing.
  func build(
    in root: borrowing FileDescriptor, _ gaps: inout [Gap], _ ignored: inout [IgnoredPath]
  ) throws(SandboxError) -> LandlockRuleset {
    let version = LandlockRuleset.version
    gaps += Gap.landlock(version: version, reason: LandlockRuleset.absence?.description ?? "")
    if version < 1 { return .absent() }
    do throws(Errno) {
      // Without an own network TCP is closed here as well; the other families are the call filter's.
      let rules = try LandlockRuleset(version: version, network: false)
      let readRights = profile.executable == nil ? Self.read.union(.execute) : Self.read
      let writeRights = profile.executable == nil ? Self.write.union(.execute) : Self.write
      for path in readable { try allow(readRights, path, rules, root, &ignored) }
      for path in profile.writable { try allow(writeRights, path, rules, root, &ignored) }
      for path in profile.executable ?? [] { try allow([.execute], path, rules, root, &ignored) }
      var unasked: [IgnoredPath] = []
      if let folder = profile.privateTemporary {
        let rights = Self.write.union(.execute)
        for path in hasOwnMounts ? FileView.temporaryPlaces : [folder] {
          try allow(rights, path, rules, root, &unasked)
        }
      }
      try allow(Self.read, "/proc", rules, root, &unasked)
      for name in ["null", "zero", "full", "random", "urandom"] {
        try allow(Self.device, "/dev/\(name)", rules, root, &unasked)
      }
      try allow(Self.terminal, "/dev/tty", rules, root, &unasked)
      if hasOwnDevices {
        try allow(Self.read, "/dev", rules, root, &unasked)
        try allow(Self.terminal, "/dev/pts", rules, root, &unasked)
        try allow(Self.write, "/dev/shm", rules, root, &unasked)
      }
      return rules
    } catch { throw .setup(part: "file rules", errno: error.description) }
  }

  /// What may be read. Where nothing can be masked, root is given /etc by its entries.
  private var readable: [String] {
    if hasOwnMounts || ThisProcess.effectiveUserID != 0 || !profile.readable.contains("/etc") {
      return profile.readable
    }
    return profile.readable.filter { $0 != "/etc" } + SystemPaths.configurationWithoutSecrets()
  }

  private func allow(
    _ rights: LandlockRights, _ path: String, _ rules: borrowing LandlockRuleset,
    _ root: borrowing FileDescriptor, _ ignored: inout [IgnoredPath]
  ) throws(Errno) {
    let place: FileDescriptor
    do throws(Errno) {
      if path.utf8.first != 0x2F { throw .invalidArgument }
      place = try FileDescriptor.openInside(root, path, [.pathOnly], followLinks: false)
    } catch {
      if error == .noSuchCall { throw error }
      ignored.append(IgnoredPath(path: path, reason: error.description))
      return
    }
    try rules.allow(rights, on: place)
  }
}
