public import Linux

/// What the limits of memory and of processes hold for.
public enum LimitScope: Sendable, Equatable {
  /// All processes of a step together, by a cgroup below this place.
  case step(ControlGroupPlace)
  /// Memory of each process by itself (RLIMIT_AS), and processes by whatever else counts them, because there is no such
  /// place.
  case process(ControlGroupPlace.Absence)

  /// How these limits are kept here; nil where they need no group. `countsProcesses`: something else limits the step's
  /// processes.
  init?(_ limits: ResourceLimits, countsProcesses: Bool) {
    if limits.memory == nil && (limits.processes == nil || countsProcesses) { return nil }
    self = Self.find(
      (limits.memory == nil ? [] : ["memory"]) + (limits.processes == nil ? [] : ["pids"]))
  }

  /// How they are kept here.
  public static var here: LimitScope { find(["memory", "pids"]) }

  private static func find(_ controllers: [String]) -> LimitScope {
    do throws(ControlGroupPlace.Absence) { return .step(try .find(controllers)) } catch {
      return .process(error)
    }
  }

  /// Whether they hold for all processes of a step together.
  public var isOfStep: Bool {
    switch self {
    case .step: true
    case .process: false
    }
  }

  /// In words.
  public var description: String {
    switch self {
    case .step(let place): "of all processes of a step together (cgroup below \(place.path))"
    case .process(let absence): "of each process by itself: \(absence)"
    }
  }
}
