public import JSON
public import Linux
public import Run

/// How a run looks from outside.
public enum RunStatus: String, Hashable, Sendable {
  /// A process executes it.
  case running
  /// It waits for a person.
  case waiting
  /// It came to its end.
  case completed
  /// A failed step, or a person, ended it.
  case stopped
  /// Policy ended it.
  case refused
  /// The process that executed it went away; it can be resumed.
  case interrupted
  /// A person put it aside while it waited.
  case stashed

  /// How a run looks while a process executes it, or after its end.
  init(of state: RunState) {
    switch state.result {
    case .completed?: self = .completed
    case .stopped?: self = .stopped
    case .refused?: self = .refused
    case nil: self = .running
    }
  }

  /// Whether it can go on.
  public var isOpen: Bool {
    switch self {
    case .running, .waiting, .interrupted, .stashed: return true
    case .completed, .stopped, .refused: return false
    }
  }
}

/// What a run is made of when it begins.
public struct NewRun: Sendable {
  /// The runbook's path as messages show it.
  public var path: String
  /// The runbook's text: a run follows the text that it began with.
  public var text: [UInt8]
  /// Whether blocks are shown instead of executed.
  public var isPrompted: Bool
  /// The variables given at its start.
  public var variables: [String: JSONValue]
  /// Where it stands.
  public var state: RunState

  /// A new run.
  public init(path: String, text: [UInt8], isPrompted: Bool, variables: [String: JSONValue], state: RunState)
  {
    self.path = path
    self.text = text
    self.isPrompted = isPrompted
    self.variables = variables
    self.state = state
  }
}

/// A runbook inside a run's own: what a unit runs.
public struct StoredFrame: Sendable {
  /// The runbook's path.
  public var path: String
  /// The runbook's text.
  public var text: [UInt8]
  /// Whether its blocks are shown instead of executed.
  public var isPrompted: Bool
  /// Its variables.
  public var variables: [String: JSONValue]
  /// Where it stands.
  public var state: RunState

  /// A frame.
  public init(
    path: String, text: [UInt8], isPrompted: Bool, variables: [String: JSONValue], state: RunState
  ) {
    self.path = path
    self.text = text
    self.isPrompted = isPrompted
    self.variables = variables
    self.state = state
  }
}

/// A stored run.
public struct RunRecord: Sendable {
  /// Its id: `r-` and characters that are easily told apart.
  public let id: String
  /// The runbook's path.
  public let path: String
  /// The runbook's text.
  public let text: [UInt8]
  /// Whether blocks are shown instead of executed.
  public let isPrompted: Bool
  /// Its variables.
  public let variables: [String: JSONValue]
  /// Where it stands.
  public let state: RunState
  /// How it looks; a run whose process is gone is `interrupted`.
  public let status: RunStatus
  /// The process that executes it, if one does.
  public let holder: ProcessIdentity?
  /// Who started it.
  public let user: String
  /// When it began, in nanoseconds since 1970.
  public let started: Int64
  /// When it changed last.
  public let updated: Int64
  /// The runbooks inside the run's own that it is in, the outermost first.
  public internal(set) var children: [StoredFrame] = []

  /// The runbook that is at work: the innermost.
  public var innermost: StoredFrame {
    children.last
      ?? StoredFrame(path: path, text: text, isPrompted: isPrompted, variables: variables, state: state)
  }

  /// The unit it stands at, with the units that run its runbook before it: `1.1/2`; nil when it has ended.
  public var place: String? {
    let units = ([state] + children.map(\.state)).compactMap { $0.unit.map { "\($0)" } }
    return units.isEmpty ? nil : units.joined(separator: "/")
  }
}

/// One execution of a unit, or one decision of a person.
public struct Attempt: Sendable {
  /// The unit, as `2.1`.
  public var unit: String
  /// Its title.
  public var title: String
  /// Which try it was, from 1.
  public var attempt: Int
  /// How it ended: `pass`, `fail`, `refused`, `timeout`, `interrupted`.
  public var outcome: String
  /// The shell's exit status, or 128 and the signal; nil when nothing ran.
  public var code: Int?
  /// When it began, in nanoseconds since 1970.
  public var started: Int64
  /// How long it took, in nanoseconds.
  public var duration: Int64
  /// What it printed, size-capped.
  public var output: [UInt8]
  /// Whether `output` is not all of it.
  public var isTruncated: Bool
  /// Who decided, when a person did.
  public var by: String?

  /// An attempt.
  public init(
    unit: String, title: String, attempt: Int, outcome: String, code: Int?, started: Int64, duration: Int64,
    output: [UInt8] = [], isTruncated: Bool = false, by: String? = nil
  ) {
    self.unit = unit
    self.title = title
    self.attempt = attempt
    self.outcome = outcome
    self.code = code
    self.started = started
    self.duration = duration
    self.output = output
    self.isTruncated = isTruncated
    self.by = by
  }
}
