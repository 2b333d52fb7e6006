internal import Linux

/// Turns the paths of a profile into a Landlock rule set.
struct FileRules {
  let profile: SandboxProfile
  let hasOwnDevices: Bool
  let hasOwnMounts: Bool
  /// Whether TCP is closed by Landlock, too.
  var closesTCP = false

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
    gaps += Gap.landlock(
      version: version, reason: LandlockRuleset.absence?.description ?? "", hasMounts: hasOwnMounts)
    if version < 1 { return .absent() }
    do throws(Errno) {
      // Where the gate connects, the step itself must not; the other families are the call filter's.
      let rules = try LandlockRuleset(version: version, network: closesTCP)
      for rule in self.rules {
        var unasked: [IgnoredPath] = []
        if rule.isAsked {
          try allow(rights(rule.access), rule.path, rules, root, &ignored)
        } else {
          try allow(rights(rule.access), rule.path, rules, root, &unasked)
        }
      }
      return rules
    } catch { throw .setup(part: "file rules", errno: error.description) }
  }

  /// The rules, those of the profile first.
  var rules: [FileRule] {
    var rules = readable.map { FileRule(path: $0, access: profile.executable == nil ? .run : .read) }
    rules += profile.writable.map { path in
      let isOpen = profile.executable == nil && profile.isExecutable(BytePath(path))
      return FileRule(path: path, access: isOpen ? .writeAndRun : .write)
    }
    rules += (profile.executable ?? []).map { FileRule(path: $0, access: .run) }
    func add(_ access: FileRule.Access, _ path: String) {
      rules.append(FileRule(path: path, access: access, isAsked: false))
    }
    if let folder = profile.privateTemporary {
      for path in hasOwnMounts ? FileView.temporaryPlaces : [folder] { add(.writeAndRun, path) }
    }
    add(.read, "/proc")
    for name in ["null", "zero", "full", "random", "urandom"] { add(.device, "/dev/\(name)") }
    add(.terminal, "/dev/tty")
    if hasOwnDevices {
      add(.read, "/dev")
      add(.terminal, "/dev/pts")
      add(.write, "/dev/shm")
    }
    return rules
  }

  private func rights(_ access: FileRule.Access) -> LandlockRights {
    switch access {
    case .read: Self.read
    case .run: profile.executable == nil ? Self.read.union(.execute) : .execute
    case .write: Self.write
    case .writeAndRun: Self.write.union(.execute)
    case .device: Self.device
    case .terminal: Self.terminal
    }
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
