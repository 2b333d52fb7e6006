public import JSON
public import Run

/// A unit as events name it.
public struct UnitPlace: Hashable, Sendable {
  /// The unit, as `2.1`.
  public var unit: String
  /// Its title, templates filled.
  public var title: String
  /// The line of its heading in the runbook.
  public var line: Int
  /// The iteration's value, in a loop.
  public var value: String?
  /// The runbook's path.
  public var file: String

  /// A unit's name for events.
  public init(unit: String, title: String, line: Int, value: String?, file: String = "") {
    (self.unit, self.title, self.line, self.value, self.file) = (unit, title, line, value, file)
  }
}

/// Where a transition took place, loops and all.
public struct TransitionPlace: Hashable, Sendable {
  /// The runbook that made it; a run may be inside several.
  public var runbook: String
  /// The position it left, with the number of the iteration: `1.2.1`.
  public var from: String
  /// The position where the run rests now; at the end the last one.
  public var at: String
}

/// How one execution of a unit ended.
public enum StepOutcome: Hashable, Sendable {
  /// Exit status 0, or a person said so.
  case pass
  /// Another exit status; nil when a person said so.
  case fail(code: Int?)
  /// A signal ended the shell.
  case signal(name: String, number: Int)
  /// It passed, and its output is not what the document shows.
  case differs(expected: String, found: String)
  /// A person left it out.
  case skipped(reason: String)
  /// It passed, and left files that run later (`on-artifacts=fail`).
  case leftArtifacts([String])
  /// It took too long.
  case timeout(seconds: Int)
  /// Policy refused it.
  case refused
  /// The person, or a signal to rundown, ended it.
  case interrupted
  /// It could not be started.
  case launchFailed(String)

  /// The word that records and events use.
  public var word: String {
    switch self {
    case .pass: return "pass"
    case .fail, .signal, .differs, .leftArtifacts: return "fail"
    case .skipped: return "skip"
    case .timeout: return "timeout"
    case .refused: return "refused"
    case .interrupted: return "interrupted"
    case .launchFailed: return "error"
    }
  }

  /// The step's status as its shell gives it: 126 when policy refused, 128 and the signal's number, else the exit status.
  public var code: Int? {
    switch self {
    case .pass: return 0
    case .skipped: return nil
    case .fail(let code): return code
    case .signal(_, let number): return 128 + number
    case .differs, .leftArtifacts: return 0
    case .timeout: return 124
    case .refused: return 126
    case .interrupted: return 130
    case .launchFailed: return 126
    }
  }
}

/// One thing that policy refused or asked about, with the place and the way out.
public struct Refusal: Hashable, Sendable {
  /// `file:line:column`.
  public var place: String
  /// What was refused, as `curl is not allowed (no rule lists it)`.
  public var message: String
  /// The line of the runbook with a mark under the words that are meant; ready to show.
  public var excerpt: String
  /// How to allow it, line by line.
  public var help: [String]

  /// A refusal.
  public init(place: String, message: String, excerpt: String, help: [String]) {
    self.place = place
    self.message = message
    self.excerpt = excerpt
    self.help = help
  }
}

/// What a run says while it goes on: the one stream that every display, log and report is made from.
public enum ProgressEvent: Sendable {
  /// A run began, or went on in this process.
  case runStarted(RunHead)
  /// A unit began.
  case stepStarted(UnitPlace, StepKind, attempt: Int, attempts: Int)
  /// Text for the person: the unit's prompt, or a block that is not executed.
  case shown(String)
  /// What policy decided about one program of the unit's text.
  case commandChecked(CheckedCommand)
  /// A question is put to the person.
  case approvalRequested(program: String, place: String)
  /// The person's answer.
  case approvalAnswered(program: String, answer: String)
  /// What the unit prints.
  case output([UInt8], isError: Bool)
  /// A moment has passed; displays redraw their clocks. The units are those that run beside the one that was started.
  case tick([RunningUnit])
  /// A unit ended.
  case stepFinished(UnitPlace, StepOutcome, nanoseconds: Int64)
  /// What the run did about it.
  case transition(Transition, TransitionPlace)
  /// A unit waits for a person.
  case waiting(UnitPlace)
  /// What became of a connection through the network proxy.
  case connectionDecided(ConnectionRecord)
  /// What became of a program that was about to start.
  case execDecided(ExecRecord)
  /// The kernel refused a file to a program of a step.
  case fileDenied(FileDenial)
  /// The kernel refused a call that no step may make.
  case callRefused(CallRecord)
  /// A step's conduct has reached a threshold.
  case conductSeen(ConductRecord)
  /// A unit is given secrets of these names.
  case secretsGiven(UnitPlace, [String])
  /// What a step did to files.
  case filesChanged(StepChanges)
  /// Policy ends the run.
  case refused([Refusal])
  /// Something that the person should know.
  case warning(String, help: String?)
  /// The run ended, or rests.
  case runFinished(RunEnd)
}

/// A unit that runs before its turn.
public struct RunningUnit: Sendable {
  /// Which.
  public var place: UnitPlace
  /// How long it runs.
  public var nanoseconds: Int64
  /// The last line that it has printed, without secrets; empty before.
  public var line: String
}

/// What a unit does, for displays.
public enum StepKind: String, Sendable {
  /// It runs a block.
  case command
  /// A person decides.
  case manual
  /// It runs another runbook.
  case runbook
}

/// The head of a run.
public struct RunHead: Sendable {
  /// The run.
  public var id: String
  /// The runbook's path.
  public var runbook: String
  /// Its title.
  public var title: String?
  /// How many steps there are.
  public var steps: Int
  /// Where the policy comes from, and its mode.
  public var policy: String
  /// How a policy that the user had not confirmed came to hold: `asked`, `flag` or `unasked`.
  public var acceptance: String?
  /// How much of the sandbox is in force.
  public var sandbox: String
  /// What the machine cannot give, each with its consequence.
  public var gaps: [String]
  /// What a limit of memory or processes holds for: all processes of a step together (true), or each by itself; nil
  /// without one that needs a group.
  public var limitsSteps: Bool?
  /// Whether the run went on instead of beginning.
  public var isResumed: Bool
  /// The last line of the journal that was written to before this one, so that a run that is gone shows.
  public var after: JournalLine?
}

/// A line of a run's journal.
public struct JournalLine: Hashable, Sendable {
  /// The run.
  public var run: String
  /// The line's number.
  public var sequence: Int
  /// The SHA-256 of the line.
  public var hash: String

  /// A line of a run's journal.
  public init(run: String, sequence: Int, hash: String) {
    (self.run, self.sequence, self.hash) = (run, sequence, hash)
  }
}

/// One program of a unit's text and what policy said.
public struct CheckedCommand: Sendable {
  /// The program's name.
  public var program: String
  /// The words as far as they are known, for people.
  public var command: String
  /// `allow`, `ask` or `deny`.
  public var decision: String
  /// The rule that decided, with its origin.
  public var rule: String
  /// Where it stands, `line:column`.
  public var place: String
}

/// A file that the sandbox refused to a program.
public struct FileDenial: Sendable {
  /// Its path, as the step sees it.
  public var path: String
  /// `read` or `write`.
  public var access: String
  /// The programs that lead to who wanted it, the step's own shell first.
  public var chain: [String]
  /// The rule, or that there is none.
  public var reason: String
  /// `file:line` of the step's block.
  public var place: String
  /// How to allow it, line by line.
  public var help: [String]
  /// The pattern of a rule that allows it; nil where another rule denies it.
  public var pattern: String?
}

/// A system call that no step may make, refused; told once for each program of a step.
public struct CallRecord: Sendable {
  /// Its name.
  public var call: String
  /// What it was answered: `EPERM`, `ENOSYS` or `EAFNOSUPPORT`.
  public var answer: String
  /// The programs that lead to who made it, the step's own shell first.
  public var chain: [String]
  /// `file:line` of the step's block.
  public var place: String
}

/// One connection that a step wanted, told when it was refused or has ended.
public struct ConnectionRecord: Sendable {
  /// `connect`, `http`, or `localhost` for a forwarded port; nil when the request was not understood.
  public var way: String?
  /// The host as the step wrote it.
  public var host: String
  /// The port.
  public var port: Int
  /// The program that wanted it, where it was refused and could be found.
  public var program: String?
  /// The address that was dialled.
  public var address: String?
  /// The status word, such as `CONNECTED` or `BLOCKED-ALLOWLIST`.
  public var status: String
  /// Whether it was made.
  public var isMade: Bool
  /// The rule that allowed it, or why it was not made.
  public var reason: String
  /// How to allow it, line by line.
  public var help: [String]
  /// Bytes from the step.
  public var uploaded: Int
  /// Bytes to the step.
  public var downloaded: Int
  /// How long it lasted.
  public var nanoseconds: Int64
  /// Whether the run has not told of such a one before; displays leave out the others.
  public var isNew: Bool

  /// The ways to allow it as one text; nil when there are none.
  public var helpText: String? { help.isEmpty ? nil : help.joined(separator: "\n        ") }
}

/// One program start that the live gate decided on; the same one is told once a step.
public struct ExecRecord: Sendable {
  /// The program's name.
  public var program: String
  /// The file that it is.
  public var path: String
  /// The words for people; nil when it was allowed.
  public var command: String?
  /// The programs that led to it, the step's own shell first.
  public var chain: [String]
  /// `allow` or `deny`.
  public var decision: String
  /// The rule that decided, with its origin.
  public var reason: String
  /// Where the step stands, `file:line`.
  public var place: String
  /// How to allow it, line by line.
  public var help: [String]
}

/// How a run rests or ended.
public struct RunEnd: Sendable {
  /// The ways.
  public enum Status: String, Sendable {
    /// It came to its end.
    case completed
    /// A failed step or a person ended it.
    case stopped
    /// Policy ended it.
    case refused
    /// It waits for a person.
    case waiting
    /// A signal ended it; it can be resumed.
    case interrupted
  }

  /// The run.
  public var id: String
  /// Which of them.
  public var status: Status
  /// What STOP or COMPLETE said, or why.
  public var message: String?
  /// Units that passed.
  public var passed: Int
  /// Units that failed.
  public var failed: Int
  /// How long this process worked on it.
  public var nanoseconds: Int64
  /// The signal's number, when a signal ended it.
  public var signal: Int?
  /// Whether a time-out ended it.
  public var isTimeout: Bool
  /// Where it rests, when it waits or was interrupted.
  public var unit: String?
  /// What the runbook's frontmatter names as its outputs.
  public var outputs: [String: JSONValue] = [:]
}

/// Somebody who is told how a run goes. What they are told has no secrets in it.
public protocol RunObserver: AnyObject {
  /// One event; called from the thread that drives the run.
  func observe(_ event: ProgressEvent)
  /// The same event as the run's journal keeps it, one JSON object; called after `observe`.
  func record(_ line: String)
}

extension RunObserver {
  /// Most need the events alone.
  public func record(_ line: String) {}
}
