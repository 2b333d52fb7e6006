public import Linux

/// What a limit of memory holds for.
public enum MemoryLimit: Sendable, Equatable {
  /// All processes of a step together, by a cgroup below this place. It limits their number, too.
  case group(ControlGroupPlace)
  /// Each process by itself (RLIMIT_AS), because there is no such place.
  case process(ControlGroupPlace.Absence)

  /// How these limits are kept here; nil without a limit of memory.
  init?(_ limits: ResourceLimits) {
    if limits.memory == nil { return nil }
    self = Self.find(["memory"] + (limits.processes == nil ? [] : ["pids"]))
  }

  /// How limits of memory and of processes are kept here.
  public static var here: MemoryLimit { find(["memory", "pids"]) }

  private static func find(_ controllers: [String]) -> MemoryLimit {
    do throws(ControlGroupPlace.Absence) { return .group(try .find(controllers)) } catch {
      return .process(error)
    }
  }

  /// Whether it holds for all processes of a step together.
  public var isOfAll: Bool {
    switch self {
    case .group: true
    case .process: false
    }
  }

  /// In words.
  public var description: String {
    switch self {
    case .group(let place): "of all processes of a step together (cgroup below \(place.path))"
    case .process(let absence): "of each process by itself: \(absence)"
    }
  }
}
