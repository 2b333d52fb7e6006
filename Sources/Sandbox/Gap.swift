internal import Linux

/// A part of the confinement that this machine cannot give.
public struct Gap: Sendable, Equatable {
  /// The parts.
  public enum Feature: String, Sendable, Equatable, CaseIterable {
    /// Rules on files by Landlock.
    case files = "file rules"
    /// Truncating files outside the writable paths (Landlock 3).
    case truncation = "truncation rules"
    /// Commands to devices (Landlock 5).
    case deviceCommands = "device rules"
    /// Signals and abstract sockets kept inside (Landlock 6).
    case scopes = "signal and socket scopes"
    /// An own user namespace, where one is needed to make the others.
    case users = "user namespace"
    /// An own network namespace.
    case network = "network namespace"
    /// The one door of a network that is proxied.
    case proxy = "network proxy"
    /// An own process namespace.
    case processes = "process namespace"
    /// A /proc that shows the step's processes only.
    case processView = "private /proc"
    /// A /dev of harmless nodes.
    case devices = "private /dev"
    /// Denied paths within allowed ones, by masks in an own mount namespace.
    case denials = "deny rules"
    /// Everything outside the writable paths read-only for metadata too, homes and /run hidden.
    case view = "file view"
    /// The filter of system calls.
    case calls = "system call filter"
    /// Limits of the step.
    case limits = "resource limits"
  }

  /// Which part.
  public let feature: Feature
  /// Why it is missing.
  public let reason: String
  /// What a step can do because of it.
  public let consequence: String
  /// Whether the profile cannot be kept without it, so that strict mode refuses.
  public let isNeeded: Bool
}

extension Gap {
  static func namespaces(missing: NamespaceKinds, _ reason: String) -> [Gap] {
    var gaps: [Gap] = []
    if missing.contains(.network) {
      gaps.append(
        Gap(
          feature: .network, reason: reason,
          consequence:
            "sockets of the Internet families are refused instead, but for TCP to the proxy; also for servers "
            + "within the step",
          isNeeded: false))
    }
    if missing.contains(.processes) {
      gaps.append(
        Gap(
          feature: .processes, reason: reason,
          consequence:
            "a step sees the other processes of this user; what it leaves behind is found and killed, "
            + "not ended by the kernel", isNeeded: true))
    }
    if missing.contains(.mounts) {
      gaps.append(
        Gap(
          feature: .devices, reason: reason,
          consequence:
            "no /dev/pts and /dev/shm for a step; permissions and times of files outside the writable "
            + "paths can be changed by their owner; sockets of services in the file system can be connected to",
          isNeeded: false))
    }
    return gaps
  }

  static func proxy(_ reason: String) -> Gap {
    Gap(
      feature: .proxy, reason: reason,
      consequence: "a step reaches nothing of the network, also not what the policy allows", isNeeded: true)
  }

  static func localPort(_ port: UInt16, _ reason: String) -> Gap {
    Gap(
      feature: .proxy, reason: "port \(port): \(reason)",
      consequence: "a step finds the service at localhost:\(port) only through the proxy", isNeeded: false)
  }

  static func denial(_ path: String, _ reason: String, isNeeded: Bool = true) -> Gap {
    Gap(
      feature: .denials, reason: "\(path): \(reason)",
      consequence: "a step can use \(path) although it is denied", isNeeded: isNeeded)
  }

  static func renewal(_ reason: String) -> Gap {
    Gap(
      feature: .denials, reason: reason,
      consequence: "a denied file that is made or replaced during a step is open until the next step",
      isNeeded: false)
  }

  static func grant(_ path: String, _ reason: String) -> Gap {
    Gap(
      feature: .view, reason: "\(path): \(reason)",
      consequence: "a step cannot write below \(path) although it may", isNeeded: false)
  }

  static func temporary(_ folder: String) -> Gap {
    Gap(
      feature: .view, reason: "no mount namespace",
      consequence: "the run's temporary folder is \(folder) and not /tmp", isNeeded: false)
  }

  static func view(_ path: String, _ reason: String) -> Gap {
    Gap(
      feature: .view, reason: "\(path): \(reason)",
      consequence: "a step can reach sockets below \(path), or change permissions and times of its files",
      isNeeded: false)
  }

  static func devices(_ reason: String) -> Gap {
    Gap(
      feature: .devices, reason: reason, consequence: "no /dev/pts and /dev/shm for a step", isNeeded: false)
  }

  static func processView(_ reason: String) -> Gap {
    Gap(
      feature: .processView, reason: reason,
      consequence: "/proc shows the machine's processes and not the step's", isNeeded: false)
  }

  /// Root's processes are not counted by RLIMIT_NPROC; what counts them is the namespace's pid_max.
  static func processLimitOfRoot(_ reason: String) -> Gap {
    Gap(
      feature: .limits, reason: "no limit of process ids for the namespace: \(reason)",
      consequence: "the limit of processes has no effect for root", isNeeded: true)
  }

  /// What a version of Landlock cannot do; version 0 is none at all.
  static func landlock(version: Int32, reason: String, hasMounts: Bool) -> [Gap] {
    if version < 1 {
      return [
        Gap(
          feature: .files, reason: reason,
          consequence: hasMounts
            ? "a step reads whatever this user can, but for what is masked"
            : "a step reads and writes whatever this user can", isNeeded: true)
      ]
    }
    var gaps: [Gap] = []
    let why = "Landlock version \(version)"
    if version < 3 {
      gaps.append(
        Gap(
          feature: .truncation, reason: why,
          consequence: "a step can empty files outside the writable paths", isNeeded: true))
    }
    if version < 5 {
      gaps.append(
        Gap(
          feature: .deviceCommands, reason: why,
          consequence: "a step can send commands to devices it can open",
          isNeeded: false))
    }
    if version < 6 {
      gaps.append(
        Gap(
          feature: .scopes, reason: why,
          consequence:
            "without namespaces a step can signal this user's processes and reach abstract sockets",
          isNeeded: false))
    }
    return gaps
  }
}

/// How much of the profile the kernel enforces. To be told to the user and recorded.
public enum Enforcement: Sendable, Equatable {
  /// All of it.
  case full
  /// All but these parts.
  case partial([Gap])
  /// Nothing: it is switched off (no gaps) or the machine gives neither file rules nor a call filter.
  case none([Gap])

  /// The parts that are missing.
  public var gaps: [Gap] {
    switch self {
    case .full: []
    case .partial(let gaps), .none(let gaps): gaps
    }
  }
}

/// Why a confinement could not be made.
public enum SandboxError: Error, Sendable, Equatable {
  /// Strict mode, and these parts are missing.
  case missing([Gap])
  /// A part that this machine has failed to be set up.
  case setup(part: String, errno: String)
}
